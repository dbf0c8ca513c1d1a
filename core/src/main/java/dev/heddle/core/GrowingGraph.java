package dev.heddle.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
    private static final int NO_TASK = -1;
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
            return graph.sources.get(edges[i]);
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
    private final NameTable labels = new NameTable();
    private final TreeMap<String, Integer> pools = new TreeMap<>();
    private final GrowingInts sources = new GrowingInts(); // by edge
    private final EdgeColumns edges = new EdgeColumns(); // the end is a task, or NO_TASK while it is unknown
    private final IntLists out = new IntLists(); // by task: edges that are resolved
    private final IntLists in = new IntLists();
    private final IntLists waiting = new IntLists(); // by name: edges that wait for it, each followed by its place
    private final GrowingInts unresolved = new GrowingInts(); // by task
    private final List<String> places = new ArrayList<>();
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
            copy.unresolved.add(0);
        }
        copy.pools.putAll(graph.pools());
        copy.ensureLists();
        for (int task = 0; task < graph.size(); task++) {
            copy.in.reserve(task, graph.dependentCount(task));
        }
        for (int task = 0; task < graph.size(); task++) {
            copy.out.reserve(task, graph.dependencyCount(task));
            for (int i = 0; i < graph.dependencyCount(task); i++) {
                int step = graph.dependencyStep(task, i);
                int target = graph.dependency(task, i);
                String label = step < 0
                        ? graph.dependencyOutput(task, i)
                        : graph.task(target).steps().get(step).name();
                int edge = copy.addEdge(task, target, graph.dependencyKind(task, i), label);
                copy.out.push(task, edge);
                copy.in.push(target, edge);
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
     * Says that no source will bring further tasks. From now on an expansion may depend only on what is known or comes with it.
     *
     * @return dependencies on tasks that never came; their tasks can never start. Empty on a second call
     */
    public List<Dangling> endOfSource() {
        ended = true;
        List<int[]> found = new ArrayList<>(); // edge, place, name
        for (int name = 0; name < tasks.nameCount(); name++) {
            for (int i = 0; i < waiting.length(name); i += 2) {
                found.add(new int[] {waiting.get(name, i), waiting.get(name, i + 1), name});
            }
            waiting.clear(name);
        }
        found.sort((a, b) -> Integer.compare(a[0], b[0]));
        List<Dangling> dangling = new ArrayList<>(found.size());
        for (int[] entry : found) {
            dangling.add(dangling(entry[0], places.get(entry[1]), tasks.name(entry[2]), dangling.size()));
        }
        places.clear();
        return Collections.unmodifiableList(dangling);
    }

    private Dangling dangling(int edge, String place, String name, int before) {
        Task task = task(sources.get(edge));
        int label = edges.label(edge);
        String text = label == EdgeColumns.NO_LABEL ? null : labels.name(label);
        boolean step = edges.kind(edge) == DependencyKind.STEP;
        Dependency dependency = new Dependency(name, edges.kind(edge), step ? null : text, step ? text : null);
        String message = place + ": task '" + task.name() + "' depends on '" + name + "', which never came"
                + (before < MOST_SUGGESTIONS ? tasks.didYouMean(name) : "");
        return new Dangling(task.index(), dependency, place, message);
    }

    /** How many dependencies of a task are on tasks that are still unknown, or never came. */
    public int unresolvedCount(int task) {
        return unresolved.get(task);
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
        return out.length(task);
    }

    @Override
    public int dependency(int task, int i) {
        return edges.end(out.get(task, i));
    }

    @Override
    public DependencyKind dependencyKind(int task, int i) {
        return edges.kind(out.get(task, i));
    }

    @Override
    public int dependencyStep(int task, int i) {
        return step(out.get(task, i));
    }

    @Override
    public @Nullable String dependencyOutput(int task, int i) {
        int edge = out.get(task, i);
        int label = edges.kind(edge) == DependencyKind.STEP ? EdgeColumns.NO_LABEL : edges.label(edge);
        return label == EdgeColumns.NO_LABEL ? null : labels.name(label);
    }

    @Override
    public int dependentCount(int task) {
        return in.length(task);
    }

    @Override
    public int dependent(int task, int i) {
        return sources.get(in.get(task, i));
    }

    @Override
    public DependencyKind dependentKind(int task, int i) {
        return edges.kind(in.get(task, i));
    }

    @Override
    public int dependentStep(int task, int i) {
        return step(in.get(task, i));
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
                ? task(edges.end(edge)).stepIndex(labels.name(edges.label(edge)))
                : -1;
    }

    private int addEdge(int source, int target, DependencyKind kind, @Nullable String label) {
        sources.add(source);
        edges.add(target, kind, label == null ? EdgeColumns.NO_LABEL : labels.intern(label));
        return edges.size() - 1;
    }

    private void ensureLists() {
        out.ensureLists(tasks.size());
        in.ensureLists(tasks.size());
        waiting.ensureLists(tasks.nameCount());
        order.ensureTasks(tasks.size());
    }

    /** One expansion on its way in; all it did can be taken back. */
    private final class Attempt {
        private final Expansion expansion;
        private final int place;
        private final int firstTask = tasks.size();
        private final int firstName = tasks.nameCount();
        private final int firstEdge = edges.size();
        private final int firstLabel = labels.size();
        private final List<String> newPools = new ArrayList<>(0);
        private final GrowingInts linked = new GrowingInts(); // edges that got their ends
        private final GrowingInts doubled = new GrowingInts(); // the same, but there is such an edge already
        private final GrowingInts awaited = new GrowingInts(); // names that new edges wait for

        Attempt(Expansion expansion, String place) {
            this.expansion = expansion;
            this.place = places.size();
            places.add(place);
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
            int id = tasks.internName(name);
            for (int i = 0; i < waiting.length(id); i += 2) {
                link(waiting.get(id, i), target);
            }
        }

        private void dependLate(Expansion.LateDependency late) {
            int task = tasks.indexOf(late.task());
            if (task < 0) {
                throw new GraphException(
                        "a dependency on '" + late.dependency().task() + "' is added to task '" + late.task()
                                + "', which is not defined" + tasks.didYouMean(late.task()),
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
            int edge = addEdge(task, NO_TASK, dependency.kind(), label);
            if (target >= 0) {
                link(edge, target);
                return;
            }
            waiting.ensureLists(tasks.nameCount());
            waiting.push(name, edge);
            waiting.push(name, place);
            awaited.add(name);
        }

        private void link(int edge, int target) {
            int source = sources.get(edge);
            DependencyKind kind = edges.kind(edge);
            int label = edges.label(edge);
            GraphChecks.checkEdge(
                    tasks.task(source),
                    tasks.task(target),
                    kind,
                    label == EdgeColumns.NO_LABEL ? null : labels.name(label));
            edges.setEnd(edge, target);
            if (isKnown(edge, source, target)) {
                doubled.add(edge);
                return;
            }
            out.push(source, edge);
            in.push(target, edge);
            linked.add(edge);
            if (!order.add(source, kind, target)) {
                throw new CycleException(
                        CycleFinder.shortestThrough(GrowingGraph.this, source, out.length(source) - 1), null);
            }
        }

        private boolean isKnown(int edge, int source, int target) {
            boolean fromSource = out.length(source) <= in.length(target);
            IntLists lists = fromSource ? out : in;
            int list = fromSource ? source : target;
            for (int i = 0; i < lists.length(list); i++) {
                int other = lists.get(list, i);
                if (sources.get(other) == source && edges.same(edge, other)) {
                    return true;
                }
            }
            return false;
        }

        void takeBack() {
            order.rollback();
            order.truncate(firstTask, tasks.size());
            while (linked.size() > 0) {
                int edge = linked.removeLast();
                out.pop(sources.get(edge));
                in.pop(edges.end(edge));
                edges.setEnd(edge, NO_TASK);
            }
            while (doubled.size() > 0) {
                edges.setEnd(doubled.removeLast(), NO_TASK);
            }
            while (awaited.size() > 0) {
                int name = awaited.removeLast();
                waiting.pop(name);
                waiting.pop(name);
            }
            sources.truncate(firstEdge);
            edges.truncate(firstEdge);
            labels.truncate(firstLabel);
            tasks.truncate(firstTask, firstName);
            newPools.forEach(pools::remove);
            places.remove(place);
        }

        Growth commit() {
            order.commit();
            for (int task = firstTask; task < tasks.size(); task++) {
                unresolved.add(0);
            }
            countUnresolved();
            for (int task = firstTask; task < tasks.size(); task++) {
                waiting.clear(tasks.internName(tasks.task(task).name()));
                tasks.task(task).aliases().forEach(alias -> waiting.clear(tasks.internName(alias)));
            }
            if (awaited.size() == 0) {
                places.remove(place);
            }
            edgeCount += linked.size();
            return new Growth(GrowingGraph.this, firstTask, linked.toArray());
        }

        private void countUnresolved() {
            for (int edge = firstEdge; edge < edges.size(); edge++) {
                if (edges.end(edge) == NO_TASK) {
                    unresolved.set(sources.get(edge), unresolved.get(sources.get(edge)) + 1);
                }
            }
            countResolved(linked);
            countResolved(doubled);
        }

        private void countResolved(GrowingInts resolved) {
            for (int i = 0; i < resolved.size(); i++) {
                int edge = resolved.get(i);
                if (edge < firstEdge) {
                    unresolved.set(sources.get(edge), unresolved.get(sources.get(edge)) - 1);
                }
            }
        }
    }
}
