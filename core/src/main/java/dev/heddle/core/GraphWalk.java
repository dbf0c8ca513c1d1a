package dev.heddle.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Walks over whole graphs, none of them recursive: each looks at every task and edge a bounded number of times. */
final class GraphWalk {

    private GraphWalk() {}

    /** The numbers of tasks by name or alias. */
    static BitSet named(GraphView graph, Iterable<String> names) {
        BitSet tasks = new BitSet();
        for (String name : names) {
            int task = graph.indexOf(name);
            if (task < 0) {
                List<String> known = new ArrayList<>();
                for (int i = 0; i < graph.size(); i++) {
                    known.add(graph.task(i).name());
                    known.addAll(graph.task(i).aliases());
                }
                throw new GraphException("there is no task '" + name + "'" + Suggestions.among(known, name));
            }
            tasks.set(task);
        }
        return tasks;
    }

    /** The tasks and all they depend on, or with {@code up} all that depends on them. */
    static BitSet closure(GraphView graph, BitSet tasks, boolean up) {
        BitSet seen = (BitSet) tasks.clone();
        ArrayDeque<Integer> open = new ArrayDeque<>();
        tasks.stream().forEach(open::add);
        while (!open.isEmpty()) {
            int task = open.remove();
            int count = up ? graph.dependentCount(task) : graph.dependencyCount(task);
            for (int i = 0; i < count; i++) {
                int next = up ? graph.dependent(task, i) : graph.dependency(task, i);
                if (!seen.get(next)) {
                    seen.set(next);
                    open.add(next);
                }
            }
        }
        return seen;
    }

    static int[] levels(GraphView graph) {
        StateOrder order = StateOrder.of(graph);
        int[] levels = new int[graph.size()];
        Arrays.setAll(levels, order::startLevel);
        return levels;
    }

    static List<List<Task>> runCycles(GraphView graph) {
        List<List<Task>> cycles = new ArrayList<>();
        for (int[] group : StateOrder.of(graph).groups()) {
            if (group.length > 1) {
                cycles.add(Arrays.stream(group)
                        .map(node -> node >> 1)
                        .sorted()
                        .mapToObj(graph::task)
                        .toList());
            }
        }
        return List.copyOf(cycles);
    }

    static CriticalPath criticalPath(GraphView graph, ToDoubleFunction<? super Task> weight) {
        StateOrder order = StateOrder.of(graph);
        return new Paths(graph, weight).along(order);
    }

    static GraphStatistics statistics(GraphView graph) {
        Map<DependencyKind, Integer> kinds = new EnumMap<>(DependencyKind.class);
        for (DependencyKind kind : DependencyKind.values()) {
            kinds.put(kind, 0);
        }
        int steps = 0;
        int roots = 0;
        int leaves = 0;
        Set<String> components = new HashSet<>();
        for (int task = 0; task < graph.size(); task++) {
            steps += graph.task(task).steps().size();
            graph.task(task).component().ifPresent(components::add);
            roots += graph.dependentCount(task) == 0 ? 1 : 0;
            leaves += graph.dependencyCount(task) == 0 ? 1 : 0;
            for (int i = 0; i < graph.dependencyCount(task); i++) {
                kinds.merge(graph.dependencyKind(task, i), 1, Integer::sum);
            }
        }
        int[] levels = levels(graph);
        int depth = Arrays.stream(levels).max().orElse(-1) + 1;
        int[] widths = new int[depth];
        for (int level : levels) {
            widths[level]++;
        }
        int width = Arrays.stream(widths).max().orElse(0);
        return new GraphStatistics(graph.size(), kinds, steps, components.size(), roots, leaves, depth, width);
    }

    /** Longest paths, found in the order in which tasks start and become usable. */
    private static final class Paths {
        private static final int NONE = -1;

        private final GraphView graph;
        private final double[] weights;
        private final double[] built; // by task: the longest path that ends with it
        private final int[] before; // the task before it on that path, or NONE
        private final double[] usable; // the longest path after which it is usable
        private final int[] last; // the task at the end of that path

        Paths(GraphView graph, ToDoubleFunction<? super Task> weight) {
            this.graph = graph;
            int size = graph.size();
            weights = new double[size];
            built = new double[size];
            usable = new double[size];
            before = new int[size];
            last = new int[size];
            for (int task = 0; task < size; task++) {
                weights[task] = weight.applyAsDouble(graph.task(task));
                if (!(weights[task] >= 0)) {
                    throw new IllegalArgumentException(
                            graph.task(task) + ": a weight must be a number of at least 0: " + weights[task]);
                }
            }
        }

        CriticalPath along(StateOrder order) {
            int end = NONE;
            for (int[] nodes : order.groups()) {
                if ((nodes[0] & 1) == 0) {
                    int task = nodes[0] >> 1;
                    start(task);
                    end = end == NONE || built[task] > built[end] ? task : end;
                } else {
                    becomeUsable(nodes);
                }
            }
            List<Task> tasks = new ArrayList<>();
            for (int task = end; task != NONE; task = before[task]) {
                tasks.add(graph.task(task));
            }
            Collections.reverse(tasks);
            return new CriticalPath(end == NONE ? 0 : built[end], tasks);
        }

        private void start(int task) {
            double longest = 0;
            before[task] = NONE;
            for (int i = 0; i < graph.dependencyCount(task); i++) {
                int other = graph.dependency(task, i);
                DependencyKind kind = graph.dependencyKind(task, i);
                boolean whole = kind == DependencyKind.BUILD;
                double length = whole ? usable[other] : built[other];
                if (kind != DependencyKind.RUN && (before[task] == NONE || length > longest)) {
                    longest = length;
                    before[task] = whole ? last[other] : other;
                }
            }
            built[task] = longest + weights[task];
        }

        /** Tasks that become usable together do so when the last of them is built and all they need besides is usable. */
        private void becomeUsable(int[] nodes) {
            double longest = NONE;
            int end = NONE;
            for (int node : nodes) {
                int task = node >> 1;
                if (built[task] > longest) {
                    longest = built[task];
                    end = task;
                }
                for (int i = 0; i < graph.dependencyCount(task); i++) {
                    int other = graph.dependency(task, i);
                    if (graph.dependencyKind(task, i) == DependencyKind.RUN && usable[other] > longest) {
                        longest = usable[other];
                        end = last[other];
                    }
                }
            }
            for (int node : nodes) {
                usable[node >> 1] = longest;
                last[node >> 1] = end;
            }
        }
    }
}
