package dev.heddle.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A slow and plain model of a graph, by names and collections, to hold the real one against. */
final class NaiveGraph {
    final Map<String, TaskSpec> tasks = new HashMap<>();
    final Map<String, String> names = new HashMap<>();

    NaiveGraph(Iterable<TaskSpec> specs) {
        for (TaskSpec spec : specs) {
            tasks.put(spec.name(), spec);
            names.put(spec.name(), spec.name());
            spec.aliases().forEach(alias -> names.put(alias, spec.name()));
        }
    }

    String target(Dependency dependency) {
        return names.get(dependency.task());
    }

    /** What must hold before {@code state} does: states are {@code start:NAME} and {@code usable:NAME}. */
    List<String> needs(String state) {
        boolean usable = state.startsWith("usable:");
        String name = state.substring(state.indexOf(':') + 1);
        List<String> result = new ArrayList<>();
        if (usable) {
            result.add("start:" + name);
        }
        for (Dependency dependency : tasks.get(name).dependencies()) {
            if (target(dependency) == null || (dependency.kind() == DependencyKind.RUN) != usable) {
                continue;
            }
            boolean needsUsable = dependency.kind() == DependencyKind.BUILD || dependency.kind() == DependencyKind.RUN;
            result.add((needsUsable ? "usable:" : "start:") + target(dependency));
        }
        return result;
    }

    Set<String> reachable(String state) {
        Set<String> seen = new HashSet<>();
        Deque<String> todo = new ArrayDeque<>(needs(state));
        while (!todo.isEmpty()) {
            String next = todo.pop();
            if (seen.add(next)) {
                todo.addAll(needs(next));
            }
        }
        return seen;
    }

    /** Whether some task has to wait for itself before it can start. */
    boolean hasCycle() {
        return tasks.keySet().stream()
                .anyMatch(name -> reachable("start:" + name).contains("start:" + name));
    }

    /** The number of tasks on the shortest cycle, by a search that knows nothing of states in one array. */
    int shortestCycle() {
        int best = Integer.MAX_VALUE;
        for (String name : tasks.keySet()) {
            Map<String, Integer> distance = new HashMap<>();
            Deque<String> todo = new ArrayDeque<>();
            distance.put("start:" + name, 0);
            todo.add("start:" + name);
            while (!todo.isEmpty()) {
                String state = todo.poll();
                for (String next : needs(state)) {
                    boolean sameTask = next.substring(next.indexOf(':')).equals(state.substring(state.indexOf(':')));
                    int length =
                            distance.get(state) + (sameTask && !next.equals(state) && state.startsWith("u") ? 0 : 1);
                    if (next.equals("start:" + name)) {
                        best = Math.min(best, length);
                    }
                    if (length < distance.getOrDefault(next, Integer.MAX_VALUE)) {
                        distance.put(next, length);
                        todo.add(next);
                    }
                }
            }
        }
        return best;
    }
}
