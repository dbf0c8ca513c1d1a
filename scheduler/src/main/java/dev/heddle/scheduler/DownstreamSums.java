package dev.heddle.scheduler;

import java.util.Arrays;

/**
 * Weight of all tasks together that wait for a task, directly or not: dpb's measure of urgency. It cannot be kept up to date
 * along edges, as a path can, so each answer is a walk over these tasks.
 *
 * <p>Owned by the loop's thread.
 */
final class DownstreamSums {

    private final LiveGraph graph;
    private final TaskStates states;
    private final CriticalPaths paths;
    private final IntList work = new IntList();
    /** The number of the walk that came by each task last. */
    private int[] seen = new int[0];

    private int walk;

    DownstreamSums(LiveGraph graph, TaskStates states, CriticalPaths paths) {
        this.graph = graph;
        this.states = states;
        this.paths = paths;
    }

    double of(int task) {
        if (seen.length < states.size()) {
            seen = Arrays.copyOf(seen, states.size());
        }
        if (++walk == 0) {
            Arrays.fill(seen, 0);
            walk = 1;
        }
        double sum = 0;
        work.add(task);
        seen[task] = walk;
        while (!work.isEmpty()) {
            int next = work.removeLast();
            sum += paths.weight(next);
            for (int e = 0; e < graph.dependentCount(next); e++) {
                int dependent = graph.dependent(next, e);
                if (dependent < seen.length && seen[dependent] != walk && states.is(dependent, TaskStates.WANTED)) {
                    seen[dependent] = walk;
                    work.add(dependent);
                }
            }
        }
        return sum;
    }
}
