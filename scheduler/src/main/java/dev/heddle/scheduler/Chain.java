package dev.heddle.scheduler;

import dev.heddle.core.DependencyKind;
import dev.heddle.core.event.BuildEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * When tasks really began and ended, and the chain of them that decided how long the build took. Not to be taken for
 * {@link CriticalPaths}, which estimates what is still ahead.
 *
 * <p>16 bytes a task. Owned by the loop's thread.
 */
final class Chain {

    private static final long NEVER = -1;

    private final LiveGraph graph;
    private long[] started = new long[0];
    private long[] ended = new long[0];
    private int last = -1;
    /** While the chain is looked for: the task for which another was passed last, plus 1. */
    private int[] seenFor = new int[0];
    /** Edges that may still be passed; around many {@code RUN} edges the answer is then an estimate. */
    private long budget;

    /**
     * What was found.
     *
     * @param length from the beginning of the first to the end of the last
     * @param tasks names of the last tasks of the chain, in the order in which they ran
     * @param omitted how many stand before them
     */
    record Found(Duration length, List<String> tasks, int omitted) {}

    Chain(LiveGraph graph) {
        this.graph = graph;
    }

    /** A job of the task began; only the first job of a task counts. */
    void started(int task, long nanos) {
        makeRoom(task);
        if (started[task] == NEVER) {
            started[task] = nanos;
        }
    }

    /** The task has ended. */
    void ended(int task, long nanos) {
        makeRoom(task);
        ended[task] = nanos;
        if (last < 0 || started[task] != NEVER) {
            last = task;
        }
    }

    private void makeRoom(int task) {
        int had = ended.length;
        if (task >= had) {
            int room = Math.max(graph.size(), had + (had >> 1));
            started = Arrays.copyOf(started, room);
            ended = Arrays.copyOf(ended, room);
            Arrays.fill(started, had, room, NEVER);
            Arrays.fill(ended, had, room, NEVER);
        }
    }

    /** The chain that ends with the task that ran and ended last; without tasks if none ran. */
    Found find() {
        Deque<String> names = new ArrayDeque<>();
        BitSet passed = new BitSet();
        seenFor = new int[graph.size()];
        budget = 4L * (graph.size() + (long) graph.edgeCount()) + 16;
        int count = 0;
        long from = 0;
        long to = 0;
        for (int task = last; task >= 0; task = before(task, passed)) {
            passed.set(task);
            // A task without a job took no time, but what comes after it waited for what came before it.
            if (started[task] != NEVER) {
                to = count == 0 ? ended[task] : to;
                from = started[task];
                if (++count <= BuildEvent.CriticalPathFound.MOST_TASKS) {
                    names.addFirst(graph.task(task).name());
                }
            }
        }
        return new Found(Duration.ofNanos(to - from), List.copyOf(names), count - names.size());
    }

    // Of all that the task had to wait for, what ended last; -1 if there is nothing.
    private int before(int task, BitSet passed) {
        int latest = -1;
        for (int i = 0; i < graph.dependencyCount(task); i++) {
            DependencyKind kind = graph.dependencyKind(task, i);
            if (kind != DependencyKind.RUN) {
                latest = later(task, latest, graph.dependency(task, i), passed);
            }
            if (kind == DependencyKind.BUILD) {
                latest = latestOfRun(task, latest, graph.dependency(task, i), passed);
            }
        }
        return latest;
    }

    // A dependency is usable only when all that it needs to run is.
    private int latestOfRun(int task, int known, int dependency, BitSet passed) {
        int latest = known;
        IntList work = new IntList();
        work.add(dependency);
        while (!work.isEmpty() && budget > 0) {
            int at = work.removeLast();
            for (int i = 0; i < graph.dependencyCount(at); i++) {
                int next = graph.dependency(at, i);
                if (graph.dependencyKind(at, i) == DependencyKind.RUN && seenFor[next] != task + 1) {
                    seenFor[next] = task + 1;
                    work.add(next);
                    latest = later(task, latest, next, passed);
                }
                budget--;
            }
        }
        return latest;
    }

    private int later(int task, int known, int other, BitSet passed) {
        boolean before = other < ended.length && ended[other] != NEVER && ended[other] <= ended[task];
        boolean better = before && !passed.get(other) && (known < 0 || ended[other] > ended[known]);
        return better ? other : known;
    }
}
