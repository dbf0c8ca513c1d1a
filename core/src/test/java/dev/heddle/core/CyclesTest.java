package dev.heddle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CyclesTest {

    @Test
    void cycleIsNamedAsAWhole() {
        BuildGraph.Builder builder = BuildGraph.builder()
                .task("a", t -> t.dependsOn("b"))
                .task("b", t -> t.dependsOn("c"))
                .task("c", t -> t.after("a"))
                .task("d", t -> t.dependsOn("a"));
        assertThatThrownBy(builder::build)
                .isInstanceOf(CycleException.class)
                .hasMessage("dependency cycle: a -> b -> c -> a");
    }

    @Test
    void shortestOfSeveralCyclesIsNamed() {
        BuildGraph.Builder builder = BuildGraph.builder();
        for (int i = 0; i < 50; i++) {
            int next = (i + 1) % 50;
            builder.task("t" + i, t -> t.dependsOn("t" + next).dependsOn(next == 30 ? List.of("t27") : List.of()));
        }
        assertThatThrownBy(builder::build).hasMessage("dependency cycle: t27 -> t28 -> t29 -> t27");
    }

    @Test
    void taskThatNeedsItselfIsACycle() {
        assertThatThrownBy(() ->
                        BuildGraph.builder().task("a", t -> t.dependsOn("a")).build())
                .isInstanceOf(CycleException.class)
                .hasMessage("dependency cycle: a -> a");
    }

    @Test
    void runCycleIsLegal() {
        assertThatCode(() -> BuildGraph.builder()
                        .task("a", t -> t.runsWith("b"))
                        .task("b", t -> t.runsWith("a"))
                        .task("user", t -> t.dependsOn("a", "b"))
                        .build())
                .doesNotThrowAnyException();
    }

    @Test
    void taskThatCanStartOnlyWhenItIsUsableItselfIsACycle() {
        assertThatThrownBy(() -> BuildGraph.builder()
                        .task("a", t -> t.dependsOn("b"))
                        .task("b", t -> t.runsWith("a"))
                        .build())
                .hasMessage("dependency cycle: a -> b -> a");
    }

    @Test
    void orderAndStepDoNotWaitForWhatTheDependencyNeedsAtRunTime() {
        assertThatCode(() -> BuildGraph.builder()
                        .task("a", t -> t.after("b"))
                        .task("b", t -> t.step("one", Command.of("true")).runsWith("a", "c"))
                        .task("c", t -> t.afterStep("b", "one"))
                        .build())
                .doesNotThrowAnyException();
    }

    @Test
    void cycleOfAHundredThousandTasksIsFoundWithoutRecursion() {
        BuildGraph.Builder builder = BuildGraph.builder();
        int size = 100_000;
        for (int i = 0; i < size; i++) {
            int next = (i + 1) % size;
            builder.task("t" + i, t -> t.dependsOn("t" + next));
        }
        CycleException error = catchThrowableOfType(CycleException.class, builder::build);
        assertThat(error.cycle()).hasSize(size).startsWith("t0", "t1");
    }

    @Test
    void builderFindsExactlyTheCyclesThatTheModelFinds() {
        int cyclic = 0;
        int sound = 0;
        for (int seed = 0; seed < 1500; seed++) {
            Random random = new Random(seed);
            List<TaskSpec> specs = RandomGraphs.tasks(random, 2 + random.nextInt(12), 1.5, random.nextDouble() * 0.3);
            NaiveGraph model = new NaiveGraph(specs);
            int shortest = model.shortestCycle();
            assertThat(shortest < Integer.MAX_VALUE).isEqualTo(model.hasCycle());
            CycleException error = catchThrowableOfType(
                    CycleException.class,
                    () -> BuildGraph.builder().tasks(specs).build());
            if (model.hasCycle()) {
                cyclic++;
                assertThat(error).as("seed %d: %s", seed, specs).isNotNull();
                assertThat(error.cycle()).as("seed %d", seed).hasSize(shortest);
                assertIsCycle(model, error.cycle());
            } else {
                sound++;
                assertThat(error).as("seed %d", seed).isNull();
            }
        }
        assertThat(cyclic).isGreaterThan(150);
        assertThat(sound).isGreaterThan(150);
    }

    @Test
    void growingGraphRefusesExactlyTheEdgesThatCloseACycleInTheModel() {
        int refused = 0;
        for (int seed = 0; seed < 800; seed++) {
            Random random = new Random(seed);
            int size = 2 + random.nextInt(14);
            List<TaskSpec> specs = RandomGraphs.tasks(random, size, 1.2, 0.15);
            GrowingGraph graph = GrowingGraph.empty();
            Map<String, TaskSpec> accepted = new HashMap<>();
            for (TaskSpec spec : specs) {
                refused += tryBoth(graph, accepted, spec, seed) ? 0 : 1;
            }
            for (int i = 0; i < size; i++) {
                String from = "t" + random.nextInt(size);
                if (accepted.containsKey(from)) {
                    Dependency late = RandomGraphs.dependency(random, random.nextInt(size));
                    refused += tryLate(graph, accepted, from, late, seed) ? 0 : 1;
                }
            }
        }
        assertThat(refused).isGreaterThan(250);
    }

    private static boolean tryBoth(GrowingGraph graph, Map<String, TaskSpec> accepted, TaskSpec spec, int seed) {
        Map<String, TaskSpec> wanted = new HashMap<>(accepted);
        wanted.put(spec.name(), spec);
        Expansion expansion = Expansion.builder().task(spec).build();
        return attempt(graph, expansion, accepted, wanted, seed);
    }

    private static boolean tryLate(
            GrowingGraph graph, Map<String, TaskSpec> accepted, String from, Dependency late, int seed) {
        Map<String, TaskSpec> wanted = new HashMap<>(accepted);
        List<Dependency> dependencies = new ArrayList<>(accepted.get(from).dependencies());
        dependencies.add(late);
        TaskSpec old = accepted.get(from);
        TaskSpec.Builder changed = TaskSpec.named(from).alias(old.aliases()).outputName(old.outputNames());
        old.steps().forEach(changed::step);
        wanted.put(from, changed.dependency(dependencies).build());
        return attempt(graph, Expansion.builder().dependency(from, late).build(), accepted, wanted, seed);
    }

    private static boolean attempt(
            GrowingGraph graph,
            Expansion expansion,
            Map<String, TaskSpec> accepted,
            Map<String, TaskSpec> wanted,
            int seed) {
        NaiveGraph model = new NaiveGraph(wanted.values());
        String before = describe(graph);
        CycleException error = catchThrowableOfType(CycleException.class, () -> graph.add(expansion, "here:1"));
        if (model.hasCycle()) {
            assertThat(error).as("seed %d: %s", seed, expansion).isNotNull();
            assertThat(error.place()).contains("here:1");
            assertIsCycle(model, error.cycle());
            assertThat(describe(graph)).isEqualTo(before);
            return false;
        }
        assertThat(error).as("seed %d: %s", seed, expansion).isNull();
        accepted.putAll(wanted);
        return true;
    }

    static String describe(GraphView graph) {
        StringBuilder text = new StringBuilder();
        for (int task = 0; task < graph.size(); task++) {
            text.append(graph.task(task).name()).append(graph.task(task).aliases());
            for (int i = 0; i < graph.dependencyCount(task); i++) {
                text.append(' ').append(graph.dependencyKind(task, i)).append(graph.dependency(task, i));
                text.append('/')
                        .append(graph.dependencyStep(task, i))
                        .append('/')
                        .append(graph.dependencyOutput(task, i));
            }
            for (int i = 0; i < graph.dependentCount(task); i++) {
                text.append(" <").append(graph.dependentKind(task, i)).append(graph.dependent(task, i));
                text.append('/').append(graph.dependentStep(task, i));
            }
            text.append(graph instanceof GrowingGraph growing ? growing.unresolvedCount(task) : 0)
                    .append('\n');
        }
        return text.append(graph.pools()).append(graph.edgeCount()).toString();
    }

    private static void assertIsCycle(NaiveGraph model, List<String> cycle) {
        assertThat(cycle).doesNotHaveDuplicates();
        for (int i = 0; i < cycle.size(); i++) {
            String next = cycle.get((i + 1) % cycle.size());
            assertThat(model.tasks.get(cycle.get(i)).dependencies())
                    .as("%s of %s", next, cycle)
                    .anyMatch(dependency -> next.equals(model.target(dependency)));
        }
    }
}
