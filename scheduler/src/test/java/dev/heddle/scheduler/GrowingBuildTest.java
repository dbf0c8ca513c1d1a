package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static dev.heddle.scheduler.TestGraphs.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Dependency;
import dev.heddle.core.Expansion;
import dev.heddle.core.InputTransfer;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Task;
import dev.heddle.core.TaskSource;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Builds whose graph grows while they run. */
@Timeout(60)
final class GrowingBuildTest extends OnFakeHost {

    @Test
    void anExpansionIsTakenBeforeWhatDependsOnItsTask() {
        BuildGraph graph = graphOf(task("scan"), task("app", "scan"));
        Expansion more = Expansion.builder()
                .task("gen", t -> t.step(work("run")))
                .dependency("app", Dependency.build("gen"))
                .build();
        BuildResult result =
                run(2, graph, a -> a.task().name().equals("scan") ? succeed(a).expanding(more) : succeed(a));
        assertThat(result.succeeded()).isTrue();
        assertThat(host.get().startedTasks()).containsExactly("scan", "gen", "app");
    }

    @Test
    void aQueuedTaskThatGainsADependencyWaitsForIt() {
        BuildGraph graph = graphOf(task("scan").priority(1), task("app"));
        Expansion more = Expansion.builder()
                .task("gen", t -> t.step(work("run")))
                .dependency("app", Dependency.build("gen"))
                .build();
        BuildResult result =
                run(1, graph, a -> a.task().name().equals("scan") ? succeed(a).expanding(more) : succeed(a));
        assertThat(result.succeeded()).isTrue();
        assertThat(host.get().startedTasks()).containsExactly("scan", "gen", "app");
    }

    @Test
    void aLateDependencyBringsATaskThatNobodyAskedFor() {
        BuildGraph graph = graphOf(task("scan"), task("app", "scan"), task("extra"), task("other"));
        Expansion more =
                Expansion.builder().dependency("app", Dependency.build("extra")).build();
        FakeHost fake = new FakeHost(
                HostSpec.of("fake", 1),
                ticker,
                a -> a.task().name().equals("scan") ? succeed(a).expanding(more) : succeed(a));
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.of(fake)).ticker(ticker).build()) {
            assertThat(scheduler.run(graph, "app").succeeded()).isTrue();
        }
        assertThat(fake.startedTasks()).containsExactly("scan", "extra", "app");
    }

    @Test
    void anExpansionThatClosesACycleFailsItsTaskWithTheCycle() {
        BuildGraph graph = graphOf(task("scan"), task("app", "scan"), task("end", "app"));
        Expansion more =
                Expansion.builder().dependency("app", Dependency.build("end")).build();
        BuildResult result =
                run(1, graph, a -> a.task().name().equals("scan") ? succeed(a).expanding(more) : succeed(a));
        assertThat(result.outcome("scan"))
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOfSatisfying(
                                        FailureCause.Rejected.class,
                                        rejected ->
                                                assertThat(rejected.message()).contains("app -> end -> app")));
        assertThat(result.outcome("app")).contains(new Outcome.Skipped("scan"));
    }

    @Test
    void anExpansionThatNeedsATaskThatNobodyBringsFailsItsTask() {
        BuildGraph graph = graphOf(task("scan"), task("app", "scan"));
        Expansion more = Expansion.builder()
                .task("gen", t -> t.step(work("run")).dependsOn("apps"))
                .build();
        BuildResult result =
                run(1, graph, a -> a.task().name().equals("scan") ? succeed(a).expanding(more) : succeed(a));
        assertThat(result.outcome("scan").orElseThrow().summary())
                .contains("task 'gen' depends on 'apps', which is not defined; did you mean 'app'?");
        assertThat(result.outcome("app")).contains(new Outcome.Skipped("scan"));
        assertThat(result.stopped()).isEmpty();
    }

    @Test
    void aSourceFeedsTasksWhileOthersRun() throws Exception {
        FakeHost fake = FakeHost.succeeding(1, ticker);
        TaskSource source = feed -> {
            feed.add(
                    Expansion.builder()
                            .task("app", t -> t.step(work("run")).dependsOn("lib"))
                            .build(),
                    "list:1");
            feed.add(Expansion.builder().task("lib", t -> t.step(work("run"))).build(), "list:2");
            feed.add(Expansion.builder().task("lib", t -> t.step(work("run"))).build(), "list:3");
            feed.add(
                    Expansion.builder()
                            .task("bad", t -> t.step(work("run")).dependsOn("libb"))
                            .build(),
                    "list:4");
            throw new IllegalStateException("the list broke off");
        };
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.of(fake)).ticker(ticker).build()) {
            BuildResult result = scheduler.start(List.of(source)).await();
            assertThat(fake.startedTasks()).containsExactly("lib", "app");
            assertThat(result.succeeded()).isFalse();
            assertThat(result.problems())
                    .hasSize(2)
                    .anySatisfy(problem -> assertThat(problem).contains("list:3", "'lib'"))
                    .anySatisfy(problem -> assertThat(problem).contains("the list broke off"));
            assertThat(result.outcome("bad").orElseThrow().summary()).contains("list:4", "'libb'");
        }
    }

    @Test
    void aTargetThatNeverComesIsAProblem() throws Exception {
        FakeHost fake = FakeHost.succeeding(1, ticker);
        TaskSource source = feed -> feed.add(
                Expansion.builder()
                        .task("a", t -> t.step(work("run")))
                        .task("b", t -> t.step(work("run")))
                        .build(),
                "list:1");
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.of(fake)).ticker(ticker).build()) {
            BuildResult result = scheduler.start(List.of(source), "b", "c").await();
            assertThat(fake.startedTasks()).containsExactly("b");
            assertThat(result.problems()).singleElement().asString().contains("'c'");
        }
    }

    @Test
    void anAttemptThatIsRepeatedBecauseNothingCouldBeFetchedAddsNothingAgain() {
        BuildGraph graph = graphOf(task("scan").retry(new RetryPolicy(2, Duration.ZERO)), task("app", "scan"));
        Expansion more = Expansion.builder()
                .task("gen", t -> t.step(work("run")))
                .dependency("app", Dependency.build("gen"))
                .build();
        boolean[] fails = {true};
        InputTransfer unlucky = new InputTransfer() {
            @Override
            public Hold bring(Task task, String host) {
                return () -> {};
            }

            @Override
            public void fetch(Task task, String host) throws IOException {
                if (fails[0]) {
                    fails[0] = false;
                    throw new IOException("the line is cut");
                }
            }
        };
        BuildResult result = run(
                1,
                graph,
                a -> a.task().name().equals("scan") ? succeed(a).expanding(more) : succeed(a),
                builder -> builder.inputs(unlucky));
        assertThat(result.failures()).isEmpty();
        assertThat(host.get().startedTasks()).containsExactlyInAnyOrder("scan", "scan", "gen", "app");
    }

    @Test
    void nothingIsDoneBeforeItIsToldThatNoFurtherTaskComes() {
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(new FakeHost(HostSpec.of("fake", 1), ticker, OnFakeHost::succeed)))
                .ticker(ticker)
                .clock(ticker)
                .listener(listener)
                .build()) {
            TaskSource source = feed -> feed.add(
                    Expansion.builder().task("b", t -> t.step(work("run"))).build(), "a test");
            scheduler.start(List.of(source)).result().join();
        }
        List<BuildEvent> events = listener.events();
        int complete = 0;
        while (!(events.get(complete) instanceof BuildEvent.GraphChanged changed && changed.complete())) {
            complete++;
        }
        assertThat(events.subList(0, complete))
                .noneMatch(event -> event instanceof BuildEvent.TaskStateChanged moved
                        && moved.task().equals("b")
                        && moved.to() == TaskState.DONE);
    }
}
