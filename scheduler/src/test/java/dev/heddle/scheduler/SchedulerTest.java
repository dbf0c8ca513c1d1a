package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Outcome;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.ManualTicker;
import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SchedulerTest {

    private final ManualTicker ticker = ManualTicker.jumping();
    private final FakeHost host = FakeHost.succeeding(2, ticker);

    private Scheduler scheduler(FakeHost host) {
        return Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(ticker)
                .clock(ticker)
                .build();
    }

    @Test
    void aTaskRunsAfterWhatItDependsOn() {
        BuildGraph graph = BuildGraph.builder()
                .task("app", t -> t.command(Command.of("link")).dependsOn("lib"))
                .task("lib", t -> t.command(Command.of("compile")))
                .build();
        try (Scheduler scheduler = scheduler(host)) {
            BuildResult result = scheduler.run(graph);
            assertThat(result.succeeded()).isTrue();
            assertThat(host.startedTasks()).containsExactly("lib", "app");
            assertThat(result.elapsed()).isEqualTo(Duration.ofSeconds(2));
            assertThat(result.outcome("app")).get().isInstanceOf(Outcome.Succeeded.class);
            assertThat(result.counters().line()).isEqualTo("P=2 I=0 B=0 Q=0 T=0 !=0 E=0");
        }
        assertThat(host.isClosed()).isTrue();
    }

    @Test
    void onlyWhatTheTargetsNeedIsRun() {
        BuildGraph graph = BuildGraph.builder()
                .task("a", t -> t.command(Command.of("a")))
                .task("b", t -> t.command(Command.of("b")).dependsOn("a"))
                .task("c", t -> t.command(Command.of("c")).dependsOn("a"))
                .build();
        try (Scheduler scheduler = scheduler(host)) {
            BuildResult result = scheduler.run(graph, "b");
            assertThat(host.startedTasks()).containsExactly("a", "b");
            assertThat(result.outcome("c")).isEmpty();
            assertThat(result.succeeded()).isTrue();
        }
    }

    @Test
    void anUnknownTargetIsRefusedByName() {
        try (Scheduler scheduler = scheduler(host)) {
            assertThatThrownBy(() -> scheduler.run(BuildGraph.builder().build(), "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'x'");
        }
    }

    @Test
    void actionsThatAreGivenAtOnceRunAtOnceThoughOnlyOneThreadIsIdle() {
        CyclicBarrier both = new CyclicBarrier(2);
        BuildGraph alone =
                BuildGraph.builder().task("a", t -> t.action(job -> {})).build();
        BuildGraph pair = BuildGraph.builder()
                .task("a", t -> t.action(job -> both.await(10, TimeUnit.SECONDS)))
                .task("b", t -> t.action(job -> both.await(10, TimeUnit.SECONDS)))
                .build();
        for (int round = 0; round < 20; round++) {
            try (Scheduler scheduler =
                    Scheduler.builder().hosts(Hosts.inProcess(2)).build()) {
                assertThat(scheduler.run(alone).succeeded()).isTrue();
                assertThat(scheduler.run(pair).failures()).isEmpty();
            }
        }
    }
}
