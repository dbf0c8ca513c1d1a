package dev.heddle.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GraphMemoryTest {

    /** Every task with five dependencies, of all kinds but STEP or with STEP as well. */
    static BuildGraph graph(int tasks, boolean labels) {
        Step step = Step.of("build", Command.of("true"));
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < tasks; i++) {
            TaskSpec.Builder task =
                    TaskSpec.named("task-" + i).component("part").step(step);
            for (int j = 1; j <= 5 && j <= i; j++) {
                int target = (int) ((i * 2_654_435_761L + j * 40_503L) % i);
                task.dependency(
                        labels && j == 1
                                ? Dependency.step("task-" + target, "build")
                                : j == 2 ? Dependency.order("task-" + target) : Dependency.build("task-" + target));
            }
            graph.task(task.build());
        }
        return graph.build();
    }

    @Test
    void taskWithFiveDependenciesTakesAtMostTwoHundredBytes() {
        int size = 200_000;
        BuildGraph plain = graph(size, false);
        assertThat(plain.edgeCount()).isGreaterThan(size * 4);
        assertThat(plain.bytes() / size).as("by the size of its arrays").isLessThanOrEqualTo(140);
        assertThat(graph(size, true).bytes() / size)
                .as("with a column of labels")
                .isLessThanOrEqualTo(200);
    }

    @Test
    void whatTasksHaveInCommonIsStoredOnce() {
        BuildGraph graph = graph(1000, false);
        for (int i = 1; i < graph.size(); i++) {
            assertThat(graph.task(i).steps()).isSameAs(graph.task(0).steps());
            assertThat(graph.task(i).traits()).isSameAs(graph.task(0).traits());
            assertThat(graph.task(i).detail()).isSameAs(graph.task(0).detail());
        }
    }

    @Test
    void heapAgreesWithTheSum() {
        int size = 100_000;
        long before = usedHeap();
        BuildGraph graph = graph(size, false);
        long retained = usedHeap() - before;
        // Names: a String of 24 bytes and its array of 16 and the characters, rounded up to 8.
        long names = 0;
        for (int i = 0; i < size; i++) {
            names += 24 + (16 + graph.task(i).name().length() + 7) / 8 * 8;
        }
        assertThat((double) retained).isBetween(0.8 * (graph.bytes() + names), 1.25 * (graph.bytes() + names));
    }

    @Test
    void tasksThatShareAStepKeepAtMostTwoHundredBytesOfHeapEachNamesIncluded() {
        int size = 200_000;
        Step step = Step.of("nothing", (Action) job -> {});
        long before = usedHeap();
        BuildGraph.Builder builder = BuildGraph.builder();
        for (int i = 0; i < size; i++) {
            int number = i;
            builder.task("t" + i, task -> {
                task.step(step);
                for (int d = 1; d <= 2 && number >= 1_000; d++) {
                    task.dependsOn("t" + (number - 7 * d));
                }
            });
        }
        BuildGraph graph = builder.build();
        builder = BuildGraph.builder(); // What the builder itself kept is not the graph's.
        assertThat((usedHeap() - before) / size).isBetween(20L, 200L);
        assertThat(graph.size() + builder.build().size()).isEqualTo(size);
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
