package dev.heddle.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A graph that gains tasks and dependencies while it is being built.
 *
 * <p><b>Threads.</b> Belongs to one thread; nothing in it is safe for another. The {@link Task} objects it gives out are.
 *
 * <p><b>Failure.</b> An {@link Expansion} is taken as a whole or, if anything is wrong with it, not at all: {@link #add} then
 * throws and leaves the graph as it was. The checks are those of {@link BuildGraph}, but a dependency on a task that is still
 * unknown is fine until {@link #endOfSource}. Such a dependency is not among those that {@link #dependency} gives; it is counted
 * by {@link #unresolvedCount}, and appears in the {@link Growth} of the expansion that brings its task.
 *
 * <p>The cost of an expansion is that of what it brings, plus, for an edge to a task that came later, a search of the graph
 * around that edge, no further than needed.
 */
public final class GrowingGraph implements GraphView {
    private static final int MOST_SUGGESTIONS = 20;

    /**
     * What an expansion brought: new tasks have the numbers from {@code firstTask} on; edges are all that were resolved, of old
     * and new tasks alike.
     */
    public static final class Growth {
        private final GrowingGraph graph;
        private final int firstTask;
        private final int taskCount;
        private final int[] edges;

        private Growth(GrowingGraph graph, int firstTask, int[] edges) {
            this.graph = graph;
            this.firstTask = firstTask;
            this.taskCount = graph.size() - firstTask;
            this.edges = edges;
        }

        /** The number of the first new task. */
        public int firstTask() {
            return firstTask;
        }

        /** How many tasks are new. */
        public int taskCount() {
            return taskCount;
        }

        /** How many edges are new or newly resolved. */
        public int edgeCount() {
            return edges.length;
        }

        /** The task that has the {@code i}-th dependency. */
        public int edgeSource(int i) {
            return graph.edges.source(edges[i]);
        }

        /** The task that the {@code i}-th dependency needs. */
        public int edgeTarget(int i) {
            return graph.edges.end(edges[i]);
        }

        /** The kind of the {@code i}-th dependency. */
        public DependencyKind edgeKind(int i) {
            return graph.edges.kind(edges[i]);
        }

        /** For a {@link DependencyKind#STEP} dependency the position of the needed step, otherwise -1. */
        public int edgeStep(int i) {
            return graph.step(edges[i]);
        }
    }

    /**
     * A dependency on a task that never came.
     *
     * @param task number of the task that has the dependency; it can never start
     * @param dependency what it depends on
     * @param place where the dependency was read
     * @param message what is wrong, with the place
     */
    public record Dangling(int task, Dependency dependency, String place, String message) {}

    private final TaskTable tasks = new TaskTable();
    private final TreeMap<String, Integer> pools = new TreeMap<>();
    private final GrowingEdges edges = new GrowingEdges();
    private final AwaitedTasks awaited = new AwaitedTasks();
    private final GrowingOrder order = new GrowingOrder(this);
    private int edgeCount;
    private boolean ended;

    private GrowingGraph() {}

    /** A graph without tasks. */
    public static GrowingGraph empty() {
        return new GrowingGraph();
    }

    /**
     * A copy of {@code graph} that can grow; tasks keep their numbers.
     *
     * @throws IllegalArgumentException if dependencies of {@code graph} are still unresolved
     */
    public static GrowingGraph startingFrom(GraphView graph) {
        GrowingGraph copy = new GrowingGraph();
        for (int task = 0; task < graph.size(); task++) {
            if (graph instanceof GrowingGraph growing && growing.unresolvedCount(task) > 0) {
                throw new IllegalArgumentException(growing.task(task) + " has unresolved dependencies");
            }
            copy.tasks.addCopy(graph.task(task));
        }
        copy.pools.putAll(graph.pools());
        copy.ensureLists();
        for (int task = 0; task < graph.size(); task++) {
            copy.edges.reserve(task, graph.dependencyCount(task), graph.dependentCount(task));
        }
        for (int task = 0; task < graph.size(); task++) {
            for (int i = 0; i < graph.dependencyCount(task); i++) {
                int step = graph.dependencyStep(task, i);
                int target = graph.dependency(task, i);
                String label = step < 0
                        ? graph.dependencyOutput(task, i)
                        : graph.task(target).steps().get(step).name();
                copy.edges.append(copy.edges.add(task, graph.dependencyKind(task, i), label), target);
            }
        }
        copy.edgeCount = copy.edges.size();
        copy.order.start(StateOrder.of(copy));
        return copy;
    }

    /**
     * Adds tasks, pools and dependencies. Whether a task that gains a dependency has started already is for the caller to know.
     *
     * @param expansion what to add
     * @param place where it was read, for messages
     * @return what is new
     * @throws GraphException if the expansion as a whole is refused: a name is taken, a pool has another depth, a step, an output
     *     or (after {@link #endOfSource}) a task is unknown
     * @throws CycleException if an edge would close a cycle
     */
    public Growth add(Expansion expansion, String place) {
        Attempt attempt = new Attempt(expansion, place);
        try {
            attempt.apply();
        } catch (GraphException e) {
            attempt.takeBack();
            throw e.at(place);
        }
        return attempt.commit();
    }

    /**
     * Gives a task another definition under its number and its names. What it newly depends on is added; what it depended on
     * before is not taken away. Whether the task has started already is for the caller to know.
     *
     * @param spec the definition, of a name that a task has
     * @param place where it was read, for messages
     * @return the dependencies that are new
     * @throws GraphException if it is refused and the old one stays: there is no such task, its other names are not the same,
     *     another task needs a step or an output that it no longer has, or what it newly depends on is unknown or closes a cycle
     */
    public Growth redefine(TaskSpec spec, String place) {
        int index = tasks.indexOf(spec.name());
        if (index < 0 || !tasks.task(index).name().equals(spec.name())) {
            throw new GraphException("no task is named '" + spec.name() + "'", spec.name(), place);
        }
        GraphChecks.checkNames(tasks.task(index), spec, place);
        Task before = tasks.replace(index, spec);
        Expansion.Builder added = Expansion.builder();
        spec.dependencies().forEach(dependency -> added.dependency(spec.name(), dependency));
        try {
            GraphChecks.checkPools(tasks.task(index), pools);
            for (int i = 0; i < edges.inCount(index); i++) {
                int edge = edges.in(index, i);
                GraphChecks.checkEdge(task(edges.source(edge)), task(index), edges.kind(edge), edges.label(edge));
            }
            return add(added.build(), place);
        } catch (GraphException e) {
            tasks.putBack(before);
            throw e.at(place);
        }
    }

    /**
     * Says that no source will bring further tasks. From now on an expansion may depend only on what is known or comes with it.
     *
     * @return dependencies on tasks that never came; their tasks can never start. Empty on a second call
     */
    public List<Dangling> endOfSource() {
        ended = true;
        List<Dangling> dangling = new ArrayList<>();
        for (AwaitedTasks.Waiting waiting : awaited.takeAll(tasks.nameCount())) {
            dangling.add(dangling(waiting.edge(), waiting.place(), tasks.name(waiting.name()), dangling.size()));
        }
        return Collections.unmodifiableList(dangling);
    }

    private Dangling dangling(int edge, String place, String name, int before) {
        Task task = task(edges.source(edge));
        String text = edges.label(edge);
        boolean step = edges.kind(edge) == DependencyKind.STEP;
        Dependency dependency = new Dependency(name, edges.kind(edge), step ? null : text, step ? text : null);
        String message = place + ": task '" + task.name() + "' depends on '" + name + "', which never came"
                + (before < MOST_SUGGESTIONS ? tasks.didYouMean(name, task.index()) : "");
        return new Dangling(task.index(), dependency, place, message);
    }

    /** How many dependencies of a task are on tasks that are still unknown, or never came. */
    public int unresolvedCount(int task) {
        return edges.openCount(task);
    }

    @Override
    public int size() {
        return tasks.size();
    }

    /** Number of dependencies that are resolved. */
    @Override
    public int edgeCount() {
        return edgeCount;
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
        return edges.outCount(task);
    }

    @Override
    public int dependency(int task, int i) {
        return edges.end(edges.out(task, i));
    }

    @Override
    public DependencyKind dependencyKind(int task, int i) {
        return edges.kind(edges.out(task, i));
    }

    @Override
    public int dependencyStep(int task, int i) {
        return step(edges.out(task, i));
    }

    @Override
    public @Nullable String dependencyOutput(int task, int i) {
        int edge = edges.out(task, i);
        return edges.kind(edge) == DependencyKind.STEP ? null : edges.label(edge);
    }

    @Override
    public int dependentCount(int task) {
        return edges.inCount(task);
    }

    @Override
    public int dependent(int task, int i) {
        return edges.source(edges.in(task, i));
    }

    @Override
    public DependencyKind dependentKind(int task, int i) {
        return edges.kind(edges.in(task, i));
    }

    @Override
    public int dependentStep(int task, int i) {
        return step(edges.in(task, i));
    }

    @Override
    public Map<String, Integer> pools() {
        return Collections.unmodifiableMap(pools);
    }

    @Override
    public String toString() {
        return "growing graph of " + size() + " tasks and " + edgeCount() + " dependencies";
    }

    private int step(int edge) {
        return edges.kind(edge) == DependencyKind.STEP
                ? task(edges.end(edge)).stepIndex(Objects.requireNonNull(edges.label(edge)))
                : -1;
    }

    private void ensureLists() {
        edges.ensureTasks(tasks.size());
        awaited.ensureNames(tasks.nameCount());
        order.ensureTasks(tasks.size());
    }

    /** One expansion on its way in; all it did can be taken back. */
    private final class Attempt {
        private final Expansion expansion;
        private final int firstTask = tasks.size();
        private final int firstName = tasks.nameCount();
        private final int firstEdge = edges.size();
        private final int firstLabel = edges.labelCount();
        private final List<String> newPools = new ArrayList<>(0);
        private final GrowingInts linked = new GrowingInts(); // edges that got their ends
        private final GrowingInts doubled = new GrowingInts(); // the same, but there is such an edge already
        private final GrowingInts awaitedNames = new GrowingInts(); // names that new edges wait for

        Attempt(Expansion expansion, String place) {
            this.expansion = expansion;
            awaited.beginPlace(place);
        }

        void apply() {
            expansion.pools().forEach((name, depth) -> {
                GraphChecks.checkPool(pools, name, depth);
                if (pools.put(name, depth) == null) {
                    newPools.add(name);
                }
            });
            for (TaskSpec spec : expansion.tasks()) {
                tasks.checkFree(spec);
                GraphChecks.checkPools(tasks.task(tasks.add(spec)), pools);
            }
            ensureLists();
            for (int task = firstTask; task < tasks.size(); task++) {
                resolve(tasks.task(task).name(), task);
                for (String alias : tasks.task(task).aliases()) {
                    resolve(alias, task);
                }
            }
            int task = firstTask;
            for (TaskSpec spec : expansion.tasks()) {
                for (Dependency dependency : spec.dependencies()) {
                    depend(task, dependency);
                }
                task++;
            }
            expansion.dependencies().forEach(this::dependLate);
        }

        private void resolve(String name, int target) {
            awaited.forEach(tasks.internName(name), edge -> link(edge, target));
        }

        private void dependLate(Expansion.LateDependency late) {
            int task = tasks.indexOf(late.task());
            if (task < 0) {
                throw new GraphException(
                        "a dependency on '" + late.dependency().task() + "' is added to task '" + late.task()
                                + "', which is not defined" + tasks.didYouMean(late.task(), -1),
                        late.task(),
                        null);
            }
            depend(task, late.dependency());
        }

        private void depend(int task, Dependency dependency) {
            int name = tasks.internName(dependency.task());
            int target = tasks.taskOfName(name);
            if (target < 0 && ended) {
                throw GraphChecks.unknownTask(tasks, tasks.task(task), dependency.task());
            }
            String label = dependency.step() != null ? dependency.step() : dependency.output();
            int edge = edges.add(task, dependency.kind(), label);
            if (target >= 0) {
                link(edge, target);
                return;
            }
            awaited.ensureNames(tasks.nameCount());
            awaited.add(name, edge);
            awaitedNames.add(name);
        }

        private void link(int edge, int target) {
            int source = edges.source(edge);
            GraphChecks.checkEdge(tasks.task(source), tasks.task(target), edges.kind(edge), edges.label(edge));
            if (!edges.link(edge, target)) {
                doubled.add(edge);
                return;
            }
            linked.add(edge);
            if (!order.add(source, edges.kind(edge), target)) {
                throw new CycleException(
                        CycleFinder.shortestThrough(GrowingGraph.this, source, edges.outCount(source) - 1), null);
            }
        }

        void takeBack() {
            order.rollback();
            order.truncate(firstTask, tasks.size());
            while (linked.size() > 0) {
                edges.unlink(linked.removeLast());
            }
            while (doubled.size() > 0) {
                edges.unlinkDouble(doubled.removeLast());
            }
            while (awaitedNames.size() > 0) {
                awaited.removeLast(awaitedNames.removeLast());
            }
            edges.truncate(firstEdge, firstLabel);
            tasks.truncate(firstTask, firstName);
            newPools.forEach(pools::remove);
            awaited.removePlace();
        }

        Growth commit() {
            order.commit();
            for (int task = firstTask; task < tasks.size(); task++) {
                awaited.clear(tasks.internName(tasks.task(task).name()));
                tasks.task(task).aliases().forEach(alias -> awaited.clear(tasks.internName(alias)));
            }
            if (awaitedNames.size() == 0) {
                awaited.removePlace();
            }
            edgeCount += linked.size();
            return new Growth(GrowingGraph.this, firstTask, linked.toArray());
        }
    }
}
