package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Action;
import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Outcome;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.Hosts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps that a job adds, repeats and leaves out while it runs. */
@Timeout(60)
final class PipelineTest {

    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

    private Step step(String name) {
        return step(name, job -> {});
    }

    private Step step(String name, Action action) {
        return Step.of(name, (Action) job -> {
            ran.add(name);
            action.run(job);
        });
    }

    private BuildResult run(BuildGraph graph) {
        try (Scheduler scheduler = Scheduler.builder().hosts(Hosts.inProcess(2)).build()) {
            return scheduler.run(graph);
        }
    }

    private static BuildGraph graph(Step... steps) {
        return BuildGraph.builder()
                .task("t", t -> {
                    for (Step step : steps) {
                        t.step(step);
                    }
                })
                .build();
    }

    @Test
    void stepsThatAStepAddsRunNextInTheirOrder() {
        Step deep = step("deep");
        BuildGraph graph = graph(
                step("fetch", job -> job.next(step("patch", inner -> inner.next(deep)), step("autogen"))),
                step("build"));
        assertThat(run(graph).succeeded()).isTrue();
        assertThat(ran).containsExactly("fetch", "patch", "deep", "autogen", "build");
    }

    @Test
    void theOnlyStepOfATaskMayAddOthers() {
        assertThat(run(graph(step("all", job -> job.next(step("more"))))).succeeded())
                .isTrue();
        assertThat(ran).containsExactly("all", "more");
    }

    @Test
    void aStepThatPutsItselfThereIsRepeatedUntilItDoesNot() {
        AtomicInteger left = new AtomicInteger(3);
        Step[] again = new Step[1];
        again[0] = step("again", job -> {
            if (left.decrementAndGet() > 0) {
                job.next(again[0]);
            }
        });
        assertThat(run(graph(again[0], step("last"))).succeeded()).isTrue();
        assertThat(ran).containsExactly("again", "again", "again", "last");
    }

    @Test
    void aStepThatRepeatsItselfWithoutEndFailsItsTask() {
        Step[] again = new Step[1];
        again[0] = step("again", job -> job.next(again[0]));
        BuildResult result = run(graph(again[0]));
        assertThat(result.outcome("t").orElseThrow().summary()).contains("may add 1000 steps");
        assertThat(ran).hasSize(Pipeline.MOST_ADDED + 1);
    }

    @Test
    void stepsAreLeftOutAndWhoWaitsForThemGoesOn() {
        BuildGraph graph = BuildGraph.builder()
                .task(
                        "t",
                        t -> t.step(step("a", job -> {
                                    job.next(
                                            step("unwanted"),
                                            step("wanted", inner -> inner.skip("c", "d", "no such step")));
                                }))
                                .step(step("b"))
                                .step(step("c"))
                                .step(step("d")))
                .task("after", t -> t.step(step("after")).dependsOn("t"))
                .build();
        assertThat(run(graph).succeeded()).isTrue();
        assertThat(ran).containsExactly("a", "unwanted", "wanted", "b", "after");
    }

    @Test
    void addedStepsThatRemainCanBeLeftOut() {
        BuildGraph graph = graph(step("a", job -> job.next(step("b", inner -> inner.skip("c")), step("c"), step("d"))));
        assertThat(run(graph).succeeded()).isTrue();
        assertThat(ran).containsExactly("a", "b", "d");
    }

    @Test
    void whatAFailedAttemptAddsIsForgotten() {
        AtomicInteger attempts = new AtomicInteger();
        Action flaky = job -> {
            job.next(step("added"));
            job.skip("last");
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("not yet");
            }
        };
        Step first = new Step("first", flaky, null, new RetryPolicy(2, Duration.ZERO));
        assertThat(run(graph(first, step("middle"), step("last"))).succeeded()).isTrue();
        assertThat(ran).containsExactly("added", "middle");
    }

    @Test
    void anAddedStepHasItsOwnLimitAndRetryAndIsNamedWhenItFails() {
        AtomicInteger attempts = new AtomicInteger();
        Action failing = job -> {
            attempts.incrementAndGet();
            throw new IllegalStateException("broken");
        };
        Step added = new Step("check", failing, Duration.ofMinutes(1), new RetryPolicy(3, Duration.ZERO));
        BuildResult result = run(graph(step("first", job -> job.next(added)), step("last")));
        assertThat(result.outcome("t"))
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.step()).isEqualTo("check"));
        assertThat(attempts).hasValue(3);
        assertThat(ran).containsExactly("first");
    }

    @Test
    void everyStepIsTimedUnderItsName() {
        List<String> timed = Collections.synchronizedList(new ArrayList<>());
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.local(1))
                .listener(event -> {
                    if (event instanceof BuildEvent.StepFinished step
                            && !step.elapsed().isNegative()) {
                        timed.add(step.step());
                    }
                })
                .build()) {
            BuildGraph graph = graph(
                    step("first", job -> job.next(Step.of("command", Command.of("true")))),
                    Step.of("last", Command.of("true")));
            assertThat(scheduler.run(graph).succeeded()).isTrue();
        }
        assertThat(timed).containsExactly("first", "command", "last");
    }
}
