package dev.heddle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GrowingGraphTest {

    private static Expansion task(String name, String... dependsOn) {
        return Expansion.builder().task(name, t -> t.dependsOn(dependsOn)).build();
    }

    @Test
    void dependencyOnATaskThatComesLaterIsResolvedThen() {
        GrowingGraph graph = GrowingGraph.empty();
        GrowingGraph.Growth first = graph.add(task("a", "b", "c"), "list:1");
        assertThat(first.taskCount()).isEqualTo(1);
        assertThat(first.edgeCount()).isZero();
        assertThat(graph.unresolvedCount(0)).isEqualTo(2);
        assertThat(graph.dependencyCount(0)).isZero();
        GrowingGraph.Growth second = graph.add(task("b"), "list:2");
        assertThat(second.firstTask()).isEqualTo(1);
        assertThat(second.edgeCount()).isEqualTo(1);
        assertThat(second.edgeSource(0)).isZero();
        assertThat(second.edgeTarget(0)).isEqualTo(1);
        assertThat(second.edgeKind(0)).isEqualTo(DependencyKind.BUILD);
        assertThat(second.edgeStep(0)).isEqualTo(-1);
        assertThat(graph.unresolvedCount(0)).isEqualTo(1);
    }

    @Test
    void whatNeverCameIsToldAtTheEndWithItsPlace() {
        GrowingGraph graph = GrowingGraph.empty();
        graph.add(task("app", "libzstd", "libnone"), "packages.list:1");
        graph.add(task("libztsd"), "packages.list:2");
        List<GrowingGraph.Dangling> dangling = graph.endOfSource();
        assertThat(dangling)
                .extracting(GrowingGraph.Dangling::message)
                .containsExactly(
                        "packages.list:1: task 'app' depends on 'libzstd', which never came; did you mean 'libztsd'?",
                        "packages.list:1: task 'app' depends on 'libnone', which never came");
        assertThat(dangling.get(0).task()).isZero();
        assertThat(graph.unresolvedCount(0)).isEqualTo(2);
        assertThat(graph.endOfSource()).isEmpty();
        assertThatThrownBy(() -> graph.add(task("b", "nothing"), "job 1"))
                .hasMessage("job 1: task 'b' depends on 'nothing', which is not defined");
        assertThat(graph.add(task("libzstd"), "job 2").edgeCount()).isZero();
    }

    @Test
    void aTaskIsNotProposedToItself() {
        GrowingGraph graph = GrowingGraph.empty();
        graph.add(
                Expansion.builder()
                        .task("a", task -> task.alias("c").dependsOn("b"))
                        .build(),
                "list:1");
        assertThat(graph.endOfSource())
                .extracting(GrowingGraph.Dangling::message)
                .containsExactly("list:1: task 'a' depends on 'b', which never came");
        assertThatThrownBy(() -> graph.add(task("x", "y"), "job 1"))
                .hasMessage("job 1: task 'x' depends on 'y', which is not defined; did you mean 'a'?");
    }

    @Test
    void aTaskThatIsDefinedAnewKeepsItsNumberAndWhatItDependedOn() {
        GrowingGraph graph = GrowingGraph.empty();
        graph.add(task("a"), "list:1");
        graph.add(task("b", "a"), "list:2");
        graph.add(task("c"), "list:3");
        GrowingGraph.Growth growth = graph.redefine(
                TaskSpec.named("b")
                        .command(Command.of("new"))
                        .dependsOn("c", "a")
                        .build(),
                "list:9");
        assertThat(growth.taskCount()).isZero();
        assertThat(growth.edgeCount()).isEqualTo(1);
        assertThat(growth.edgeTarget(0)).isEqualTo(2);
        assertThat(graph.task(1).steps()).hasSize(1);
        assertThat(graph.indexOf("b")).isEqualTo(1);
        assertThat(graph.dependencyCount(1)).isEqualTo(2);
    }

    @Test
    void aDefinitionThatDoesNotFitLeavesTheOldOne() {
        GrowingGraph graph = GrowingGraph.empty();
        graph.add(
                Expansion.builder()
                        .task("a", t -> t.command(Command.of("old")).alias("x"))
                        .build(),
                "list:1");
        graph.add(Expansion.builder().task("b", t -> t.afterStep("a", "run")).build(), "list:2");
        graph.endOfSource();
        String before = CyclesTest.describe(graph);
        TaskSpec.Builder same = TaskSpec.named("a").command(Command.of("new")).alias("x");
        assertThatThrownBy(() -> graph.redefine(TaskSpec.named("q").build(), "list:9"))
                .hasMessage("list:9: no task is named 'q'");
        assertThatThrownBy(() -> graph.redefine(TaskSpec.named("x").build(), "list:9"))
                .hasMessage("list:9: no task is named 'x'");
        assertThatThrownBy(() -> graph.redefine(TaskSpec.named("a").build(), "list:9"))
                .hasMessage("list:9: task 'a' has other names than before: [] instead of [x]");
        assertThatThrownBy(() -> graph.redefine(TaskSpec.named("a").alias("x").build(), "list:9"))
                .hasMessageStartingWith("list:9: task 'b' needs the step 'run' of task 'a', which has no steps");
        assertThatThrownBy(() -> graph.redefine(same.pool("p").build(), "list:9"))
                .hasMessageContaining("names the pool 'p', which is not defined");
        TaskSpec.Builder sound = TaskSpec.named("a").command(Command.of("new")).alias("x");
        assertThatThrownBy(() -> graph.redefine(sound.dependsOn("q").build(), "list:9"))
                .hasMessageContaining("depends on 'q', which is not defined");
        TaskSpec.Builder cyclic = TaskSpec.named("a").command(Command.of("new")).alias("x");
        assertThatThrownBy(() -> graph.redefine(cyclic.dependsOn("b").build(), "list:9"))
                .isInstanceOf(CycleException.class);
        assertThat(CyclesTest.describe(graph)).isEqualTo(before);
        assertThat(graph.task(0).steps().get(0).work()).isEqualTo(Command.of("old"));
    }

    @Test
    void refusedExpansionLeavesNothingBehind() {
        GrowingGraph graph = GrowingGraph.empty();
        graph.add(task("a", "late"), "list:1");
        String before = CyclesTest.describe(graph);
        Expansion closesACycle = Expansion.builder()
                .pool("p", 2)
                .task("late", t -> t.dependsOn("x").pool("p").alias("other"))
                .task("x", t -> t.dependsOn("unknown", "y"))
                .task("y", t -> t.dependsOn("a"))
                .build();
        assertThatThrownBy(() -> graph.add(closesACycle, "list:2"))
                .isInstanceOf(CycleException.class)
                .hasMessage("list:2: dependency cycle: a -> late -> x -> y -> a");
        assertThat(CyclesTest.describe(graph)).isEqualTo(before);
        assertThat(graph.indexOf("late")).isEqualTo(-1);
        assertThat(graph.add(task("late"), "list:3").edgeCount()).isEqualTo(1);
        assertThat(graph.unresolvedCount(0)).isZero();
        assertThat(graph.endOfSource()).isEmpty();
    }

    @Test
    void poolOfAnotherDepthAndDependencyOfAnUnknownTaskAreRefused() {
        GrowingGraph graph = GrowingGraph.empty();
        graph.add(Expansion.builder().pool("p", 2).build(), "list:1");
        graph.add(Expansion.builder().pool("p", 2).build(), "list:2");
        assertThatThrownBy(() -> graph.add(Expansion.builder().pool("p", 3).build(), "list:3"))
                .hasMessage("list:3: pool 'p' is given two depths, 2 and 3");
        assertThatThrownBy(() -> graph.add(
                        Expansion.builder()
                                .dependency("b", Dependency.build("c"))
                                .build(),
                        "list:4"))
                .hasMessage("list:4: a dependency on 'c' is added to task 'b', which is not defined");
    }

    @Test
    void randomExpansionsOfSeveralTasksGiveTheGraphThatABuilderGives() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<TaskSpec> specs = RandomGraphs.tasks(random, 20, 2, 0);
            GrowingGraph graph = GrowingGraph.empty();
            List<TaskSpec> left = new ArrayList<>(specs);
            while (!left.isEmpty()) {
                Expansion.Builder some = Expansion.builder();
                for (int i = random.nextInt(4); i >= 0 && !left.isEmpty(); i--) {
                    some.task(left.remove(0));
                }
                graph.add(some.build(), "list");
            }
            assertThat(graph.endOfSource()).isEmpty();
            BuildGraph built = BuildGraph.builder().tasks(specs).build();
            assertThat(graph.fingerprint()).isEqualTo(built.fingerprint());
            assertThat(graph.levels()).isEqualTo(built.levels());
            assertThat(GrowingGraph.startingFrom(built).fingerprint()).isEqualTo(built.fingerprint());
        }
    }

    @Test
    @Timeout(60)
    void costOfATaskDoesNotGrowWithTheGraphInAnyOrderOfArrival() {
        int size = 50_000;
        List<Expansion> dependenciesFirst = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            dependenciesFirst.add(i == 0 ? task("t0") : task("t" + i, "t" + (i - 1), "t" + i / 2));
        }
        List<Expansion> dependentsFirst = new ArrayList<>(dependenciesFirst);
        Collections.reverse(dependentsFirst);
        for (List<Expansion> order : List.of(dependenciesFirst, dependentsFirst)) {
            GrowingGraph graph = GrowingGraph.empty();
            order.forEach(expansion -> graph.add(expansion, "list"));
            assertThat(graph.endOfSource()).isEmpty();
            assertThatThrownBy(() -> graph.add(
                            Expansion.builder()
                                    .dependency("t0", Dependency.build("t" + (size - 1)))
                                    .build(),
                            "late"))
                    .isInstanceOf(CycleException.class);
        }
    }
}
