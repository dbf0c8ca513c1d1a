package dev.heddle.scheduler;

import dev.heddle.core.DependencyKind;
import dev.heddle.core.event.TaskState;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@link Plan} of a build when slots are short for the first time, and anew when the build has twice as many tasks: what
 * all plans of a build cost together is bounded by a few times what the last one does.
 *
 * <p>There is none where nothing is known of what tasks take, on hosts that are not equally fast, for a build of more than {@value
 * #MOST_TASKS} tasks or {@value #MOST_EDGES} edges, and where tasks need others at run time. That a task needs several slots, a
 * pool or a lock is not looked at.
 *
 * <p>Owned by the loop's thread.
 */
final class Planning {

    static final int MOST_TASKS = 20_000;
    static final int MOST_EDGES = 200_000;

    private final LiveGraph graph;
    private final TaskStates states;
    private final CriticalPaths paths;
    /** By task; 0 where nothing is planned. */
    private double[] planned = new double[0];
    /** Tasks there were when it was made. */
    private int made;

    Planning(LiveGraph graph, TaskStates states, CriticalPaths paths) {
        this.graph = graph;
        this.states = states;
        this.paths = paths;
    }

    /** How long before the end of the build a task has to begin, or 0 if that is not planned. */
    double of(int task) {
        return task < planned.length ? planned[task] : 0;
    }

    /**
     * Makes a plan if one is due.
     *
     * @return whether there is a new one
     */
    boolean make(List<HostState> hosts) {
        if (states.wanted() < 2 * made || !paths.knowsAny() || graph.edgeCount() > MOST_EDGES) {
            return false;
        }
        made = states.wanted();
        int slots = hosts.stream()
                .filter(HostState::isUp)
                .mapToInt(host -> host.spec.slots())
                .sum();
        IntList left = left();
        Plan.Network network = left.size() > MOST_TASKS || slots == 0 ? null : network(left);
        double[] found = network == null ? null : Plan.of(network, slots, running(left));
        if (found == null) {
            return false;
        }
        planned = new double[states.size()];
        for (int i = 0; i < left.size(); i++) {
            planned[left.get(i)] = found[i];
        }
        return true;
    }

    /** What has not ended, those that run first. */
    private IntList left() {
        IntList left = new IntList();
        for (boolean running : new boolean[] {true, false}) {
            for (int task = 0; task < states.size(); task++) {
                if (states.is(task, TaskStates.WANTED)
                        && states.outcome(task) == null
                        && runs(task) == running
                        && left.size() <= MOST_TASKS) {
                    left.add(task);
                }
            }
        }
        return left;
    }

    private boolean runs(int task) {
        return states.state(task) == TaskState.RUNNING;
    }

    private int running(IntList left) {
        int running = 0;
        while (running < left.size() && runs(left.get(running))) {
            running++;
        }
        return running;
    }

    private Plan.@Nullable Network network(IntList left) {
        int[] places = new int[states.size()];
        Arrays.fill(places, -1);
        for (int i = 0; i < left.size(); i++) {
            places[left.get(i)] = i;
        }
        double[] seconds = new double[left.size()];
        int[] starts = new int[left.size() + 1];
        int[] needed = new int[left.size()];
        IntList edges = new IntList();
        for (int i = 0; i < left.size(); i++) {
            int task = left.get(i);
            seconds[i] = graph.task(task).steps().isEmpty() ? 0 : paths.weight(task);
            for (int e = 0; e < graph.dependentCount(task); e++) {
                int dependent = graph.dependent(task, e);
                if (dependent >= places.length || places[dependent] < 0) {
                    continue;
                }
                if (graph.dependentKind(task, e) == DependencyKind.RUN) {
                    return null;
                }
                edges.add(places[dependent]);
                needed[places[dependent]]++;
            }
            starts[i + 1] = edges.size();
        }
        int[] follow = new int[edges.size()];
        for (int e = 0; e < follow.length; e++) {
            follow[e] = edges.get(e);
        }
        return new Plan.Network(seconds, starts, follow, needed);
    }
}
