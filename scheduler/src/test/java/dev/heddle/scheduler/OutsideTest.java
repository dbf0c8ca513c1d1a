package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Outcome;
import dev.heddle.core.Work;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostJob;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.host.RunningStep;
import dev.heddle.scheduler.host.StepObserver;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a build is told while it runs: by a stop file, the machine's load, its handle, and its own listeners. */
@Timeout(60)
final class OutsideTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private final ManualTicker ticker = ManualTicker.jumping();
    private final RecordingListener listener = new RecordingListener();
    private final Map<String, Duration> starts = new LinkedHashMap<>();
    private final CompletableFuture<BuildHandle> handle = new CompletableFuture<>();

    /** Each task takes as many seconds as its weight. */
    private FakeHost host(int slots, Runnable atFirstStart) {
        return new FakeHost(HostSpec.of("fake", slots), ticker, attempt -> {
            if (starts.isEmpty()) {
                atFirstStart.run();
            }
            starts.put(attempt.task().name(), Duration.ofNanos(ticker.getAsLong()));
            return Plan.success(SECOND.multipliedBy((long) attempt.task().weight()));
        });
    }

    private Scheduler.Builder scheduler(HostBackend host) {
        return Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(ticker)
                .clock(ticker)
                .listener(listener);
    }

    private List<String> messages() {
        return listener.events(BuildEvent.EngineMessage.class).stream()
                .map(BuildEvent.EngineMessage::text)
                .toList();
    }

    private BuildResult run(Scheduler.Builder builder, BuildGraph graph) {
        try (Scheduler scheduler = builder.build()) {
            BuildHandle started = scheduler.start(graph);
            handle.complete(started);
            return started.result().join();
        }
    }

    private static void create(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aStopFileThatAppearsKeepsFurtherJobsFromStarting() {
        Path file = directory.resolve("stop");
        BuildGraph graph = graphOf(task("a").weight(3), task("b", "a").weight(1));
        BuildResult result = run(scheduler(host(2, () -> create(file))).stopFile(file), graph);
        assertThat(starts).containsOnlyKeys("a");
        assertThat(result.outcome("a")).get().isInstanceOf(Outcome.Succeeded.class);
        assertThat(result.outcome("b")).get().isInstanceOf(Outcome.Cancelled.class);
        assertThat(result.stopped()).contains("the file " + file + " exists");
        assertThat(messages())
                .containsExactly("the file " + file
                        + " exists: no job is started until it is removed, and the build ends when none runs");
    }

    @Test
    void jobsStartAgainWhenTheStopFileDisappears() {
        Path file = directory.resolve("stop");
        BuildGraph graph = graphOf(
                task("long").weight(20), task("a").weight(1), task("b", "a").weight(1));
        Scheduler.Builder builder = scheduler(host(2, () -> {
                    create(file);
                    ticker.in(SECOND.multipliedBy(5), () -> delete(file));
                }))
                .stopFile(file);
        BuildResult result = run(builder, graph);
        assertThat(result.succeeded()).isTrue();
        assertThat(result.stopped()).isEmpty();
        assertThat(starts.get("b")).isBetween(SECOND.multipliedBy(5), Duration.ofMillis(5_200));
        assertThat(messages()).hasSize(2).last().isEqualTo("the file " + file + " is gone: jobs are started again");
    }

    @Test
    void aStopThatWasAskedForOutlivesTheStopFile() {
        Path file = directory.resolve("stop");
        BuildGraph graph = graphOf(
                task("long").weight(20), task("a").weight(1), task("b", "a").weight(1));
        Runnable both = () -> {
            create(file);
            ticker.in(SECOND.multipliedBy(2), () -> handle.join().stop("enough"));
            ticker.in(SECOND.multipliedBy(5), () -> delete(file));
        };
        BuildResult result = run(scheduler(host(2, both)).stopFile(file), graph);
        assertThat(result.stopped()).contains("enough");
        assertThat(starts).doesNotContainKey("b");
    }

    @Test
    void aPauseOutlivesTheStopFile() {
        Path file = directory.resolve("stop");
        BuildGraph graph = graphOf(
                task("long").weight(20), task("a").weight(1), task("b", "a").weight(1));
        Runnable both = () -> {
            create(file);
            ticker.in(SECOND.multipliedBy(2), () -> handle.join().pause());
            ticker.in(SECOND.multipliedBy(5), () -> delete(file));
            ticker.in(SECOND.multipliedBy(9), () -> handle.join().resume());
        };
        BuildResult result = run(scheduler(host(2, both)).stopFile(file), graph);
        assertThat(result.succeeded()).isTrue();
        assertThat(starts.get("b")).isEqualTo(SECOND.multipliedBy(9));
    }

    @Test
    void aDirectoryIsAsGoodAStopFileAsAFile() {
        BuildGraph graph = graphOf(task("a").weight(3), task("b", "a").weight(1));
        BuildResult result = run(scheduler(host(1, () -> {})).stopFile(directory), graph);
        assertThat(result.stopped()).get().asString().contains(directory.toString());
        assertThat(starts).doesNotContainKey("b");
    }

    @Test
    void resumeDoesNotTakeACancellationBack() {
        BuildGraph graph = graphOf(task("a").weight(3), task("b", "a").weight(1));
        Runnable both = () -> {
            handle.join().cancel("enough");
            handle.join().resume();
        };
        BuildResult result = run(scheduler(host(1, both)), graph);
        assertThat(result.stopped()).contains("enough");
        assertThat(result.outcome("a")).contains(new Outcome.Cancelled("enough"));
    }

    @Test
    void aBuildThatWasStoppedGoesOnAfterResume() {
        BuildGraph graph = graphOf(
                task("long").weight(9), task("a").weight(1), task("b", "a").weight(1));
        List<List<String>> why = new ArrayList<>();
        Runnable stop = () -> {
            handle.join().stop("a pause");
            ticker.in(SECOND.multipliedBy(2), () -> why.add(handle.join().why("b")));
            ticker.in(SECOND.multipliedBy(4), () -> handle.join().resume());
        };
        BuildResult result = run(scheduler(host(2, stop)), graph);
        assertThat(result.succeeded()).isTrue();
        assertThat(result.stopped()).isEmpty();
        assertThat(starts.get("b")).isEqualTo(SECOND.multipliedBy(4));
        assertThat(why).containsExactly(List.of("'b' is not started, because the build stops: a pause"));
    }

    @Test
    void aBuildThatPausesStartsNothingAndDoesNotEnd() {
        BuildGraph graph = graphOf(task("a").weight(1), task("b", "a").weight(1));
        List<List<String>> why = new ArrayList<>();
        Runnable pause = () -> {
            handle.join().pause();
            ticker.in(SECOND.multipliedBy(50), () -> why.add(handle.join().why("b")));
            ticker.in(SECOND.multipliedBy(60), () -> handle.join().resume());
        };
        BuildResult result = run(scheduler(host(1, pause)), graph);
        assertThat(result.succeeded()).isTrue();
        assertThat(starts.get("b")).isEqualTo(SECOND.multipliedBy(60));
        assertThat(why).containsExactly(List.of("'b' is not started, because the build pauses"));
    }

    @Test
    void aBuildThatPausesCanBeStopped() {
        BuildGraph graph = graphOf(task("a").weight(1), task("b", "a").weight(1));
        Runnable pause = () -> {
            handle.join().pause();
            ticker.in(SECOND.multipliedBy(50), () -> handle.join().stop("enough"));
        };
        BuildResult result = run(scheduler(host(1, pause)), graph);
        assertThat(result.stopped()).contains("enough");
        assertThat(starts).doesNotContainKey("b");
    }

    @Test
    void aListenerMayCancelTheBuildAndAskIt() throws Exception {
        // The listener has a thread of its own, so time stands still until it has spoken.
        ManualTicker held = ManualTicker.held();
        FakeHost host = FakeHost.succeeding(1, held);
        CompletableFuture<List<String>> why = new CompletableFuture<>();
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(held)
                .listener(event -> {
                    if (event instanceof BuildEvent.JobStarted) {
                        why.complete(handle.join().why("a"));
                        handle.join().cancel("the listener has seen enough");
                        held.advance(SECOND.dividedBy(2));
                    }
                })
                .build()) {
            BuildHandle started = scheduler.start(graphOf(task("a"), task("b", "a")));
            handle.complete(started);
            BuildResult result = started.await();
            assertThat(result.outcome("a")).contains(new Outcome.Cancelled("the listener has seen enough"));
            assertThat(result.outcome("b")).contains(new Outcome.Cancelled("the listener has seen enough"));
            assertThat(why.join()).singleElement().asString().startsWith("'a' runs");
        }
    }

    /** A host whose machine has some load. */
    private record Loaded(FakeHost host, DoubleSupplier measured) implements HostBackend {
        @Override
        public HostSpec spec() {
            return host.spec();
        }

        @Override
        public RunningStep start(HostJob job, Work work, StepObserver observer) {
            return host.start(job, work, observer);
        }

        @Override
        public double load() {
            return measured.getAsDouble();
        }

        @Override
        public void close() {
            host.close();
        }
    }

    @Test
    void aLoadedHostRunsOneJobAtATimeUntilTheLoadFalls() {
        BuildGraph graph = graphOf(
                task("a").weight(5),
                task("b").weight(5),
                task("c").weight(5),
                task("d").weight(5),
                task("e").weight(5));
        List<List<String>> why = new ArrayList<>();
        Runnable ask = () -> ticker.in(SECOND, () -> why.add(handle.join().why("e")));
        Loaded host = new Loaded(host(4, ask), () -> ticker.getAsLong() < 7_000_000_000L ? 4.0 : 3.9);
        BuildResult result = run(scheduler(host).loadLimit(4), graph);
        assertThat(result.succeeded()).isTrue();
        assertThat(starts.get("a")).isEqualTo(Duration.ZERO);
        assertThat(starts.get("b")).isEqualTo(SECOND.multipliedBy(5));
        assertThat(starts.get("c")).isBetween(SECOND.multipliedBy(7), Duration.ofMillis(7_200));
        assertThat(starts.get("e")).isEqualTo(starts.get("c"));
        assertThat(why.get(0)).containsExactly("'e' is ready and waits until the load of fake is below the limit");
    }

    @Test
    void aHostWhoseLoadCannotBeLearnedIsNotLimited() {
        BuildGraph graph = graphOf(task("a").weight(1), task("b").weight(1));
        Loaded host = new Loaded(host(2, () -> {}), () -> {
            throw new IllegalStateException("no such figure");
        });
        assertThat(run(scheduler(host).loadLimit(1), graph).elapsed()).isEqualTo(SECOND);
        assertThat(starts.get("b")).isEqualTo(Duration.ZERO);
    }

    @Test
    void theBoundIsTheHeaviestChainOrTheWorkOverTheSlots() {
        BuildGraph graph = graphOf(
                task("a").weight(10), task("b", "a").weight(5), task("c").weight(12));
        assertThat(boundAtStart(1, graph)).isEqualTo(27);
        assertThat(boundAtStart(2, graph)).isEqualTo(15);
    }

    private double boundAtStart(int slots, BuildGraph graph) {
        CompletableFuture<BuildHandle> started = new CompletableFuture<>();
        List<Double> bounds = new ArrayList<>();
        FakeHost host = new FakeHost(HostSpec.of("fake", slots), ticker, attempt -> {
            bounds.add(started.join().bound());
            return Plan.success(SECOND);
        });
        try (Scheduler scheduler = scheduler(host).build()) {
            started.complete(scheduler.start(graph));
            started.join().result().join();
        }
        assertThat(started.join().bound()).isZero();
        return bounds.get(0);
    }

    @Test
    void theEtaIsJudgedByTheShareOfTheWeightThatIsDone() {
        BuildGraph graph = graphOf(
                task("a").weight(10), task("b", "a").weight(20), task("c", "b").weight(10));
        List<Object> etas = new ArrayList<>();
        FakeHost host = new FakeHost(HostSpec.of("fake", 1), ticker, attempt -> {
            etas.add(handle.join().eta().map(Duration::toSeconds).orElse(-1L));
            return Plan.success(SECOND.multipliedBy((long) attempt.task().weight()));
        });
        run(scheduler(host), graph);
        assertThat(etas).containsExactly(-1L, 30L, 10L);
        assertThat(handle.join().eta()).contains(Duration.ZERO);
    }
}
