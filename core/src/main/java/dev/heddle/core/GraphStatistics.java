package dev.heddle.core;

import java.util.Map;

/**
 * Figures about a graph.
 *
 * @param tasks number of tasks
 * @param dependencies number of dependencies by kind; every kind is there
 * @param steps number of steps of all tasks
 * @param components number of different components
 * @param roots tasks on which nothing depends
 * @param leaves tasks that depend on nothing
 * @param depth most tasks that must run one after the other
 * @param width most tasks on one level: a guess at how many can run at once
 */
public record GraphStatistics(
        int tasks,
        Map<DependencyKind, Integer> dependencies,
        int steps,
        int components,
        int roots,
        int leaves,
        int depth,
        int width) {
    /** Copies the map. */
    public GraphStatistics {
        dependencies = Map.copyOf(dependencies);
    }
}
