package dev.heddle.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds a shortest cycle by breadth-first search, for error messages. {@link StateOrder} says which cycles are illegal: those
 * with at least one edge that is not RUN, where RUN edges lead on only from a task that must be usable.
 */
final class CycleFinder {
    /** Edges looked at before the shortest cycle found so far has to do. */
    private static final int BUDGET = 20_000_000;

    // A state is a task met as usable or not, on a path with an edge that is not RUN or without.
    private static final int USABLE = 2;
    private static final int STRICT = 1;

    private final GraphView graph;
    private final int[] from; // by state: the state before it + 1, 0 if not met
    private int[] queue = new int[64];
    private int head;
    private int tail;
    private int looked;

    private CycleFinder(GraphView graph) {
        this.graph = graph;
        this.from = new int[4 * graph.size()];
    }

    /** A shortest illegal cycle among tasks that wait for one another. */
    static List<String> shortestAmong(GraphView graph, int[] tasks) {
        CycleFinder finder = new CycleFinder(graph);
        List<Integer> best = null;
        for (int task : tasks) {
            List<Integer> found = finder.through(task, -1, best == null ? Integer.MAX_VALUE : best.size());
            best = found == null ? best : found;
            if (best != null && (best.size() == 1 || finder.looked > BUDGET)) {
                break;
            }
        }
        if (best == null) {
            throw new AssertionError("BUG: tasks that wait for one another have no cycle");
        }
        return names(graph, best);
    }

    /** A shortest illegal cycle through the {@code edge}-th dependency of {@code task}, which closes one. */
    static List<String> shortestThrough(GraphView graph, int task, int edge) {
        List<Integer> found = new CycleFinder(graph).through(task, edge, Integer.MAX_VALUE);
        if (found == null) {
            throw new AssertionError("BUG: the edge does not close a cycle");
        }
        return names(graph, found);
    }

    private static List<String> names(GraphView graph, List<Integer> tasks) {
        // Begin with the task that came first, so that one cycle is always told in one way.
        int first = tasks.indexOf(Collections.min(tasks));
        Collections.rotate(tasks, -first);
        return tasks.stream().map(task -> graph.task(task).name()).toList();
    }

    /** The tasks of a cycle of less than {@code limit} tasks through one edge of {@code root}, or any but a RUN edge, or null. */
    private @Nullable List<Integer> through(int root, int edge, int limit) {
        for (int i = 0; i < tail; i++) {
            from[queue[i]] = 0;
        }
        head = tail = 0;
        boolean run = edge >= 0 && graph.dependencyKind(root, edge) == DependencyKind.RUN;
        int rootState = 4 * root + (run ? USABLE : 0);
        int goal = 4 * root + STRICT + (run ? USABLE : 0);
        for (int i = 0; i < graph.dependencyCount(root); i++) {
            if (edge < 0 ? graph.dependencyKind(root, i) != DependencyKind.RUN : i == edge) {
                follow(rootState, i);
            }
        }
        int length = 1;
        for (int levelEnd = tail; head < tail && length < limit; levelEnd = tail, length++) {
            for (; head < levelEnd; head++) {
                int state = queue[head];
                if (state == goal || state == (goal | USABLE)) {
                    return path(state);
                }
                expand(state);
            }
        }
        return null;
    }

    private void expand(int state) {
        int task = state >> 2;
        for (int i = 0; i < graph.dependencyCount(task); i++) {
            if (graph.dependencyKind(task, i) != DependencyKind.RUN || (state & USABLE) != 0) {
                follow(state, i);
            }
        }
        looked += graph.dependencyCount(task);
    }

    private void follow(int state, int i) {
        int task = state >> 2;
        int next = 4 * graph.dependency(task, i)
                + switch (graph.dependencyKind(task, i)) {
                    case BUILD -> USABLE + STRICT;
                    case STEP, ORDER -> STRICT;
                    case RUN -> USABLE + (state & STRICT);
                };
        // Usable says more than started: whatever goes on from the latter goes on from the former.
        if (from[next] == 0 && from[next | USABLE] == 0) {
            from[next] = state + 1;
            if (tail == queue.length) {
                queue = Arrays.copyOf(queue, tail * 2);
            }
            queue[tail++] = next;
        }
    }

    private List<Integer> path(int end) {
        List<Integer> tasks = new ArrayList<>();
        int root = end >> 2;
        int state = end;
        do {
            state = from[state] - 1;
            tasks.add(state >> 2);
        } while (state >> 2 != root);
        Collections.reverse(tasks);
        return tasks;
    }
}
