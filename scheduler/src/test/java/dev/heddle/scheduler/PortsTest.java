package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static dev.heddle.scheduler.TestGraphs.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Channel;
import dev.heddle.core.InputTransfer;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.OutputPort;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Task;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ports a build is given: in which order they are called, and what becomes of a job when they fail or block. */
@Timeout(60)
final class PortsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTicker ticker = ManualTicker.jumping();
    private final List<String> log = new ArrayList<>();

    private BuildResult run(BuildGraph graph, Function<Attempt, Plan> script, Consumer<Scheduler.Builder> settings) {
        FakeHost host = new FakeHost(HostSpec.of("fake", 1), ticker, attempt -> {
            log.add("start " + attempt.task().name());
            return script.apply(attempt);
        });
        Scheduler.Builder builder =
                Scheduler.builder().hosts(Hosts.of(host)).ticker(ticker).clock(ticker);
        settings.accept(builder);
        try (Scheduler scheduler = builder.build()) {
            return scheduler.run(graph);
        }
    }

    /** Writes down what is asked of it, and fails where told to. */
    private final class Transfer implements InputTransfer {
        int failingBrings;
        boolean fetchFails;
        boolean holdFails;

        @Override
        public Hold bring(Task task, String host) throws IOException {
            log.add("bring " + task.name() + " to " + host);
            if (failingBrings > 0) {
                failingBrings--;
                throw new IOException("no room for the inputs");
            }
            return () -> {
                log.add("let go " + task.name());
                if (holdFails) {
                    throw new IllegalStateException("the hold is stuck");
                }
            };
        }

        @Override
        public void fetch(Task task, String host) throws IOException {
            log.add("fetch " + task.name());
            if (fetchFails) {
                throw new IOException("the output is not there");
            }
        }
    }

    private static Plan succeed(Attempt attempt) {
        return Plan.success(SECOND);
    }

    private static FailureCause cause(BuildResult result, String task) {
        return ((Outcome.Failed) result.outcome(task).orElseThrow()).cause();
    }

    @Test
    void inputsAreBroughtOnceForAJobAndHeldUntilItsOutputsAreFetched() {
        TaskSpec.Builder steps = TaskSpec.named("a").step(work("one")).step(work("two"));
        assertThat(run(graphOf(steps, task("b", "a")), PortsTest::succeed, s -> s.inputs(new Transfer()))
                        .succeeded())
                .isTrue();
        assertThat(log)
                .containsExactly(
                        "bring a to fake",
                        "start a",
                        "start a",
                        "fetch a",
                        "let go a",
                        "bring b to fake",
                        "start b",
                        "fetch b",
                        "let go b");
    }

    @Test
    void inputsThatCannotBeBroughtFailTheStepWhichIsTriedAgainAsItAllows() {
        Transfer transfer = new Transfer();
        transfer.failingBrings = 1;
        BuildResult result = run(graphOf(task("a")), PortsTest::succeed, s -> s.inputs(transfer));
        assertThat(cause(result, "a"))
                .isInstanceOfSatisfying(
                        FailureCause.Thrown.class,
                        thrown -> assertThat(thrown.thrown()).hasMessage("no room for the inputs"));
        assertThat(log).containsExactly("bring a to fake");

        log.clear();
        transfer.failingBrings = 2;
        TaskSpec.Builder patient = task("a").retry(new RetryPolicy(3, SECOND));
        assertThat(run(graphOf(patient), PortsTest::succeed, s -> s.inputs(transfer))
                        .succeeded())
                .isTrue();
        assertThat(log)
                .containsExactly(
                        "bring a to fake", "bring a to fake", "bring a to fake", "start a", "fetch a", "let go a");
    }

    @Test
    void outputsThatCannotBeFetchedFailTheTaskAndItsInputsAreLetGo() {
        Transfer transfer = new Transfer();
        transfer.fetchFails = true;
        BuildResult result = run(graphOf(task("a"), task("b", "a")), PortsTest::succeed, s -> s.inputs(transfer));
        assertThat(result.outcome("a").orElseThrow().summary()).contains("the output is not there");
        assertThat(result.outcome("b")).contains(new Outcome.Skipped("a"));
        assertThat(log).containsExactly("bring a to fake", "start a", "fetch a", "let go a");
    }

    @Test
    void nothingIsFetchedFromAJobThatFailedOrWasLost() {
        int[] tries = {0};
        run(
                graphOf(task("a")),
                a -> tries[0]++ == 0 ? Plan.ends(SECOND, new StepEnd.Lost("gone")) : Plan.exit(SECOND, 1),
                s -> s.inputs(new Transfer()));
        assertThat(log)
                .containsExactly("bring a to fake", "start a", "let go a", "bring a to fake", "start a", "let go a");
    }

    /** An output that throws at one of its calls, and writes down the others. */
    private final class Broken implements OutputPort {
        private final String where;

        Broken(String where) {
            this.where = where;
        }

        private void at(String call) {
            log.add(call);
            if (call.equals(where)) {
                throw new IllegalStateException("broken at " + call);
            }
        }

        @Override
        public JobOutput open(JobInfo job) {
            at("open");
            return new JobOutput() {
                @Override
                public void write(Channel channel, byte[] bytes, int offset, int length) {}

                @Override
                public void finish(Outcome outcome) {
                    at("finish");
                }

                @Override
                public void close() {
                    at("close");
                }
            };
        }

        @Override
        public void message(Channel channel, String text) {
            at("message");
        }
    }

    @Test
    void anOutputThatThrowsFailsItsJobAndIsClosedAllTheSame() {
        for (String where : List.of("open", "finish", "close")) {
            log.clear();
            BuildResult result = run(graphOf(task("a")), PortsTest::succeed, s -> s.output(new Broken(where)));
            assertThat(result.outcome("a").orElseThrow().summary()).contains("broken at " + where);
            List<String> calls = where.equals("open") ? List.of("open") : List.of("open", "start a", "finish", "close");
            assertThat(log).as(where).isEqualTo(calls);
        }
    }

    @Test
    void aHoldThatCannotBeLetGoFailsTheTaskButItsOutputIsClosed() {
        Transfer transfer = new Transfer();
        transfer.holdFails = true;
        BuildResult result = run(
                graphOf(task("a")), PortsTest::succeed, s -> s.inputs(transfer).output(new Broken("")));
        assertThat(result.outcome("a").orElseThrow().summary()).contains("the hold is stuck");
        assertThat(log).endsWith("let go a", "finish", "close");
    }

    @Test
    void anOutputThatCannotSayAnythingDoesNotDisturbTheBuild() {
        BuildResult result = run(
                graphOf(task("a")),
                PortsTest::succeed,
                s -> s.output(new Broken("message")).policy(candidate -> {
                    throw new IllegalStateException("no idea");
                }));
        assertThat(result.succeeded()).isTrue();
        assertThat(log).contains("message");
    }

    @Test
    void anErrorThrownByAPortIsAFailureLikeAnyOther() {
        Rebuilder rebuilder = (task, dependencies) -> {
            throw new AssertionError("this cannot be");
        };
        BuildResult checked = run(graphOf(task("a")), PortsTest::succeed, s -> s.rebuilder(rebuilder));
        assertThat(checked.outcome("a").orElseThrow().summary()).contains("this cannot be");
        BuildResult opened = run(
                graphOf(task("a")),
                PortsTest::succeed,
                s -> s.output(new OutputPort() {
                    @Override
                    public JobOutput open(JobInfo job) {
                        throw new NoClassDefFoundError("journal");
                    }

                    @Override
                    public void message(Channel channel, String text) {}
                }));
        assertThat(opened.outcome("a").orElseThrow().summary()).contains("journal");
    }

    @Test
    void outputsThatBlockDelayOnlyTheirOwnJobs() throws Exception {
        int stuck = 100;
        int others = 50;
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(others);
        OutputPort port = new OutputPort() {
            @Override
            public JobOutput open(JobInfo job) {
                if (job.task().startsWith("stuck at the start")) {
                    await(release);
                }
                return new JobOutput() {
                    @Override
                    public void write(Channel channel, byte[] bytes, int offset, int length) {}

                    @Override
                    public void finish(Outcome outcome) {
                        if (job.task().startsWith("stuck")) {
                            await(release);
                        }
                    }

                    @Override
                    public void close() {
                        if (job.task().startsWith("other")) {
                            done.countDown();
                        }
                    }
                };
            }

            @Override
            public void message(Channel channel, String text) {}
        };
        BuildGraph.Builder graph = BuildGraph.builder();
        IntStream.range(0, stuck)
                .forEach(i -> graph.task(
                        (i % 2 == 0 ? "stuck at the start " : "stuck at the end ") + i,
                        t -> t.priority(1).action(job -> {})));
        IntStream.range(0, others).forEach(i -> graph.task("other " + i, t -> t.action(job -> {})));
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.inProcess(stuck + 1))
                .output(port)
                .build()) {
            BuildHandle handle = scheduler.start(graph.build());
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(handle.result()).isNotDone();
            release.countDown();
            assertThat(handle.await().succeeded()).isTrue();
        } finally {
            release.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void threadsForPortsAreBoundedAndEndWithClose() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(6);
        Hands hands = new Hands(2, 6);
        for (int i = 0; i < 100; i++) {
            hands.execute(() -> {
                blocked.countDown();
                await(release);
            });
        }
        assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(hands.threads()).isEqualTo(6);
        release.countDown();
        hands.close();
        assertThat(hands.threads()).isZero();
    }

    @Test
    void messagesOfTheEngineKeepTheirOrderAndAreBounded() {
        List<Runnable> later = new ArrayList<>();
        List<String> said = new ArrayList<>();
        Lane<String> lane = new Lane<>(later::add, said::add, count -> count + " more");
        for (int i = 0; i < Lane.WAITING + 7; i++) {
            lane.add("message " + i);
        }
        assertThat(later).hasSize(1);
        later.remove(0).run();
        assertThat(said)
                .hasSize(Lane.WAITING + 1)
                .startsWith("message 0", "message 1")
                .endsWith("7 more");
        lane.add("another");
        later.remove(0).run();
        assertThat(said).endsWith("another");
    }

    @Test
    void aStepThatWasEndedBeforeItsOutputOpenedIsNeverStarted() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<byte[]> run = new ArrayList<>();
        OutputPort port = new OutputPort() {
            @Override
            public JobOutput open(JobInfo job) {
                opening.countDown();
                await(release);
                return new Broken("").open(job);
            }

            @Override
            public void message(Channel channel, String text) {}
        };
        BuildGraph graph = BuildGraph.builder()
                .task("a", t -> t.action(job -> run.add("ran".getBytes(StandardCharsets.UTF_8))))
                .build();
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.inProcess(1)).output(port).build()) {
            BuildHandle handle = scheduler.start(graph);
            assertThat(opening.await(30, TimeUnit.SECONDS)).isTrue();
            handle.cancel("enough");
            assertThat(handle.counters().running()).isEqualTo(1); // The engine answers in order: it has cancelled.
            release.countDown();
            assertThat(handle.await().outcome("a")).contains(new Outcome.Cancelled("enough"));
        }
        assertThat(run).isEmpty();
        assertThat(log).containsExactly("open", "finish", "close");
    }
}
