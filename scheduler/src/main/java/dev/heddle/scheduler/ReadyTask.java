package dev.heddle.scheduler;

import dev.heddle.core.Task;

/**
 * What a policy is shown; the sum over dependents is only found for those that ask.
 *
 * @param number of the task
 * @param ready how many became ready before it
 */
record ReadyTask(int number, long ready, LiveGraph graph, CriticalPaths paths, DownstreamSums sums)
        implements QueuePolicy.Candidate {

    @Override
    public Task task() {
        return graph.task(number);
    }

    @Override
    public double weight() {
        return paths.weight(number);
    }

    @Override
    public double path() {
        return paths.path(number);
    }

    @Override
    public double downstream() {
        return sums.of(number);
    }
}
