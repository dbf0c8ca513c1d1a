package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Dependency;
import dev.heddle.core.Expansion;
import dev.heddle.core.JobNote;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.Resources;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSource;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One behaviour each, on a host where nothing really runs. */
@Timeout(60)
final class BehaviourTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTicker ticker = ManualTicker.jumping();
    private final RecordingListener listener = new RecordingListener();
    private final AtomicReference<FakeHost> host = new AtomicReference<>();

    private BuildResult run(
            int slots, BuildGraph graph, Function<Attempt, Plan> script, Consumer<Scheduler.Builder> settings) {
        FakeHost fake = new FakeHost(HostSpec.of("fake", slots), ticker, script);
        host.set(fake);
        Scheduler.Builder builder =
                Scheduler.builder().hosts(Hosts.of(fake)).ticker(ticker).clock(ticker);
        settings.accept(builder);
        try (Scheduler scheduler = builder.build()) {
            return scheduler.run(graph);
        }
    }

    private BuildResult run(int slots, BuildGraph graph, Function<Attempt, Plan> script) {
        return run(slots, graph, script, settings -> {});
    }

    private static Plan succeed(Attempt attempt) {
        return Plan.success(SECOND);
    }

    private static Step work(String name) {
        return Step.of(name, Command.of("work"));
    }

    private static BuildGraph graphOf(TaskSpec.Builder... tasks) {
        BuildGraph.Builder graph = BuildGraph.builder();
        for (TaskSpec.Builder task : tasks) {
            graph.task(task.build());
        }
        return graph.build();
    }

    private static TaskSpec.Builder task(String name, String... dependencies) {
        return TaskSpec.named(name).step(work("run")).dependsOn(dependencies);
    }

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
        BuildResult result = run(2, graph, BehaviourTest::succeed);
        assertThat(result.outcome("wide").orElseThrow().summary()).contains("3 slots");
        assertThat(result.outcome("arm").orElseThrow().summary()).contains("arch=arm64");
        assertThat(result.outcome("pinned").orElseThrow().summary()).contains("host other");
        assertThat(host.get().started()).isEmpty();
    }

    @Test
    void theHeaviestChainGoesFirst() {
        BuildGraph graph = graphOf(task("short"), task("long"), task("next", "long"), task("last", "next"));
        run(1, graph, BehaviourTest::succeed);
        assertThat(host.get().startedTasks()).containsExactly("long", "next", "short", "last");
    }

    @Test
    void aTaskWithoutAWeightCountsAsTheLongestKnown() {
        BuildGraph graph =
                graphOf(task("a").weight(5), task("unknown"), task("b").weight(7));
        run(1, graph, BehaviourTest::succeed);
        assertThat(host.get().startedTasks()).containsExactly("unknown", "b", "a");
    }

    @Test
    void policiesChangeTheOrder() {
        BuildGraph graph =
                graphOf(task("a").weight(1), task("b").weight(2), task("c", "a").weight(9));
        run(1, graph, BehaviourTest::succeed, s -> s.policy(QueuePolicy.longest()));
        assertThat(host.get().startedTasks()).containsExactly("b", "a", "c");
        run(1, graph, BehaviourTest::succeed, s -> s.policy(QueuePolicy.fifo()));
        assertThat(host.get().startedTasks()).containsExactly("a", "b", "c");
        run(
                1,
                graph,
                BehaviourTest::succeed,
                s -> s.policy(candidate -> -candidate.task().index()));
        assertThat(host.get().startedTasks()).containsExactly("a", "b", "c");
    }

    @Test
    void aRandomOrderIsTheSameForTheSameSeed() {
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[50];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = task("t" + i);
        }
        BuildGraph graph = graphOf(tasks);
        List<List<String>> orders = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            run(1, graph, BehaviourTest::succeed, s -> s.policy(QueuePolicy.random(seed)));
            orders.add(host.get().startedTasks());
        }
        assertThat(orders.get(1)).isEqualTo(orders.get(0));
        assertThat(orders.get(2)).isNotEqualTo(orders.get(0)).containsExactlyInAnyOrderElementsOf(orders.get(0));
    }

    @Test
    void aPolicyThatThrowsIsReportedOnceAndLeftOut() {
        BuildResult result = run(
                1,
                graphOf(task("a"), task("b", "a")),
                BehaviourTest::succeed,
                s -> s.listener(listener).policy(candidate -> {
                    throw new IllegalStateException("no idea");
                }));
        assertThat(result.succeeded()).isTrue();
        assertThat(listener.events(BuildEvent.EngineMessage.class))
                .singleElement()
                .satisfies(message -> assertThat(message.text()).contains("no idea"));
    }

    @Test
    void aLargeTaskIsNotOvertakenForEver() {
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[200];
        tasks[0] = task("all").slots(Resources.ALL).priority(1);
        for (int i = 1; i < tasks.length; i++) {
            tasks[i] = task("t" + i);
        }
        tasks[1].priority(2);
        run(2, graphOf(tasks), a -> Plan.success(a.task().name().equals("t1") ? SECOND.dividedBy(2) : SECOND));
        assertThat(host.get().startedTasks().indexOf("all")).isLessThan(30);
    }

    @Test
    void tasksOfOneLockAreHeldAsideAndComeBack() {
        BuildGraph graph = graphOf(task("a").lock("dir").priority(1), task("b").lock("dir"), task("c"));
        run(3, graph, BehaviourTest::succeed, s -> s.listener(listener));
        assertThat(listener.events(BuildEvent.TaskStateChanged.class).stream()
                        .filter(event -> event.task().equals("b"))
                        .map(BuildEvent.TaskStateChanged::to))
                .containsExactly(
                        TaskState.QUEUED,
                        TaskState.HELD,
                        TaskState.RELEASED,
                        TaskState.RUNNING,
                        TaskState.BUILT,
                        TaskState.USABLE,
                        TaskState.DONE);
        assertThat(host.get().startedTasks()).containsExactly("a", "c", "b");
    }

    @Test
    void aTaskWithoutStepsIsDoneWithoutAJob() {
        BuildGraph graph = graphOf(TaskSpec.named("all").dependsOn("a"), task("a"));
        BuildResult result = run(1, graph, BehaviourTest::succeed);
        assertThat(result.succeeded()).isTrue();
        assertThat(result.ran()).isEqualTo(2);
        assertThat(host.get().startedTasks()).containsExactly("a");
    }

    @Test
    void aDependencyOnAStepIsMetWhenThatStepIsDone() {
        TaskSpec.Builder lib = TaskSpec.named("lib").step(work("patch")).step(work("build"));
        TaskSpec.Builder user = TaskSpec.named("user").step(work("run")).dependency(Dependency.step("lib", "patch"));
        BuildResult result =
                run(2, graphOf(lib, user), a -> a.task().name().equals("user") ? succeed(a) : Plan.success(SECOND));
        assertThat(result.elapsed()).isEqualTo(Duration.ofSeconds(2));
        assertThat(host.get().startedTasks()).containsExactly("lib", "lib", "user");
    }

    @Test
    void tasksThatNeedOneAnotherAtRunTimeBecomeUsableTogether() {
        BuildGraph graph = graphOf(
                task("a").runsWith("b"),
                task("b").runsWith("a").weight(1),
                task("user", "a").weight(1));
        BuildResult result = run(1, graph, BehaviourTest::succeed, s -> s.listener(listener));
        assertThat(result.succeeded()).isTrue();
        assertThat(host.get().startedTasks()).containsSubsequence("a", "user").containsSubsequence("b", "user");
        assertThat(listener.events(BuildEvent.TaskStateChanged.class).stream()
                        .filter(event -> !event.task().equals("user") && event.to() == TaskState.USABLE)
                        .map(event -> event.at().nanos())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void whatNeedsAnUnusableTaskIsSkippedThoughThatTaskWasBuilt() {
        BuildGraph graph = graphOf(task("broken"), task("lib").runsWith("broken"), task("user", "lib"));
        BuildResult result = run(2, graph, a -> a.task().name().equals("broken") ? Plan.exit(SECOND, 1) : succeed(a));
        assertThat(result.outcome("lib")).get().isInstanceOf(Outcome.Succeeded.class);
        assertThat(result.outcome("user")).contains(new Outcome.Skipped("broken"));
        assertThat(result.counters().line()).isEqualTo("P=0 I=0 B=1 Q=0 T=0 !=1 E=1");
    }

    @Test
    void aRebuilderDecidesWhatRuns() {
        BuildGraph graph = graphOf(task("same"), task("new", "same"), task("far", "new"), task("broken"));
        BuildResult result = run(
                1,
                graph,
                BehaviourTest::succeed,
                s -> s.rebuilder((task, dependencies) -> {
                    switch (task.name()) {
                        case "same":
                            return new Rebuilder.Verdict.UpToDate("nothing changed");
                        case "far":
                            return new Rebuilder.Verdict.Substituted("a cache");
                        case "broken":
                            throw new IllegalStateException("cannot tell");
                        default:
                            assertThat(dependencies.of(graph.task(0)))
                                    .isEqualTo(new Outcome.UpToDate("nothing changed"));
                            return new Rebuilder.Verdict.MustRun("it is new");
                    }
                }));
        assertThat(host.get().startedTasks()).containsExactly("new");
        assertThat(result.upToDate()).isEqualTo(2);
        assertThat(result.ran()).isEqualTo(1);
        assertThat(result.outcome("broken").orElseThrow().summary()).contains("cannot tell");
    }

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
    void whyTellsTheChainOfReasons() {
        BuildGraph graph = graphOf(
                task("a").lock("dir").priority(1),
                task("held").lock("dir"),
                task("b", "a"),
                task("c", "b"),
                task("idle"));
        CompletableFuture<BuildHandle> handle = new CompletableFuture<>();
        List<List<String>> answers = new ArrayList<>();
        FakeHost fake = new FakeHost(HostSpec.of("fake", 1), ticker, a -> {
            if (answers.isEmpty()) {
                for (String task : List.of("c", "held", "idle", "unknown")) {
                    answers.add(handle.join().why(task));
                }
            }
            return succeed(a);
        });
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.of(fake)).ticker(ticker).build()) {
            BuildHandle started = scheduler.start(graph);
            handle.complete(started);
            assertThat(started.result().join().succeeded()).isTrue();
            assertThat(started.why("c")).containsExactly("'c': succeeded");
        }
        assertThat(answers.get(0))
                .containsExactly(
                        "'c' waits for 'b'",
                        "'b' waits for 'a'",
                        "'a' runs: step 'run' of job 1 runs on host fake for 0 s");
        assertThat(answers.get(1)).containsExactly("'held' is ready and waits for lock 'dir'");
        assertThat(answers.get(2)).containsExactly("'idle' is ready and waits for 1 slot");
        assertThat(answers.get(3)).containsExactly("there is no task named 'unknown'");
    }

    @Test
    void aListenerThatThrowsDoesNotDisturbTheBuild() {
        BuildResult result = run(
                1,
                graphOf(task("a"), task("b")),
                BehaviourTest::succeed,
                s -> s.listener(event -> {
                            throw new IllegalStateException("broken display");
                        })
                        .listener(listener));
        assertThat(result.succeeded()).isTrue();
        assertThat(listener.events()).last().isInstanceOf(BuildEvent.BuildFinished.class);
    }

    @Test
    void notesOfAJobBecomeEvents() {
        JobNote note = new JobNote.Progress(1, 2, "half");
        run(1, graphOf(task("a")), a -> succeed(a).noting(note), s -> s.listener(listener));
        assertThat(listener.events(BuildEvent.Noted.class)).singleElement().satisfies(noted -> {
            assertThat(noted.note()).isEqualTo(note);
            assertThat(noted.job()).isEqualTo(1);
        });
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
    void oneBuildRunsAtATimeAndNoneAfterClose() {
        BuildGraph graph = BuildGraph.builder()
                .task("a", t -> t.action(job -> new CountDownLatch(1).await()))
                .build();
        Scheduler scheduler = Scheduler.builder().hosts(Hosts.inProcess(1)).build();
        scheduler.start(graph);
        assertThatThrownBy(() -> scheduler.start(graph)).isInstanceOf(IllegalStateException.class);
        scheduler.close();
        assertThatThrownBy(() -> scheduler.start(graph))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Scheduler.builder().maxFailures(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scheduler.builder().loadLimit(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scheduler.builder().terminateGrace(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Hosts.local(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scheduler.builder().hosts(Hosts.of()).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Hosts.inProcess(1).and(Hosts.inProcess(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in-process");
    }
}
