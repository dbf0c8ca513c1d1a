package dev.heddle.core;

import java.util.List;

/**
 * The longest chain of tasks that must run one after the other: with slots without end, a build takes that long.
 *
 * @param length sum of the weights of the tasks on it
 * @param tasks the chain, in the order in which it runs; empty for a graph without tasks
 */
public record CriticalPath(double length, List<Task> tasks) {
    /** Copies the list. */
    public CriticalPath {
        tasks = List.copyOf(tasks);
    }
}
