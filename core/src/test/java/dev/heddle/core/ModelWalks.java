package dev.heddle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Compares what walks of a graph find with what the simple model of it says. */
record ModelWalks(GraphView graph, NaiveGraph model) {

    void assertOrder() {
        Set<String> seen = new HashSet<>();
        for (int task : graph.topologicalOrder()) {
            String name = graph.task(task).name();
            for (String needed : model.reachable("start:" + name)) {
                if (needed.startsWith("start:")) {
                    assertThat(seen).contains(needed.substring(6));
                }
            }
            assertThat(seen.add(name)).isTrue();
        }
        assertThat(seen).hasSize(graph.size());
    }

    void assertLevels() {
        int[] levels = graph.levels();
        Map<String, Integer> expected = new HashMap<>();
        for (int task : graph.topologicalOrder()) {
            int level = 0;
            for (String needed : model.reachable("start:" + graph.task(task).name())) {
                if (needed.startsWith("start:")) {
                    level = Math.max(level, expected.get(needed.substring(6)) + 1);
                }
            }
            expected.put(graph.task(task).name(), level);
            assertThat(levels[task]).isEqualTo(level);
        }
    }

    void assertClosures(String from) {
        Set<String> below = new TreeSet<>(Set.of(from));
        model.reachable("start:" + from).forEach(state -> below.add(state.substring(state.indexOf(':') + 1)));
        model.reachable("usable:" + from).forEach(state -> below.add(state.substring(state.indexOf(':') + 1)));
        // A closure takes every edge; the states leave out what a STEP or ORDER dependency needs at run time.
        assertThat(names(graph.closure(from))).containsAll(below);
        for (int task = 0; task < graph.size(); task++) {
            String name = graph.task(task).name();
            assertThat(graph.dependentClosure(name).get(graph.indexOf(from)))
                    .isEqualTo(graph.closure(from).get(task));
        }
    }

    private Set<String> names(BitSet tasks) {
        Set<String> names = new TreeSet<>();
        tasks.stream().forEach(task -> names.add(graph.task(task).name()));
        return names;
    }

    void assertCriticalPath(Random random) {
        Map<String, Double> weights = new HashMap<>();
        model.tasks.keySet().stream().sorted().forEach(name -> weights.put(name, (double) random.nextInt(10)));
        Map<String, Double> longest = new HashMap<>();
        double expected = 0;
        for (int task : graph.topologicalOrder()) {
            String name = graph.task(task).name();
            double before = 0;
            for (String needed : model.reachable("start:" + name)) {
                if (needed.startsWith("start:")) {
                    before = Math.max(before, longest.get(needed.substring(6)));
                }
            }
            longest.put(name, before + weights.get(name));
            expected = Math.max(expected, longest.get(name));
        }
        CriticalPath path = graph.criticalPath(task -> weights.get(task.name()));
        assertThat(path.length()).isEqualTo(expected, within(1e-9));
        assertThat(path.tasks().stream()
                        .mapToDouble(task -> weights.get(task.name()))
                        .sum())
                .isEqualTo(expected, within(1e-9));
        for (int i = 1; i < path.tasks().size(); i++) {
            assertThat(model.reachable("start:" + path.tasks().get(i).name()))
                    .contains("start:" + path.tasks().get(i - 1).name());
        }
    }
}
