package dev.heddle.core;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Dense, read-only access to a graph: tasks are numbered from 0 in insertion order, dependencies are given by number.
 *
 * <p>{@link BuildGraph} is immutable and may be read by any thread; {@link GrowingGraph} gains tasks and edges and belongs to
 * one thread. Numbers never change. A number out of range is an {@code IndexOutOfBoundsException}.
 */
public sealed interface GraphView permits BuildGraph, GrowingGraph {

    /** Number of tasks. */
    int size();

    /** Number of dependencies. */
    int edgeCount();

    /** The task with a number from 0 to {@link #size} - 1. */
    Task task(int index);

    /** The number of a task by name or alias, or -1. */
    int indexOf(String name);

    /** The task with a name or alias. */
    default Optional<Task> find(String name) {
        int index = indexOf(name);
        return index < 0 ? Optional.empty() : Optional.of(task(index));
    }

    /** How many dependencies a task has. */
    int dependencyCount(int task);

    /** The number of the task that the {@code i}-th dependency of {@code task} needs. */
    int dependency(int task, int i);

    /** The kind of the {@code i}-th dependency of {@code task}. */
    DependencyKind dependencyKind(int task, int i);

    /** For a {@link DependencyKind#STEP} dependency the position of the needed step in the other task's pipeline, otherwise -1. */
    int dependencyStep(int task, int i);

    /** The named output that the {@code i}-th dependency of {@code task} needs, or null for the task as a whole. */
    @Nullable
    String dependencyOutput(int task, int i);

    /** How many edges point at a task. */
    int dependentCount(int task);

    /** The number of the task at the other end of the {@code i}-th edge that points at {@code task}. */
    int dependent(int task, int i);

    /** The kind of the {@code i}-th edge that points at {@code task}. */
    DependencyKind dependentKind(int task, int i);

    /** For a {@link DependencyKind#STEP} edge that points at {@code task}, the position of the needed step, otherwise -1. */
    int dependentStep(int task, int i);

    /** Pools and their depths, in the order of their names. */
    Map<String, Integer> pools();
}
