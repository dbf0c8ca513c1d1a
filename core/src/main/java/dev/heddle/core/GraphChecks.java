package dev.heddle.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What makes a graph sound: the checks that the builder and the growing form have in common, and the words for what is wrong. */
final class GraphChecks {

    private GraphChecks() {}

    static void checkPool(Map<String, Integer> pools, String name, int depth) {
        if (name.isEmpty()) {
            throw new GraphException("a pool needs a name");
        }
        if (depth < 1) {
            throw new GraphException("pool '" + name + "': the depth must be at least 1: " + depth);
        }
        Integer known = pools.get(name);
        if (known != null && known != depth) {
            throw new GraphException("pool '" + name + "' is given two depths, " + known + " and " + depth);
        }
    }

    static void checkPools(Task task, Map<String, Integer> pools) {
        if (!pools.keySet().containsAll(task.resources().pools())) {
            throw unknownPool(task, pools);
        }
    }

    private static GraphException unknownPool(Task task, Map<String, Integer> pools) {
        String unknown = task.resources().pools().stream()
                .filter(pool -> !pools.containsKey(pool))
                .sorted()
                .findFirst()
                .orElseThrow();
        return new GraphException(
                "task '" + task.name() + "' names the pool '" + unknown + "', which is not defined"
                        + Suggestions.among(pools.keySet(), unknown),
                task.name(),
                null);
    }

    static GraphException unknownTask(TaskTable tasks, Task task, String name) {
        return new GraphException(
                "task '" + task.name() + "' depends on '" + name + "', which is not defined"
                        + tasks.didYouMean(name, task.index()),
                task.name(),
                null);
    }

    /** Checks that a task has no other names in a new definition than it has. */
    static void checkNames(Task task, TaskSpec spec, String place) {
        if (!task.aliases().equals(spec.aliases())) {
            throw new GraphException(
                    "task '" + task.name() + "' has other names than before: " + spec.aliases() + " instead of "
                            + task.aliases(),
                    task.name(),
                    place);
        }
    }

    /** Checks an edge whose ends are known. */
    static void checkEdge(Task from, Task to, DependencyKind kind, @Nullable String label) {
        if (from.index() == to.index() && kind != DependencyKind.RUN) {
            throw new CycleException(List.of(from.name()), null);
        }
        if (label == null) {
            return;
        }
        if (kind == DependencyKind.STEP) {
            if (to.stepIndex(label) < 0) {
                List<String> steps = to.steps().stream().map(Step::name).toList();
                throw unknownPart(from, to, "step", label, steps);
            }
        } else if (!to.outputNames().contains(label)) {
            throw unknownPart(from, to, "output", label, to.outputNames());
        }
    }

    private static GraphException unknownPart(Task from, Task to, String what, String name, Iterable<String> known) {
        String has = String.join(", ", known);
        return new GraphException(
                "task '" + from.name() + "' needs the " + what + " '" + name + "' of task '" + to.name()
                        + "', which has "
                        + (has.isEmpty() ? "no " + what + "s" : "the " + what + "s " + has)
                        + Suggestions.among(known, name),
                from.name(),
                null);
    }

    static void checkAcyclic(GraphView graph) {
        int[] cyclic = StateOrder.of(graph).cyclicTasks();
        if (cyclic.length > 0) {
            throw new CycleException(CycleFinder.shortestAmong(graph, cyclic), null);
        }
    }
}
