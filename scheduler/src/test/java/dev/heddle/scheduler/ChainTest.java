package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Outcome;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEvent.CriticalPathFound;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What decided how long a build took is told from the times at which tasks really began and ended. */
@Timeout(60)
final class ChainTest {

    /** Few enough that a listener which is slow for a moment misses no event of theirs. */
    private static final int LONG = 500;

    private final ManualTicker ticker = ManualTicker.jumping();
    private final RecordingListener listener = new RecordingListener();

    private List<CriticalPathFound> pathsOf(int slots, BuildGraph graph, Function<Attempt, Plan> script) {
        FakeHost fake = new FakeHost(HostSpec.of("fake", slots), ticker, script);
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(fake))
                .ticker(ticker)
                .clock(ticker)
                .listener(listener)
                .build()) {
            scheduler.run(graph);
        }
        return listener.events(CriticalPathFound.class);
    }

    private CriticalPathFound pathOf(int slots, BuildGraph graph, Map<String, Integer> seconds) {
        List<CriticalPathFound> found = pathsOf(
                slots,
                graph,
                attempt -> Plan.success(
                        Duration.ofSeconds(seconds.getOrDefault(attempt.task().name(), 1))));
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static TaskSpec.Builder task(String name, String... dependencies) {
        return TaskSpec.named(name).step(Step.of("run", Command.of("work"))).dependsOn(dependencies);
    }

    private static BuildGraph graphOf(TaskSpec.Builder... tasks) {
        BuildGraph.Builder graph = BuildGraph.builder();
        for (TaskSpec.Builder task : tasks) {
            graph.task(task.build());
        }
        return graph.build();
    }

    @Test
    void theChainLeadsThroughTheDependencyThatFinishedLast() {
        BuildGraph graph =
                graphOf(task("slow"), task("quick"), task("between", "quick"), task("end", "slow", "between"));
        CriticalPathFound path = pathOf(9, graph, Map.of("slow", 7, "quick", 2, "between", 3, "end", 1));
        assertThat(path.tasks()).containsExactly("slow", "end");
        assertThat(path.length()).isEqualTo(Duration.ofSeconds(8));
        assertThat(path.omitted()).isZero();
    }

    @Test
    void itIsToldOnceAndJustBeforeTheEnd() {
        pathOf(1, graphOf(task("a"), task("b", "a")), Map.of());
        List<BuildEvent> events = listener.events();
        assertThat(events.get(events.size() - 1)).isInstanceOf(BuildEvent.BuildFinished.class);
        assertThat(events.get(events.size() - 2)).isInstanceOf(CriticalPathFound.class);
    }

    @Test
    void timeOfWaitingForASlotBelongsToTheLength() {
        BuildGraph graph = graphOf(task("a").priority(9), task("other").priority(8), task("b", "a"));
        CriticalPathFound path = pathOf(1, graph, Map.of("a", 1, "other", 5, "b", 1));
        assertThat(path.tasks()).containsExactly("a", "b");
        assertThat(path.length()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aTaskWithoutStepsIsPassedOver() {
        BuildGraph graph = graphOf(task("a"), TaskSpec.named("all").dependsOn("a"), task("b", "all"));
        assertThat(pathOf(2, graph, Map.of()).tasks()).containsExactly("a", "b");
    }

    @Test
    void whatADependencyNeedsToRunIsWaitedForAsWell() {
        BuildGraph graph = graphOf(task("library"), task("tool").runsWith("library"), task("user", "tool"));
        assertThat(pathOf(9, graph, Map.of("library", 5, "tool", 1)).tasks()).containsExactly("library", "user");
    }

    @Test
    void tasksThatRunWithOneAnotherMakeNoEndlessChain() {
        BuildGraph graph = graphOf(
                task("a").runsWith("b"),
                task("b").runsWith("a"),
                task("c", "a", "b"),
                task("d", "c").runsWith("a"));
        assertThat(pathOf(9, graph, Map.of("a", 2)).tasks()).containsExactly("a", "c", "d");
    }

    @Test
    void aTaskThatWasTriedAgainCountsFromItsFirstJob() {
        BuildGraph graph = graphOf(task("a").retry(new RetryPolicy(2, Duration.ZERO)), task("b", "a"));
        List<CriticalPathFound> found = pathsOf(
                1,
                graph,
                attempt -> attempt.task().name().equals("a") && attempt.attempt() == 1
                        ? Plan.exit(Duration.ofSeconds(4), 1)
                        : Plan.success(Duration.ofSeconds(1)));
        assertThat(found.get(0).tasks()).containsExactly("a", "b");
        assertThat(found.get(0).length()).isGreaterThanOrEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void aFailureEndsTheChainAsWellAsASuccess() {
        BuildGraph graph = graphOf(task("a"), task("b", "a"), task("c", "b"));
        List<CriticalPathFound> found = pathsOf(
                1,
                graph,
                attempt -> attempt.task().name().equals("b")
                        ? Plan.exit(Duration.ofSeconds(2), 1)
                        : Plan.success(Duration.ofSeconds(1)));
        assertThat(found.get(0).tasks()).containsExactly("a", "b");
    }

    @Test
    void nothingIsToldWhenNothingRan() {
        FakeHost fake = FakeHost.succeeding(1, ticker);
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(fake))
                .ticker(ticker)
                .clock(ticker)
                .listener(listener)
                .rebuilder((task, context) -> new Rebuilder.Verdict.UpToDate("it is"))
                .build()) {
            assertThat(scheduler.run(graphOf(task("a"))).outcome("a")).get().isInstanceOf(Outcome.UpToDate.class);
        }
        assertThat(listener.events(CriticalPathFound.class)).isEmpty();
    }

    @Test
    void ofALongChainTheLastTasksAreNamedAndTheOthersCounted() {
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < LONG; i++) {
            graph.task((i == 0 ? task("t0") : task("t" + i, "t" + (i - 1))).build());
        }
        CriticalPathFound path = pathOf(3, graph.build(), Map.of());
        assertThat(path.tasks()).hasSize(CriticalPathFound.MOST_TASKS).endsWith("t" + (LONG - 2), "t" + (LONG - 1));
        assertThat(path.omitted()).isEqualTo(LONG - CriticalPathFound.MOST_TASKS);
        assertThat(path.length()).isEqualTo(Duration.ofSeconds(LONG));
    }

    @Test
    void eachTaskOfTheChainBeginsWhenTheOneBeforeHasEndedIfThereIsRoom() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            BuildGraph.Builder graph = BuildGraph.builder();
            Map<String, Integer> seconds = new HashMap<>();
            for (int i = 0; i < 40; i++) {
                TaskSpec.Builder task = task("t" + i);
                for (int d = random.nextInt(3); d > 0 && i > 0; d--) {
                    task.dependsOn("t" + random.nextInt(i));
                }
                seconds.put("t" + i, 1 + random.nextInt(9));
                graph.task(task.build());
            }
            RecordingListener told = new ChainTest().told(graph.build(), seconds);
            CriticalPathFound path = told.events(CriticalPathFound.class).get(0);
            long sum = path.tasks().stream().mapToLong(seconds::get).sum();
            // With a slot for each task nothing but its dependencies keeps a task waiting.
            assertThat(path.length()).as("seed " + seed).isEqualTo(Duration.ofSeconds(sum));
            long end = told.events(BuildEvent.BuildFinished.class).get(0).at().nanos();
            assertThat(path.length().toNanos()).as("seed " + seed).isEqualTo(end);
        }
    }

    private RecordingListener told(BuildGraph graph, Map<String, Integer> seconds) {
        pathOf(40, graph, seconds);
        return listener;
    }
}
