package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.QueuePolicy.SlowHosts;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What hosts are given that are slower than others. */
@Timeout(60)
final class SlowHostsTest extends OnFakeHosts {

    private static QueuePolicy anywhere() {
        return new QueuePolicy() {
            @Override
            public double urgency(Candidate candidate) {
                return candidate.path();
            }

            @Override
            public SlowHosts slowHosts() {
                return SlowHosts.ANYTHING;
            }
        };
    }

    @Test
    void theFastestHostThatHasRoomIsGivenWorkFirst() {
        FakeHost slow = host("slow", 4, 1);
        FakeHost fast = host("fast", 1, 10);
        run(graphOf(task("only").weight(10)));
        assertThat(fast.startedTasks()).containsExactly("only");
        assertThat(slow.startedTasks()).isEmpty();
    }

    @Test
    void aSlowHostTakesTheMostUrgentTaskThatItEndsInTime() {
        FakeHost slow = host("slow", 1, 1);
        FakeHost fast = host("fast", 1, 10);
        // 100 s of work for the fast one: 'b' would take 300 s on the slow one, 'd' 20 s, and 30 s at most.
        BuildResult result = run(graphOf(
                task("a").weight(50),
                task("b").weight(30),
                task("c").weight(15),
                task("d").weight(2),
                task("e").weight(1)));
        assertThat(slow.startedTasks()).startsWith("d").doesNotContain("a", "b", "c");
        assertThat(fast.startedTasks()).startsWith("a", "b", "c");
        assertThat(result.elapsed()).isLessThan(Duration.ofSeconds(100));
    }

    @Test
    void aTaskThatOthersWaitForIsNotGivenToASlowHostThatWouldDelayThem() {
        FakeHost slow = host("slow", 1, 1);
        host("fast", 1, 10);
        run(graphOf(
                task("long").weight(40),
                task("first").weight(3),
                task("then", "first").weight(35),
                task("alone").weight(3)));
        assertThat(slow.startedTasks()).contains("alone").doesNotContain("first", "then", "long");
    }

    @Test
    void aTaskOfUnknownLengthWaitsForAFasterHostThatIsBusy() {
        FakeHost slow = host("slow", 4, 1, attempt -> Plan.success(seconds(100)));
        FakeHost fast = host("fast", 1, 10, attempt -> Plan.success(seconds(1)));
        run(graphOf(task("a"), task("b"), task("c")));
        assertThat(fast.startedTasks()).containsExactly("a", "b", "c");
        assertThat(slow.startedTasks()).isEmpty();
    }

    @Test
    void aTaskOfUnknownLengthGoesToASlowHostWhenNoFasterOneCanRunIt() {
        host("fast", 1, 10, attempt -> Plan.success(seconds(1)));
        FakeHost slow =
                host(new HostSpec("slow", 1, 1, 0, Map.of("disk", "big"), 1), attempt -> Plan.success(seconds(1)));
        BuildResult result = run(graphOf(task("big").hostProperty("disk", "big"), task("small")));
        assertThat(result.succeeded()).isTrue();
        assertThat(slow.startedTasks()).containsExactly("big");
    }

    @Test
    void aSlowHostRunsWhatIsLeftWhenTheFastOneIsDrained() throws Exception {
        FakeHost slow = host("slow", 1, 1, attempt -> Plan.success(seconds(5)));
        CompletableFuture<BuildHandle> started = new CompletableFuture<>();
        // Drained while it runs the first task: later the build, whose time is imagined, might have ended.
        FakeHost fast = host("fast", 1, 10, attempt -> {
            started.join().drain("fast", "test");
            return Plan.success(seconds(1));
        });
        try (Scheduler scheduler = scheduler(builder -> {})) {
            BuildHandle handle = scheduler.start(graphOf(task("gate"), task("a", "gate"), task("b", "gate")));
            started.complete(handle);
            assertThat(handle.await().succeeded()).isTrue();
        }
        assertThat(fast.startedTasks()).containsExactly("gate");
        assertThat(slow.startedTasks()).containsExactly("a", "b");
    }

    @Test
    void aPolicyMayLetSlowHostsHaveAnything() {
        FakeHost slow = host("slow", 1, 1);
        host("fast", 1, 10);
        run(graphOf(task("a").weight(50), task("b").weight(30)), builder -> builder.policy(anywhere()));
        assertThat(slow.startedTasks()).containsExactly("b");
    }

    @Test
    void dpbServesASlowHostFromTheLightBinsAndNeverWithUnknownTasks() {
        FakeHost slow = host("slow", 1, 1);
        FakeHost fast = host("fast", 1, 10);
        TaskSpec.Builder[] tasks = {
            task("huge").weight(2000),
            task("large").weight(500),
            task("small").weight(60),
            task("tiny").weight(3),
            task("unknown")
        };
        run(graphOf(tasks), builder -> builder.policy(QueuePolicy.dpb()));
        assertThat(slow.startedTasks().get(0)).isEqualTo("small");
        assertThat(fast.startedTasks()).contains("huge", "unknown");
    }

    @Test
    void hostsOfWhichNothingIsSaidCountAsEquallyFast() {
        FakeHost a = host("a", 1, 0, attempt -> Plan.success(seconds(1)));
        FakeHost b = host("b", 1, 0, attempt -> Plan.success(seconds(1)));
        run(graphOf(task("x"), task("y")));
        assertThat(a.startedTasks()).hasSize(1);
        assertThat(b.startedTasks()).hasSize(1);
    }
}
