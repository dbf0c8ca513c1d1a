package dev.heddle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What every form of a graph does alike. */
abstract class GraphViewContract {

    abstract GraphView graph(List<TaskSpec> tasks, Map<String, Integer> pools);

    private GraphView graph(TaskSpec... tasks) {
        return graph(List.of(tasks), Map.of());
    }

    private static TaskSpec task(String name, String... dependsOn) {
        return TaskSpec.named(name).dependsOn(dependsOn).build();
    }

    @Test
    void tasksAreFoundByNameAndAlias() {
        GraphView graph = graph(
                task("a", "second"),
                TaskSpec.named("b").alias("second", "other").build());
        assertThat(graph.indexOf("a")).isZero();
        assertThat(graph.indexOf("other")).isEqualTo(1);
        assertThat(graph.find("second").orElseThrow()).isSameAs(graph.task(1));
        assertThat(graph.indexOf("c")).isEqualTo(-1);
        assertThat(graph.find("c")).isEmpty();
        assertThat(graph.dependency(0, 0)).isEqualTo(1);
        assertThat(graph.dependent(1, 0)).isZero();
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        GraphView graph = graph(task("a"), task("b", "a"));
        for (int wrong : new int[] {-1, 2, 1000}) {
            assertThatThrownBy(() -> graph.task(wrong)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> graph.dependency(1, wrong)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> graph.dependent(0, wrong)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void sameDependencyUnderTwoNamesIsOne() {
        GraphView graph = graph(
                TaskSpec.named("a")
                        .dependsOn("b", "also", "b")
                        .runsWith("also")
                        .dependency(Dependency.output("b", "lib"))
                        .build(),
                TaskSpec.named("b").alias("also").outputName("lib").build());
        assertThat(graph.dependencyCount(0)).isEqualTo(3);
        assertThat(graph.edgeCount()).isEqualTo(3);
        assertThat(graph.dependentCount(1)).isEqualTo(3);
    }

    @Test
    void duplicateNamesAndAliasesAreNamed() {
        assertThatThrownBy(() -> graph(task("a"), task("a")))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("task 'a' is defined twice");
        assertThatThrownBy(() -> graph(task("a"), TaskSpec.named("b").alias("a").build()))
                .hasMessageContaining("task 'b': its alias 'a' is already the name of task 'a'");
        assertThatThrownBy(() -> graph(TaskSpec.named("b").alias("a").build(), task("a")))
                .hasMessageContaining("task 'a': its name is already an alias of task 'b'");
    }

    @Test
    void unknownDependencyIsNamedWithWhatWasMeant() {
        assertThatThrownBy(() -> graph(task("libzstd"), task("app", "libztsd")))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("task 'app' depends on 'libztsd'")
                .hasMessageContaining("did you mean 'libzstd'?");
    }

    @Test
    void unknownStepOutputAndPoolAreNamed() {
        TaskSpec made = TaskSpec.named("b")
                .step("patch", Command.of("true"))
                .step("build", Command.of("true"))
                .outputName("lib")
                .build();
        assertThatThrownBy(() ->
                        graph(made, TaskSpec.named("a").afterStep("b", "pach").build()))
                .hasMessageContaining("needs the step 'pach' of task 'b', which has the steps patch, build")
                .hasMessageContaining("did you mean 'patch'?");
        assertThatThrownBy(() -> graph(
                        made,
                        TaskSpec.named("a")
                                .dependency(Dependency.output("b", "doc"))
                                .build()))
                .hasMessageContaining("needs the output 'doc' of task 'b', which has the outputs lib");
        assertThatThrownBy(() -> graph(List.of(TaskSpec.named("a").pool("lnik").build()), Map.of("link", 2)))
                .hasMessageContaining("task 'a' names the pool 'lnik', which is not defined; did you mean 'link'?");
    }

    @Test
    void edgesAreWhatTheModelSays() {
        for (int seed = 0; seed < 60; seed++) {
            List<TaskSpec> specs = RandomGraphs.tasks(new Random(seed), 15, 2.5, 0);
            NaiveGraph model = new NaiveGraph(specs);
            GraphView graph = graph(specs, Map.of());
            Set<String> expected = new TreeSet<>();
            for (TaskSpec spec : specs) {
                for (Dependency dependency : spec.dependencies()) {
                    expected.add(spec.name() + " " + dependency.kind() + " " + model.target(dependency) + " "
                            + dependency.step() + " " + dependency.output());
                }
            }
            assertThat(edges(graph)).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(graph.edgeCount()).isEqualTo(expected.size());
            assertThat(turned(graph)).containsExactlyInAnyOrderElementsOf(forward(graph));
        }
    }

    private static List<String> edges(GraphView graph) {
        List<String> edges = new ArrayList<>();
        for (int task = 0; task < graph.size(); task++) {
            for (int i = 0; i < graph.dependencyCount(task); i++) {
                Task target = graph.task(graph.dependency(task, i));
                int step = graph.dependencyStep(task, i);
                edges.add(graph.task(task).name() + " " + graph.dependencyKind(task, i) + " " + target.name() + " "
                        + (step < 0 ? null : target.steps().get(step).name()) + " " + graph.dependencyOutput(task, i));
            }
        }
        return edges;
    }

    private static List<String> forward(GraphView graph) {
        List<String> edges = new ArrayList<>();
        for (int task = 0; task < graph.size(); task++) {
            for (int i = 0; i < graph.dependencyCount(task); i++) {
                edges.add(task + " " + graph.dependency(task, i) + graph.dependencyKind(task, i)
                        + graph.dependencyStep(task, i));
            }
        }
        return edges;
    }

    private static List<String> turned(GraphView graph) {
        List<String> edges = new ArrayList<>();
        for (int task = 0; task < graph.size(); task++) {
            for (int i = 0; i < graph.dependentCount(task); i++) {
                edges.add(graph.dependent(task, i) + " " + task + graph.dependentKind(task, i)
                        + graph.dependentStep(task, i));
            }
        }
        return edges;
    }

    @Test
    void walksAgreeWithTheModel() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            List<TaskSpec> specs = RandomGraphs.tasks(random, 12, 2, 0.04);
            NaiveGraph model = new NaiveGraph(specs);
            if (model.hasCycle()) {
                continue;
            }
            GraphView graph = graph(specs, Map.of());
            ModelWalks walks = new ModelWalks(graph, model);
            walks.assertOrder();
            walks.assertLevels();
            walks.assertClosures("t" + random.nextInt(12));
            walks.assertCriticalPath(random);
        }
    }

    @Test
    void unknownTargetIsNamedWithWhatWasMeant() {
        GraphView graph = graph(task("install"), task("test"));
        assertThat(graph.closure(List.of())).isEqualTo(new BitSet());
        assertThatThrownBy(() -> graph.closure("instal"))
                .isInstanceOf(GraphException.class)
                .hasMessage("there is no task 'instal'; did you mean 'install'?");
    }

    @Test
    void tasksThatNeedOneAnotherAtRunTimeAreReported() {
        GraphView graph = graph(
                TaskSpec.named("a").runsWith("b").build(),
                TaskSpec.named("b").runsWith("c").build(),
                TaskSpec.named("c").runsWith("a").build(),
                task("user", "a"));
        assertThat(graph.runCycles()).hasSize(1);
        assertThat(graph.runCycles().get(0)).extracting(Task::name).containsExactly("a", "b", "c");
        int[] order = graph.topologicalOrder();
        assertThat(order[3]).isEqualTo(3);
    }

    @Test
    void fingerprintDependsOnWhatTheGraphSaysAndNotOnItsOrder() {
        for (int seed = 0; seed < 20; seed++) {
            List<TaskSpec> specs = RandomGraphs.tasks(new Random(seed), 10, 2, 0);
            List<TaskSpec> shuffled = new ArrayList<>(specs);
            Collections.shuffle(shuffled, new Random(seed + 1));
            String fingerprint = graph(specs, Map.of("p", 2, "q", 3)).fingerprint();
            assertThat(fingerprint).matches("[0-9a-f]{64}");
            assertThat(graph(shuffled, Map.of("q", 3, "p", 2)).fingerprint()).isEqualTo(fingerprint);
            assertThat(graph(specs, Map.of("p", 2, "q", 4)).fingerprint()).isNotEqualTo(fingerprint);
            List<TaskSpec> more = new ArrayList<>(specs);
            more.add(task("more"));
            assertThat(graph(more, Map.of("p", 2, "q", 3)).fingerprint()).isNotEqualTo(fingerprint);
        }
    }

    @Test
    void everyAttributeCountsForTheFingerprint() {
        List<TaskSpec.Builder> variants = List.of(
                TaskSpec.named("a"),
                TaskSpec.named("a").alias("x"),
                TaskSpec.named("a").component("x"),
                TaskSpec.named("a").description("x"),
                TaskSpec.named("a").outputName("x"),
                TaskSpec.named("a").input(Path.of("x")),
                TaskSpec.named("a").output(Path.of("x")),
                TaskSpec.named("a").env("x", "y"),
                TaskSpec.named("a").slots(2),
                TaskSpec.named("a").memoryBytes(2),
                TaskSpec.named("a").lock("x"),
                TaskSpec.named("a").hostProperty("x", "y"),
                TaskSpec.named("a").pinnedTo("x"),
                TaskSpec.named("a").near("x"),
                TaskSpec.named("a").timeout(Duration.ofSeconds(1)),
                TaskSpec.named("a").retry(new RetryPolicy(2, Duration.ZERO)),
                TaskSpec.named("a").weight(1),
                TaskSpec.named("a").priority(1),
                TaskSpec.named("a").action(job -> {}),
                TaskSpec.named("a").command(Command.of("x")),
                TaskSpec.named("a").command(Command.of("x", "")),
                TaskSpec.named("a").command(Command.shell("x")),
                TaskSpec.named("a").command(Command.of("x").in(Path.of("y"))),
                TaskSpec.named("a").command(Command.of("x").env("y", "z")),
                TaskSpec.named("a").command(Command.of("x").unset("y")),
                TaskSpec.named("a").command(Command.of("x").cleanEnv()),
                TaskSpec.named("a").command(Command.of("x").stdin("")),
                TaskSpec.named("a").command(Command.of("x").stdinFrom(Path.of("y"))),
                TaskSpec.named("a").command(Command.of("x").expectExit(0, 1)),
                TaskSpec.named("a").command(Command.of("x").capture(Command.Capture.LABELLED)));
        assertThat(variants.stream().map(variant -> graph(variant.build()).fingerprint()))
                .doesNotHaveDuplicates();
    }

    @Test
    void statisticsCountWhatIsThere() {
        GraphView graph = graph(
                TaskSpec.named("a").component("x").command(Command.of("true")).build(),
                task("b", "a"),
                TaskSpec.named("c").after("a").runsWith("b").component("x").build(),
                task("d", "b", "c"));
        assertThat(graph.statistics())
                .isEqualTo(new GraphStatistics(
                        4,
                        Map.of(
                                DependencyKind.BUILD, 3,
                                DependencyKind.RUN, 1,
                                DependencyKind.STEP, 0,
                                DependencyKind.ORDER, 1),
                        1,
                        1,
                        1,
                        1,
                        3,
                        2));
    }

    @Test
    void dotEscapesWhatNamesContain() throws IOException {
        GraphView graph = graph(
                TaskSpec.named("say \"hi\"\\n\n\u0007")
                        .component("a\"];evil")
                        .outputName("o")
                        .step("s", Command.of("true"))
                        .build(),
                task("c"),
                TaskSpec.named("b")
                        .dependency(Dependency.output("say \"hi\"\\n\n\u0007", "o"))
                        .runsWith("c")
                        .after("c")
                        .afterStep("say \"hi\"\\n\n\u0007", "s")
                        .build());
        StringBuilder dot = new StringBuilder();
        graph.writeDot(dot);
        assertThat(dot.toString()).isEqualTo("""
                        digraph heddle {
                          rankdir=LR;
                          node [shape=box];
                          t1 [label="c"];
                          t2 [label="b"];
                          subgraph cluster_0 {
                            label="a\\"];evil";
                            t0 [label="say \\"hi\\"\\\\n\\n?"];
                          }
                          t2 -> t0 [label="o"];
                          t2 -> t1 [style=dashed];
                          t2 -> t1 [style=dotted];
                          t2 -> t0 [arrowhead=open, label="s"];
                        }
                        """);
    }

    @Test
    void chainOfAHundredThousandTasksIsWalkedWithoutRecursion() {
        List<TaskSpec> specs = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            specs.add(i == 99_999 ? task("t" + i) : task("t" + i, "t" + (i + 1)));
        }
        GraphView graph = graph(specs, Map.of());
        assertThat(graph.topologicalOrder()[0]).isEqualTo(99_999);
        assertThat(Arrays.stream(graph.levels()).max()).hasValue(99_999);
        assertThat(graph.closure("t0").cardinality()).isEqualTo(100_000);
        assertThat(graph.criticalPath(task -> 1).tasks()).hasSize(100_000);
    }
}
