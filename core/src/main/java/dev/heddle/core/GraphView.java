package dev.heddle.core;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
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

    /**
     * The tasks with the given names or aliases and all they depend on, by any kind of dependency.
     *
     * @throws GraphException if there is no such task
     */
    default BitSet closure(Iterable<String> names) {
        return GraphWalk.closure(this, GraphWalk.named(this, names), false);
    }

    /**
     * The tasks with the given names or aliases and all they depend on, by any kind of dependency.
     *
     * @throws GraphException if there is no such task
     */
    default BitSet closure(String... names) {
        return closure(Arrays.asList(names));
    }

    /**
     * The tasks with the given names or aliases and all that depends on them, by any kind of dependency.
     *
     * @throws GraphException if there is no such task
     */
    default BitSet dependentClosure(Iterable<String> names) {
        return GraphWalk.closure(this, GraphWalk.named(this, names), true);
    }

    /**
     * The tasks with the given names or aliases and all that depends on them, by any kind of dependency.
     *
     * @throws GraphException if there is no such task
     */
    default BitSet dependentClosure(String... names) {
        return dependentClosure(Arrays.asList(names));
    }

    /**
     * All tasks in an order in which they can run one after the other: whatever must be done before a task starts is before it,
     * also what a {@link DependencyKind#BUILD} dependency needs at run time. The same graph always gives the same order.
     */
    default int[] topologicalOrder() {
        return StateOrder.of(this).order();
    }

    /** By task, how many tasks must at least run one after the other before it can start. */
    default int[] levels() {
        return GraphWalk.levels(this);
    }

    /** Sets of tasks that need one another at run time, which is legal: they become usable together. */
    default List<List<Task>> runCycles() {
        return GraphWalk.runCycles(this);
    }

    /**
     * The longest chain of tasks. A {@link DependencyKind#STEP} dependency counts with the whole weight of its task.
     *
     * @param weight how long a task takes, in any unit; at least 0
     */
    default CriticalPath criticalPath(ToDoubleFunction<? super Task> weight) {
        return GraphWalk.criticalPath(this, weight);
    }

    /**
     * A fingerprint: 64 hexadecimal digits of SHA-256 over everything the graph says. Graphs that differ only in the order in which
     * tasks and dependencies were added, or in the names by which a dependency calls its task, have the same. Of an {@link Action}
     * only the name of its step counts: code has no fingerprint.
     */
    default String fingerprint() {
        return Fingerprint.of(this);
    }

    /** Figures about the graph. */
    default GraphStatistics statistics() {
        return GraphWalk.statistics(this);
    }

    /**
     * Writes the graph in the DOT language of Graphviz: an arrow points from a task to what it depends on (dashed: RUN, dotted:
     * ORDER, open: STEP), components are boxes. Names are escaped; control characters in them become question marks.
     *
     * @throws IOException if {@code out} does
     */
    default void writeDot(Appendable out) throws IOException {
        new GraphDot(this, out).write();
    }
}
