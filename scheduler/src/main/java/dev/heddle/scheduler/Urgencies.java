package dev.heddle.scheduler;

import java.util.List;

/**
 * How urgent ready tasks are: by a plan where one was made, otherwise as the embedder's policy says, and once that has failed, by
 * the critical path.
 *
 * <p>Owned by the loop's thread.
 */
final class Urgencies {

    private final LiveGraph graph;
    private final TaskStates states;
    private final CriticalPaths paths;
    private final DownstreamSums downstream;
    private final Planning planning;
    private final QueuePolicy policy;
    private final Events events;
    private boolean broke;

    Urgencies(LiveGraph graph, TaskStates states, CriticalPaths paths, QueuePolicy policy, Events events) {
        this.graph = graph;
        this.states = states;
        this.paths = paths;
        this.downstream = new DownstreamSums(graph, states, paths);
        this.planning = new Planning(graph, states, paths);
        this.policy = policy;
        this.events = events;
    }

    /** Slots have become short: plans what is left if the policy wants that; true if urgencies have changed by it. */
    boolean plan(List<HostState> hosts) {
        return policy.plansAhead() && planning.make(hosts);
    }

    /**
     * The urgency of a task.
     *
     * @param ready how many tasks became ready before it
     */
    double of(int task, long ready) {
        double path = states.path[task];
        double planned = planning.of(task);
        if (planned > 0) {
            return Math.max(planned, path);
        }
        if (!broke) {
            try {
                double urgency = policy.urgency(new ReadyTask(task, ready, graph, paths, downstream));
                return Double.isNaN(urgency) ? Double.NEGATIVE_INFINITY : urgency;
            } catch (RuntimeException e) { // The embedder's code must not end the loop.
                broke = true;
                events.error("the queue policy failed (" + e + "); the build goes on by critical path");
            }
        }
        return path;
    }
}
