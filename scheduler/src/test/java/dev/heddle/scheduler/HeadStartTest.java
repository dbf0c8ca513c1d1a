package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.GraphException;
import dev.heddle.core.Outcome;
import dev.heddle.core.Rebuilder.Verdict;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.ManualTicker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which of the tasks that were asked for goes first, and which of them are left out on purpose. */
@Timeout(60)
final class HeadStartTest {

    private static final BuildGraph GRAPH = graphOf(
            task("long").weight(100),
            task("tool").weight(1),
            task("wanted", "tool").weight(1).alias("w"),
            task("x").weight(50));

    private static List<String> order(QueuePolicy policy) {
        ManualTicker ticker = ManualTicker.jumping();
        List<String> started = new ArrayList<>();
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(FakeHost.succeeding(1, ticker)))
                .ticker(ticker)
                .policy(policy)
                .listener(event -> {
                    if (event instanceof BuildEvent.JobStarted job) {
                        started.add(job.job().task());
                    }
                })
                .build()) {
            assertThat(scheduler.run(GRAPH).succeeded()).isTrue();
        }
        return started;
    }

    @Test
    void aTaskWithAHeadStartAndWhatItNeedsGoBeforeTheOthers() {
        QueuePolicy usual = QueuePolicy.criticalPath();
        assertThat(order(usual)).containsExactly("long", "x", "tool", "wanted");
        assertThat(order(QueuePolicy.headStart(usual, GRAPH, Map.of("w", 5_000.0))))
                .containsExactly("tool", "wanted", "long", "x");
        assertThat(order(QueuePolicy.headStart(usual, GRAPH, Map.of("wanted", 60.0))))
                .containsExactly("long", "tool", "wanted", "x");
        assertThat(order(QueuePolicy.headStart(usual, GRAPH, Map.of()))).containsExactly("long", "x", "tool", "wanted");
    }

    @Test
    void aHeadStartThatIsNoneIsRefused() {
        assertThatThrownBy(() -> QueuePolicy.headStart(QueuePolicy.fifo(), GRAPH, Map.of("none", 1.0)))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("'none'");
        for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> QueuePolicy.headStart(QueuePolicy.fifo(), GRAPH, Map.of("x", wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the head start of 'x' must be a number of at least 0");
        }
    }

    @Test
    void aTaskThatIsDeliberatelyLeftOutIsNoFailureAndSkipsWhatNeedsIt() {
        ManualTicker ticker = ManualTicker.jumping();
        List<String> ignored = new ArrayList<>();
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(FakeHost.succeeding(1, ticker)))
                .ticker(ticker)
                .rebuilder((task, dependencies) -> task.name().equals("tool")
                        ? new Verdict.Ignored("broken upstream")
                        : new Verdict.MustRun("new"))
                .listener(event -> {
                    if (event instanceof BuildEvent.TaskStateChanged changed && changed.to() == TaskState.IGNORED) {
                        ignored.add(changed.task());
                    }
                })
                .build()) {
            BuildResult result = scheduler.run(GRAPH);
            assertThat(result.outcome("tool")).contains(new Outcome.Ignored("broken upstream"));
            assertThat(result.outcome("wanted")).contains(new Outcome.Skipped("tool"));
            assertThat(result.failures()).isEmpty();
            assertThat(result.succeeded()).isFalse();
            assertThat(result.counters().ignored()).isEqualTo(2);
            assertThat(result.ran()).isEqualTo(2);
        }
        assertThat(ignored).containsExactly("tool", "wanted");
    }
}
