package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static dev.heddle.scheduler.TestGraphs.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a failure does: to the task, to what depends on it, and to the build. */
@Timeout(60)
final class FailuresTest extends OnFakeHost {

    @Test
    void byDefaultTheBuildGoesOnWithWhatDoesNotDependOnAFailure() {
        BuildGraph graph = graphOf(task("a"), task("b", "a"), task("c"), task("d", "c"));
        BuildResult result = run(1, graph, a -> a.task().name().equals("a") ? Plan.exit(SECOND, 2) : succeed(a));
        assertThat(result.failures())
                .containsExactly(
                        new BuildResult.Failure("a", new Outcome.Failed("run", new FailureCause.Exit(2), List.of())));
        assertThat(result.outcome("b")).contains(new Outcome.Skipped("a"));
        assertThat(result.outcome("d")).get().isInstanceOf(Outcome.Succeeded.class);
        assertThat(result.counters().line()).isEqualTo("P=2 I=0 B=0 Q=0 T=0 !=1 E=1");
        assertThat(result.stopped()).isEmpty();
    }

    @Test
    void failFastStartsNothingMoreButWaitsForWhatRuns() {
        BuildGraph graph =
                graphOf(task("a").priority(3), task("b").priority(2), task("c").priority(1));
        BuildResult result = run(
                2,
                graph,
                a -> a.task().name().equals("a") ? Plan.exit(SECOND, 1) : Plan.success(SECOND.multipliedBy(9)),
                Scheduler.Builder::failFast);
        assertThat(host.get().startedTasks()).containsExactly("a", "b");
        assertThat(result.outcome("b")).get().isInstanceOf(Outcome.Succeeded.class);
        assertThat(result.outcome("c")).contains(new Outcome.Cancelled("a task failed"));
        assertThat(result.stopped()).contains("a task failed");
    }

    @Test
    void theBuildStopsAfterTheGivenNumberOfFailures() {
        BuildGraph graph = graphOf(task("a"), task("b"), task("c"), task("d"));
        BuildResult result = run(1, graph, a -> Plan.exit(SECOND, 1), settings -> settings.maxFailures(3));
        assertThat(result.failures()).hasSize(3);
        assertThat(result.stopped()).contains("3 tasks failed");
    }

    @Test
    void aFailedTaskTellsItsLastLines() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            text.append("line ").append(i).append('\n');
        }
        BuildResult result =
                run(1, graphOf(task("a")), a -> Plan.exit(SECOND, 1).printing(text + "the end"));
        Outcome.Failed failed = (Outcome.Failed) result.outcome("a").orElseThrow();
        assertThat(failed.lastOutput()).hasSize(10).startsWith("line 4991").endsWith("line 4999", "the end");
    }

    @Test
    void aStepIsTriedAgainAfterItsDelay() {
        TaskSpec.Builder task = TaskSpec.named("a")
                .step(work("first"))
                .step(new Step("flaky", Command.of("work"), null, new RetryPolicy(3, Duration.ofSeconds(10))));
        int[] tries = {0};
        BuildResult result =
                run(1, graphOf(task), a -> ++tries[0] == 2 || tries[0] == 3 ? Plan.exit(SECOND, 1) : succeed(a));
        assertThat(result.succeeded()).isTrue();
        assertThat(tries[0]).isEqualTo(4);
        assertThat(result.elapsed()).isEqualTo(Duration.ofSeconds(24));
        assertThat(host.get().started()).allMatch(attempt -> attempt.job() == 1);
    }

    @Test
    void aTaskIsTriedAgainFromItsFirstStepAsAnotherJob() {
        TaskSpec.Builder task = TaskSpec.named("a")
                .step(work("first"))
                .step(work("second"))
                .retry(new RetryPolicy(2, Duration.ofSeconds(5)));
        int[] tries = {0};
        BuildResult result = run(1, graphOf(task), a -> ++tries[0] == 2 ? Plan.exit(SECOND, 1) : succeed(a));
        assertThat(result.succeeded()).isTrue();
        assertThat(host.get().started()).extracting(Attempt::attempt).containsExactly(1, 1, 2, 2);
        assertThat(result.elapsed()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void aPauseOfMillenniaIsOneOfACentury() {
        TaskSpec.Builder task = task("a").retry(new RetryPolicy(2, Duration.ofSeconds(Long.MAX_VALUE)));
        BuildResult result = run(1, graphOf(task), a -> a.attempt() == 1 ? Plan.exit(SECOND, 1) : succeed(a));
        assertThat(result.succeeded()).isTrue();
        assertThat(result.elapsed()).isEqualTo(Duration.ofDays(36_500).plusSeconds(2));
    }

    @Test
    void aStepThatTakesTooLongIsKilledAfterTheGrace() {
        TaskSpec.Builder task = TaskSpec.named("a")
                .step(new Step("slow", Command.of("work"), Duration.ofSeconds(60), RetryPolicy.NEVER));
        BuildResult result = run(1, graphOf(task), a -> Plan.hangs().ignoringTerm(), s -> s.terminateGrace(SECOND));
        assertThat(result.outcome("a")).contains(new Outcome.TimedOut("slow", Duration.ofSeconds(60)));
        assertThat(result.elapsed()).isEqualTo(Duration.ofSeconds(61));
    }

    @Test
    void theLimitOfATaskCoversAllItsStepsAndTheirRepetitions() {
        TaskSpec.Builder task = TaskSpec.named("a")
                .step(work("one"))
                .step(new Step("two", Command.of("work"), null, new RetryPolicy(1_000, SECOND)))
                .timeout(Duration.ofSeconds(20));
        int[] tries = {0};
        BuildResult result = run(1, graphOf(task), a -> tries[0]++ == 0 ? succeed(a) : Plan.exit(SECOND, 1));
        assertThat(result.outcome("a")).contains(new Outcome.TimedOut("two", Duration.ofSeconds(20)));
        assertThat(result.elapsed()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
    }

    @Test
    void aJobThatCannotBeKilledIsGivenUpAndKeepsItsSlot() {
        TaskSpec.Builder stuck = TaskSpec.named("stuck")
                .step(new Step("slow", Command.of("work"), SECOND, RetryPolicy.NEVER))
                .weight(9);
        BuildResult result = run(
                2,
                graphOf(stuck, task("a"), task("b")),
                a -> a.task().name().equals("stuck") ? Plan.hangs().unkillable() : succeed(a),
                s -> s.terminateGrace(SECOND).listener(listener));
        assertThat(result.outcome("stuck")).contains(new Outcome.TimedOut("slow", SECOND));
        assertThat(result.outcome("b")).get().isInstanceOf(Outcome.Succeeded.class);
        assertThat(listener.events(BuildEvent.EngineMessage.class))
                .anySatisfy(message -> assertThat(message.text()).contains("'stuck'", "does not end"));
    }

    @Test
    void aLostHostIsNotAFailureOfTheTask() {
        int[] tries = {0};
        BuildResult result = run(
                1,
                graphOf(task("a")),
                a -> tries[0]++ < 3 ? Plan.ends(SECOND, new StepEnd.Lost("the line is dead")) : succeed(a),
                s -> s.listener(listener));
        assertThat(result.succeeded()).isTrue();
        assertThat(listener.events(BuildEvent.TaskStateChanged.class))
                .extracting(event -> event.to().letter())
                .containsExactly('Q', 'J', 'N', 'Q', 'J', 'N', 'Q', 'J', 'N', 'Q', 'J', 'B', 'I', 'P');
        assertThat(listener.events(BuildEvent.HostDown.class)).hasSize(3);
        assertThat(listener.events(BuildEvent.HostUp.class)).hasSize(4);
        assertThat(result.elapsed()).isEqualTo(Duration.ofSeconds(4).plusMillis(100 + 200 + 400));
    }

    @Test
    void aTaskThatHostsLoseAgainAndAgainEndsWithThatReason() {
        BuildResult result = run(1, graphOf(task("a")), a -> Plan.ends(SECOND, new StepEnd.Lost("the line is dead")));
        assertThat(result.outcome("a"))
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isEqualTo(new FailureCause.HostLost("fake", "the line is dead")));
        assertThat(host.get().started()).hasSize(11);
    }

    @Test
    void aTaskThatNoHostCanEverRunFailsWithWhatIsMissing() {
        BuildGraph graph = graphOf(
                task("wide").slots(3),
                task("arm").hostProperty("arch", "arm64"),
                task("pinned").pinnedTo("other"));
        BuildResult result = run(2, graph, OnFakeHost::succeed);
        assertThat(result.outcome("wide").orElseThrow().summary()).contains("3 slots");
        assertThat(result.outcome("arm").orElseThrow().summary()).contains("arch=arm64");
        assertThat(result.outcome("pinned").orElseThrow().summary()).contains("host other");
        assertThat(host.get().started()).isEmpty();
    }

    @Test
    void nothingStartsAfterTheLastAllowedFailure() {
        AtomicInteger started = new AtomicInteger();
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < 50; i++) {
            graph.task(
                    "t" + i,
                    t -> t.action(job -> {
                        started.incrementAndGet();
                        job.out().println("opens the output, whose closing takes a turn of its own");
                        throw new IllegalStateException("broken");
                    }));
        }
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.inProcess(1)).maxFailures(3).build()) {
            assertThat(scheduler.run(graph.build()).failures()).hasSize(3);
        }
        assertThat(started).hasValue(3);
    }

    @Test
    void aJobThatWasGivenUpKeepsItsLocksAndItsTaskGetsNoAttemptBesideIt() {
        BuildGraph graph = graphOf(
                task("stuck").lock("directory").priority(1).timeout(SECOND).retry(new RetryPolicy(3, Duration.ZERO)),
                task("next").lock("directory"),
                task("long"));
        Duration clings = Duration.ofMinutes(5);
        BuildResult result = run(3, graph, a -> switch (a.task().name()) {
            case "stuck" -> Plan.success(clings).unkillable();
            case "long" -> Plan.success(Duration.ofMinutes(10));
            default -> {
                assertThat(ticker.getAsLong()).isGreaterThanOrEqualTo(clings.toNanos());
                yield succeed(a);
            }
        });
        assertThat(host.get().startedTasks()).containsExactly("stuck", "long", "next");
        assertThat(result.outcome("stuck")).get().isInstanceOf(Outcome.TimedOut.class);
        assertThat(result.outcome("next")).get().isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void aTaskWhoseCheckBreaksCountsAmongTheFailuresThatAreAllowed() {
        BuildGraph graph = graphOf(task("broken"), task("first"), task("second", "first"));
        BuildResult result = run(
                2,
                graph,
                OnFakeHost::succeed,
                builder -> builder.failFast().rebuilder((task, known) -> {
                    if (task.name().equals("broken")) {
                        throw new IllegalStateException("it cannot be checked");
                    }
                    return new Rebuilder.Verdict.MustRun("always");
                }));
        assertThat(result.stopped()).contains("a task failed");
        assertThat(host.get().startedTasks()).isEmpty();
    }
}
