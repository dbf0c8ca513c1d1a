package dev.heddle.core;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a build and what they need of one another.
 *
 * <p><b>Threads.</b> Immutable; may be shared between threads. A {@link Builder} belongs to one thread.
 *
 * <p><b>Memory.</b> At most 200 bytes a task with five dependencies, besides its name and what is its own of steps and paths;
 * tasks that share steps, or have equal resources, constraints and the like, share the objects. At most 2^30 tasks and as many
 * dependencies.
 *
 * <p><b>Failure.</b> A graph that exists is sound: names are unique, every dependency is on a task, a step, an output, a pool
 * that exists, and no cycle keeps a task from ever starting. Cycles of {@link DependencyKind#RUN} dependencies alone are legal.
 */
public final class BuildGraph implements GraphView {

    private final TaskTable tasks;
    private final NameTable labels;
    private final Map<String, Integer> pools;
    private final int[] outStart; // outgoing edges of task t: outStart[t] to outStart[t + 1]
    private final EdgeColumns out;
    private final int[] inStart;
    private final EdgeColumns in;

    private BuildGraph(TaskTable tasks, NameTable labels, Map<String, Integer> pools, int[] outStart, EdgeColumns out) {
        this.tasks = tasks;
        this.labels = labels;
        this.pools = pools;
        this.outStart = outStart;
        this.out = out;
        this.inStart = new int[tasks.size() + 1];
        this.in = EdgeColumns.ofSize(out.size());
        turnAround();
    }

    /** Begins a graph. */
    public static Builder builder() {
        return new Builder();
    }

    // A counting sort of the edges by the task they point at; among equals in the order of their sources.
    private void turnAround() {
        int size = tasks.size();
        for (int edge = 0; edge < out.size(); edge++) {
            inStart[out.end(edge)]++;
        }
        int sum = 0;
        for (int task = 0; task <= size; task++) {
            int count = inStart[task];
            inStart[task] = sum;
            sum += count;
        }
        for (int task = 0; task < size; task++) {
            for (int edge = outStart[task]; edge < outStart[task + 1]; edge++) {
                in.set(inStart[out.end(edge)]++, task, out.kind(edge), out.label(edge));
            }
        }
        System.arraycopy(inStart, 0, inStart, 1, size);
        inStart[0] = 0;
    }

    @Override
    public int size() {
        return tasks.size();
    }

    @Override
    public int edgeCount() {
        return out.size();
    }

    @Override
    public Task task(int index) {
        return tasks.task(index);
    }

    @Override
    public int indexOf(String name) {
        return tasks.indexOf(name);
    }

    @Override
    public int dependencyCount(int task) {
        return outStart[task + 1] - outStart[task];
    }

    @Override
    public int dependency(int task, int i) {
        return out.end(edge(outStart, task, i));
    }

    @Override
    public DependencyKind dependencyKind(int task, int i) {
        return out.kind(edge(outStart, task, i));
    }

    @Override
    public int dependencyStep(int task, int i) {
        int edge = edge(outStart, task, i);
        return out.kind(edge) == DependencyKind.STEP ? step(out.end(edge), out.label(edge)) : -1;
    }

    @Override
    public @Nullable String dependencyOutput(int task, int i) {
        int edge = edge(outStart, task, i);
        int label = out.kind(edge) == DependencyKind.STEP ? EdgeColumns.NO_LABEL : out.label(edge);
        return label == EdgeColumns.NO_LABEL ? null : labels.name(label);
    }

    @Override
    public int dependentCount(int task) {
        return inStart[task + 1] - inStart[task];
    }

    @Override
    public int dependent(int task, int i) {
        return in.end(edge(inStart, task, i));
    }

    @Override
    public DependencyKind dependentKind(int task, int i) {
        return in.kind(edge(inStart, task, i));
    }

    @Override
    public int dependentStep(int task, int i) {
        int edge = edge(inStart, task, i);
        return in.kind(edge) == DependencyKind.STEP ? step(task, in.label(edge)) : -1;
    }

    @Override
    public Map<String, Integer> pools() {
        return pools;
    }

    @Override
    public String toString() {
        return "graph of " + size() + " tasks and " + edgeCount() + " dependencies";
    }

    private int step(int task, int label) {
        return tasks.task(task).stepIndex(labels.name(label));
    }

    private static int edge(int[] start, int task, int i) {
        int edge = start[task] + i;
        if (i < 0 || edge >= start[task + 1]) {
            throw new IndexOutOfBoundsException("no edge " + i + " among " + (start[task + 1] - start[task]));
        }
        return edge;
    }

    /** Bytes of the arrays and of the task objects, without names, steps and what else a task has of its own. */
    long bytes() {
        return tasks.bytes() + labels.bytes() + 4L * (outStart.length + inStart.length) + out.bytes() + in.bytes();
    }

    /** Collects a graph. For one thread, and for one graph: after {@link #build} it takes nothing more. */
    public static final class Builder {
        private final TaskTable tasks = new TaskTable();
        private final NameTable labels = new NameTable();
        private final Map<String, Integer> pools = new TreeMap<>();
        private final GrowingInts starts = new GrowingInts();
        private final EdgeColumns edges = new EdgeColumns(); // the end is the number of a name until build()
        private boolean built;

        private Builder() {}

        /**
         * Adds a task.
         *
         * @param name unique in the graph
         * @param definition says what the task is
         * @throws GraphException if a task has the name already
         */
        public Builder task(String name, Consumer<? super TaskSpec.Builder> definition) {
            TaskSpec.Builder task = TaskSpec.named(name);
            definition.accept(task);
            return task(task.build());
        }

        /**
         * Adds a task.
         *
         * @throws GraphException if a task has one of its names already
         */
        public Builder task(TaskSpec task) {
            checkOpen();
            tasks.checkFree(task);
            tasks.add(task);
            starts.add(edges.size());
            for (Dependency dependency : task.dependencies()) {
                String label = dependency.step() != null ? dependency.step() : dependency.output();
                edges.add(
                        tasks.internName(dependency.task()),
                        dependency.kind(),
                        label == null ? EdgeColumns.NO_LABEL : labels.intern(label));
            }
            return this;
        }

        /** Adds tasks. */
        public Builder tasks(TaskSpec... tasks) {
            return tasks(Arrays.asList(tasks));
        }

        /** Adds tasks. */
        public Builder tasks(Iterable<TaskSpec> tasks) {
            tasks.forEach(this::task);
            return this;
        }

        /**
         * Adds a pool.
         *
         * @param name what tasks call it
         * @param depth how many of its tasks run at once, at least 1
         */
        public Builder pool(String name, int depth) {
            checkOpen();
            GraphChecks.checkPool(pools, name, depth);
            pools.put(name, depth);
            return this;
        }

        /**
         * The graph.
         *
         * @throws CycleException if tasks wait for one another; names a shortest whole cycle
         * @throws GraphException if a dependency is on a task, a step or an output that does not exist, or a task names a pool
         *     that does not
         */
        public BuildGraph build() {
            checkOpen();
            built = true;
            starts.add(edges.size());
            int[] outStart = starts.toArray();
            resolve(outStart);
            tasks.trim();
            labels.trim();
            edges.trim();
            BuildGraph graph =
                    new BuildGraph(tasks, labels, Collections.unmodifiableMap(new TreeMap<>(pools)), outStart, edges);
            GraphChecks.checkAcyclic(graph);
            return graph;
        }

        /** The number of a task by name or alias, or -1. */
        int indexOf(String name) {
            return tasks.indexOf(name);
        }

        /** Finds the tasks that names stand for; leaves out what was asked for under two names of one task. */
        private void resolve(int[] outStart) {
            int[] seenBy = new int[tasks.size()]; // by task: one more than the last task found to depend on it
            int kept = 0;
            for (int task = 0; task < tasks.size(); task++) {
                GraphChecks.checkPools(tasks.task(task), pools);
                int first = kept;
                for (int edge = outStart[task]; edge < outStart[task + 1]; edge++) {
                    int target = resolve(task, edge);
                    edges.set(kept, target, edges.kind(edge), edges.label(edge));
                    if (seenBy[target] != task + 1 || isNew(first, kept)) {
                        seenBy[target] = task + 1;
                        kept++;
                    }
                }
                outStart[task] = first;
            }
            outStart[tasks.size()] = kept;
            edges.truncate(kept);
        }

        private boolean isNew(int first, int edge) {
            for (int other = first; other < edge; other++) {
                if (edges.same(edge, other)) {
                    return false;
                }
            }
            return true;
        }

        private int resolve(int task, int edge) {
            int name = edges.end(edge);
            int target = tasks.taskOfName(name);
            if (target < 0) {
                throw GraphChecks.unknownTask(tasks, tasks.task(task), tasks.name(name));
            }
            int label = edges.label(edge);
            GraphChecks.checkEdge(
                    tasks.task(task),
                    tasks.task(target),
                    edges.kind(edge),
                    label == EdgeColumns.NO_LABEL ? null : labels.name(label));
            return target;
        }

        private void checkOpen() {
            if (built) {
                throw new IllegalStateException("this builder has made its graph; use another one for another graph");
            }
        }
    }
}
