package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Action;
import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Dependency;
import dev.heddle.core.Expansion;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSource;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import dev.heddle.core.process.ShortageException;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What tasks take and must share: memory, pools, locks, hosts they want to be near to, and threads that are not given back. */
@Timeout(60)
final class RoomTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long GIB = 1L << 30;

    private final ManualTicker ticker = ManualTicker.jumping();
    private final Map<String, String> starts = new LinkedHashMap<>();

    private FakeHost host(HostSpec spec) {
        return new FakeHost(spec, ticker, attempt -> {
            starts.put(
                    attempt.task().name(),
                    spec.name() + " " + Duration.ofNanos(ticker.getAsLong()).toSeconds());
            return attempt.task().name().startsWith("bad") ? Plan.exit(SECOND, 1) : Plan.success(SECOND);
        });
    }

    private BuildResult run(BuildGraph graph, HostBackend... hosts) {
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(hosts))
                .ticker(ticker)
                .clock(ticker)
                .build()) {
            return scheduler.run(graph);
        }
    }

    private static HostSpec withMemory(long bytes) {
        return new HostSpec("fake", 8, 1, bytes, Map.of());
    }

    @Test
    void memoryLimitsHowManyJobsRunAtOnce() {
        BuildGraph graph = graphOf(
                task("a").memoryBytes(3 * GIB),
                task("b").memoryBytes(3 * GIB),
                task("c").memoryBytes(3 * GIB),
                task("small"));
        assertThat(run(graph, host(withMemory(8 * GIB))).succeeded()).isTrue();
        assertThat(starts)
                .containsEntry("a", "fake 0")
                .containsEntry("b", "fake 0")
                .containsEntry("small", "fake 0")
                .containsEntry("c", "fake 1");
    }

    @Test
    void aTaskMayHaveAllTheMemoryOfAHostButNoByteMore() {
        BuildGraph graph = graphOf(
                task("all").memoryBytes(1_000_000_000),
                task("more").memoryBytes(1_000_000_001),
                task("half").memoryBytes(500_000_000));
        BuildResult result = run(graph, host(withMemory(1_000_000_000)));
        assertThat(result.outcome("all")).get().isInstanceOf(Outcome.Succeeded.class);
        assertThat(starts).containsEntry("all", "fake 0").containsEntry("half", "fake 1");
        assertThat(result.outcome("more").orElseThrow().summary()).contains("no host can ever run it", "of memory");
    }

    @Test
    void aTaskGoesNearAnotherWhereThereIsRoomAndElsewhereWhereThereIsNone() {
        BuildGraph graph = graphOf(
                task("lib").pinnedTo("second"),
                task("near", "lib").near("lib").priority(2),
                task("busy", "lib").near("lib").priority(1));
        run(graph, host(HostSpec.of("first", 1)), host(HostSpec.of("second", 1)));
        assertThat(starts).containsEntry("near", "second 1").containsEntry("busy", "first 1");
    }

    @Test
    void aPoolHasNoMoreTasksThanItsDepthAlsoWhenTheyFailOrAreTriedAgain() {
        BuildGraph.Builder graph = BuildGraph.builder().pool("link", 2);
        for (int i = 0; i < 6; i++) {
            String name = (i == 1 ? "bad " : "t") + i;
            graph.task(task(name)
                    .pool("link")
                    .retry(new RetryPolicy(2, Duration.ZERO))
                    .build());
        }
        graph.task(task("free").build());
        BuildResult result = run(graph.build(), host(HostSpec.of("fake", 8)));
        assertThat(result.failures())
                .singleElement()
                .satisfies(f -> assertThat(f.task()).isEqualTo("bad 1"));
        // Seven attempts, two at a time.
        assertThat(result.elapsed()).isEqualTo(SECOND.multipliedBy(4));
        assertThat(starts).containsEntry("free", "fake 0").containsEntry("t0", "fake 0");
    }

    @Test
    void tasksOfSeveralPoolsAndLocksNeverWaitForOneAnotherInACircle() {
        BuildGraph.Builder graph = BuildGraph.builder().pool("p", 1).pool("q", 2);
        for (int i = 0; i < 5; i++) {
            graph.task(task("pq" + i).pool("p", "q").lock("x").build());
            graph.task(task("xy" + i).lock("y", "x").build());
            graph.task(task("qy" + i).pool("q").lock("y").build());
        }
        BuildResult result = run(graph.build(), host(HostSpec.of("fake", 15)));
        assertThat(result.succeeded()).isTrue();
        // x is wanted by ten of them, and so is y by ten: no order takes less, and none that keeps both busy takes
        // more.
        assertThat(result.elapsed()).isBetween(SECOND.multipliedBy(10), SECOND.multipliedBy(15));
    }

    @Test
    void aLockOfAFailedTaskIsFree() {
        BuildGraph graph =
                graphOf(task("bad").lock("dir").priority(1), task("next").lock("dir"));
        BuildResult result = run(graph, host(HostSpec.of("fake", 2)));
        assertThat(result.outcome("next")).get().isInstanceOf(Outcome.Succeeded.class);
        assertThat(starts).containsEntry("next", "fake 1");
    }

    @Test
    void anActionThatIgnoresItsInterruptionIsGivenUpAndKeepsItsSlot() throws Exception {
        ManualTicker held = ManualTicker.held();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Action deaf = job -> {
            running.countDown();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    continue;
                }
            }
        };
        BuildGraph graph = BuildGraph.builder()
                .task("deaf", t -> t.priority(1).step(new Step("run", deaf, SECOND, RetryPolicy.NEVER)))
                .task("other", t -> t.action(job -> {}))
                .build();
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.inProcess(1)).ticker(held).build()) {
            BuildHandle handle = scheduler.start(graph);
            assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
            held.advance(SECOND.multipliedBy(20));
            BuildResult result = handle.await();
            assertThat(result.outcome("deaf")).contains(new Outcome.TimedOut("run", SECOND));
            assertThat(result.outcome("other")).get().isInstanceOf(Outcome.Cancelled.class);
            assertThat(result.stopped()).get().asString().contains("nothing can run", "'other'", "1 slot");
            release.countDown();
        } finally {
            release.countDown();
        }
    }

    /** A machine that cannot start a process the first times it is asked to. */
    private static final class Short implements ProcessRunner {
        private final IOException problem;
        private int times;

        Short(IOException problem, int times) {
            this.problem = problem;
            this.times = times;
        }

        @Override
        public RunningProcess start(Command command, JobOutput output) throws IOException {
            if (times-- > 0) {
                throw problem;
            }
            return new RunningProcess() {
                @Override
                public long pid() {
                    return 1;
                }

                @Override
                public CompletableFuture<ProcessEnd> ended() {
                    return CompletableFuture.completedFuture(new ProcessEnd(0, 0, false, null));
                }

                @Override
                public void terminate(Duration grace) {}
            };
        }

        @Override
        public void close() {}
    }

    @Test
    void aMachineThatIsShortOfProcessesIsGivenTimeAndTheTaskDoesNotFail() {
        Short runner = new Short(new ShortageException("no process is left"), 3);
        BuildResult result =
                run(graphOf(task("a")), Hosts.local(1, () -> runner).backends().get(0));
        assertThat(result.succeeded()).isTrue();
        assertThat(result.elapsed()).isEqualTo(Duration.ofMillis(100 + 200 + 400));
    }

    @Test
    void wordsInACommandDoNotMakeItsFailureAShortage() {
        Short runner = new Short(
                new IOException("cannot run 'error=11, Resource temporarily unavailable': its program is missing"), 1);
        BuildResult result =
                run(graphOf(task("a")), Hosts.local(1, () -> runner).backends().get(0));
        assertThat(result.outcome("a").orElseThrow().summary()).contains("its program is missing");
    }

    @Test
    void aCommandThatCanNeverStartFailsAtOnce() {
        Short runner = new Short(new IOException("error=2, No such file or directory"), 1);
        BuildResult result =
                run(graphOf(task("a")), Hosts.local(1, () -> runner).backends().get(0));
        assertThat(result.outcome("a").orElseThrow().summary()).contains("No such file");
        assertThat(result.elapsed()).isZero();
    }

    @Test
    void whatASourceBringsIsBuiltThoughPartsOfItAreBroken() throws Exception {
        FakeHost fake = host(HostSpec.of("fake", 2));
        TaskSource source = feed -> {
            feed.add(one(task("a")), "list:1");
            feed.add(one(task("b", "a")), "list:2");
            feed.add(Expansion.builder().dependency("a", Dependency.build("b")).build(), "list:3");
            feed.add(one(task("c", "nowhere")), "list:4");
            feed.add(one(task("d", "c")), "list:5");
            feed.add(one(task("e", "b")), "list:6");
        };
        TaskSource broken = feed -> {
            throw new StackOverflowError("too deep a list");
        };
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.of(fake)).ticker(ticker).build()) {
            BuildResult result = scheduler.start(List.of(source, broken)).await();
            assertThat(starts).containsOnlyKeys("a", "b", "e");
            assertThat(result.outcome("c").orElseThrow().summary()).contains("list:4", "'nowhere'");
            assertThat(result.outcome("d")).contains(new Outcome.Skipped("c"));
            assertThat(result.problems())
                    .hasSize(2)
                    .anySatisfy(problem -> assertThat(problem).contains("list:3"))
                    .anySatisfy(problem -> assertThat(problem).contains("too deep a list"));
        }
    }

    @Test
    void aStopEndsSourcesThatStillSearch() throws Exception {
        FakeHost fake = host(HostSpec.of("fake", 1));
        CompletableFuture<String> end = new CompletableFuture<>();
        CountDownLatch searching = new CountDownLatch(1);
        TaskSource endless = feed -> {
            try {
                for (int i = 0; ; i++) {
                    feed.add(one(task("t" + i)), "list:" + i);
                    searching.countDown();
                }
            } catch (InterruptedException e) {
                end.complete("interrupted");
                throw e;
            }
        };
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.of(fake)).ticker(ticker).build()) {
            BuildHandle handle = scheduler.start(List.of(endless));
            assertThat(searching.await(30, TimeUnit.SECONDS)).isTrue();
            handle.stop("enough");
            assertThat(handle.await().stopped()).contains("enough");
        }
        assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    private static Expansion one(TaskSpec.Builder task) {
        return Expansion.builder().task(task.build()).build();
    }
}
