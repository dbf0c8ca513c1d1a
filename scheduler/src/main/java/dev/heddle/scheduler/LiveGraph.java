package dev.heddle.scheduler;

import dev.heddle.core.Dependency;
import dev.heddle.core.DependencyKind;
import dev.heddle.core.Expansion;
import dev.heddle.core.GraphView;
import dev.heddle.core.GrowingGraph;
import dev.heddle.core.Task;
import dev.heddle.core.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The graph of a build: the one that was given, until something is added, and then a copy that grows.
 *
 * <p>Owned by the loop's thread while the build runs; only read afterwards.
 */
final class LiveGraph {

    private GraphView view;
    private boolean ended;

    LiveGraph(GraphView given) {
        this.view = given;
    }

    /**
     * Adds to the graph.
     *
     * @throws dev.heddle.core.GraphException if it cannot be added; the graph is then as it was
     */
    GrowingGraph.Growth add(Expansion expansion, String place) {
        return growing().add(expansion, place);
    }

    /**
     * Gives a task another definition; what it depended on before stays.
     *
     * @throws dev.heddle.core.GraphException if it does not fit; the graph is then as it was
     */
    void redefine(TaskSpec spec, String place) {
        var unused = growing().redefine(spec, place);
    }

    /** Whether a task is known to depend on something in this way. */
    boolean hasDependency(int task, Dependency needed) {
        int other = indexOf(needed.task());
        for (int e = 0; e < dependencyCount(task); e++) {
            if (dependency(task, e) != other || dependencyKind(task, e) != needed.kind()) {
                continue;
            }
            int step = dependencyStep(task, e);
            String stepName = step < 0 ? null : task(other).steps().get(step).name();
            if (Objects.equals(view.dependencyOutput(task, e), needed.output())
                    && Objects.equals(stepName, needed.step())) {
                return true;
            }
        }
        return false;
    }

    /** Ends the wait for tasks that something depends on, also for what is added later; gives what never came. */
    List<GrowingGraph.Dangling> endOfSource() {
        ended = true;
        return view instanceof GrowingGraph growing ? growing.endOfSource() : List.of();
    }

    private GrowingGraph growing() {
        if (view instanceof GrowingGraph growing) {
            return growing;
        }
        GrowingGraph copy = GrowingGraph.startingFrom(view);
        if (ended) {
            copy.endOfSource();
        }
        view = copy;
        return copy;
    }

    /** Whether a task depends on one that is still unknown. */
    boolean isUnresolved(int task) {
        return view instanceof GrowingGraph growing && growing.unresolvedCount(task) > 0;
    }

    int size() {
        return view.size();
    }

    int edgeCount() {
        return view.edgeCount();
    }

    Task task(int index) {
        return view.task(index);
    }

    int indexOf(String name) {
        return view.indexOf(name);
    }

    int dependencyCount(int task) {
        return view.dependencyCount(task);
    }

    int dependency(int task, int i) {
        return view.dependency(task, i);
    }

    DependencyKind dependencyKind(int task, int i) {
        return view.dependencyKind(task, i);
    }

    int dependencyStep(int task, int i) {
        return view.dependencyStep(task, i);
    }

    int dependentCount(int task) {
        return view.dependentCount(task);
    }

    int dependent(int task, int i) {
        return view.dependent(task, i);
    }

    DependencyKind dependentKind(int task, int i) {
        return view.dependentKind(task, i);
    }

    int dependentStep(int task, int i) {
        return view.dependentStep(task, i);
    }

    Map<String, Integer> pools() {
        return view.pools();
    }
}
