package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.JobInfo;
import dev.heddle.core.Outcome;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEvent.Stamp;
import dev.heddle.core.event.Counters;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.ManualTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ChromeTraceTest {

    private static final double SECOND = 1e6;

    @TempDir
    Path temporary;

    private final ManualTicker ticker = ManualTicker.jumping();
    private final List<String> complaints = new ArrayList<>();

    private TraceFile traced(BuildGraph graph, FakeHost... hosts) throws IOException {
        Path file = temporary.resolve("trace.json");
        Files.writeString(file, "an older trace");
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(hosts))
                .ticker(ticker)
                .clock(ticker)
                .profile(file)
                .build()) {
            scheduler.run(graph);
        }
        return TraceFile.read(Files.readString(file));
    }

    private FakeHost host(String name, int slots) {
        return new FakeHost(HostSpec.of(name, slots), ticker, attempt -> FakeHost.Plan.success(Duration.ofSeconds(2)));
    }

    @Test
    void aJobIsASliceOnASlotOfItsHostAndItsStepsAreSlicesInIt() throws IOException {
        BuildGraph graph = BuildGraph.builder()
                .task(
                        "say \"a\\b\"\n\ud83d\ude00 \ud83d",
                        t -> t.step(Step.of("configure", Command.of("c"))).step(Step.of("build", Command.of("b"))))
                .build();
        TraceFile trace = traced(graph, host("beta", 1));
        String task = "say \"a\\b\"\n\ud83d\ude00 \ud83d";
        assertThat(trace.slices())
                .containsExactly(
                        new TraceFile.Slice("beta", "slot 1", "configure", 1, 0, 2 * SECOND),
                        new TraceFile.Slice("beta", "slot 1", "build", 1, 2 * SECOND, 4 * SECOND),
                        new TraceFile.Slice("beta", "slot 1", task, 0, 0, 4 * SECOND),
                        new TraceFile.Slice("build", "critical path", task, 0, 0, 4 * SECOND));
    }

    @Test
    void theCriticalPathHasALaneAndArrowsFromJobToJob() throws IOException {
        BuildGraph graph = BuildGraph.builder()
                .task("a", t -> t.command(Command.of("a")))
                .task("b", t -> t.command(Command.of("b")).dependsOn("a"))
                .task("c", t -> t.command(Command.of("c")).dependsOn("b"))
                .task("aside", t -> t.command(Command.of("aside")))
                .build();
        TraceFile trace = traced(graph, host("beta", 2));
        assertThat(trace.slices().stream().filter(slice -> slice.thread().equals("critical path")))
                .extracting(TraceFile.Slice::name)
                .containsExactly("a", "b", "c");
        List<TraceFile.Event> arrows = trace.events().stream()
                .filter(event -> event.phase() == 's' || event.phase() == 'f')
                .toList();
        assertThat(arrows)
                .extracting(TraceFile.Event::ts)
                .containsExactly(2 * SECOND - 0.001, 2 * SECOND, 4 * SECOND - 0.001, 4 * SECOND);
    }

    @Test
    void countersFollowTheBuild() throws IOException {
        BuildGraph graph =
                BuildGraph.builder().task("a", t -> t.command(Command.of("a"))).build();
        TraceFile trace = traced(graph, host("beta", 2));
        List<TraceFile.Event> done = trace.events().stream()
                .filter(event -> event.phase() == 'C' && event.name().equals("done"))
                .toList();
        assertThat(done.get(done.size() - 1).arguments())
                .containsEntry("built", 1.0)
                .containsEntry("failed", 0.0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomBuildsWithFailuresAndRepetitionsAreValidTraces(long seed) throws IOException {
        Random random = new Random(seed);
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < 150; i++) {
            int number = i;
            graph.task("t" + i, t -> {
                int steps = 1 + random.nextInt(3);
                for (int s = 0; s < steps; s++) {
                    t.step(new Step("s" + s, Command.of("x"), null, new RetryPolicy(2, Duration.ofSeconds(1))));
                }
                IntStream.range(0, random.nextInt(3))
                        .map(d -> number == 0 ? -1 : random.nextInt(number))
                        .filter(d -> d >= 0)
                        .distinct()
                        .forEach(d -> t.dependsOn("t" + d));
            });
        }
        FakeHost[] hosts = IntStream.range(0, 3)
                .mapToObj(h -> new FakeHost(HostSpec.of("h" + h, 1 + h), ticker, attempt -> {
                    Duration takes = Duration.ofNanos(random.nextInt(2_000_000_000));
                    return random.nextInt(10) == 0 ? FakeHost.Plan.exit(takes, 1) : FakeHost.Plan.success(takes);
                }))
                .toArray(FakeHost[]::new);
        TraceFile trace = traced(graph.build(), hosts);
        assertThat(trace.slices()).hasSizeGreaterThan(20);
        assertThat(trace.events().stream()
                        .filter(event -> event.phase() == 'M' && event.name().equals("thread_name")))
                .as("a lane for each slot that was used, and the critical path")
                .hasSizeLessThanOrEqualTo(1 + 1 + 2 + 3);
    }

    @Test
    void whatIsWrittenSoFarIsATraceButForItsEnd() throws IOException {
        traced(
                BuildGraph.builder()
                        .task("a", t -> t.command(Command.of("a")))
                        .task("b", t -> t.command(Command.of("b")).dependsOn("a"))
                        .build(),
                host("beta", 1));
        List<String> lines = Files.readAllLines(temporary.resolve("trace.json"));
        assertThat(lines.get(0)).isEqualTo("[");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("]");
        for (String line : lines.subList(1, lines.size() - 2)) {
            assertThat(line).startsWith("{\"ph\":").endsWith("},");
        }
    }

    private static Stamp at(long nanos) {
        return new Stamp(nanos, nanos, Instant.EPOCH);
    }

    private static JobInfo job(long number) {
        return new JobInfo(number, "t" + number, null, "t", "beta", 1);
    }

    @Test
    void jobsThatRunWhileEventsAreLostEndThereAndTheTraceStaysWhole() throws IOException {
        Path file = temporary.resolve("trace.json");
        ChromeTrace trace = new ChromeTrace(file, complaints::add);
        trace.onEvent(new BuildEvent.BuildStarted(at(0), 2, 0));
        trace.onEvent(new BuildEvent.JobStarted(at(1_000), job(1), 1));
        trace.onEvent(new BuildEvent.StepStarted(at(1_000), 1, "run", 0));
        trace.onEvent(new BuildEvent.Gap(at(5_000), 9));
        trace.onEvent(new BuildEvent.JobFinished(
                at(6_000), job(1), new Outcome.Succeeded(Duration.ZERO), Duration.ofNanos(5_000)));
        trace.onEvent(new BuildEvent.JobStarted(at(7_000), job(2), 1));
        trace.onEvent(new BuildEvent.BuildFinished(at(9_001), true, new Counters(1, 0, 0, 0, 0, 0, 0, 0), 0, null));
        assertThat(TraceFile.read(Files.readString(file)).slices())
                .containsExactly(
                        new TraceFile.Slice("beta", "slot 1", "run", 1, 1, 5),
                        new TraceFile.Slice("beta", "slot 1", "t1", 0, 1, 5),
                        new TraceFile.Slice("beta", "slot 1", "t2", 0, 7, 9.001));
        assertThat(complaints).isEmpty();
    }

    private void step(ChromeTrace trace, long job, long from, long to) {
        trace.onEvent(new BuildEvent.StepStarted(at(from), job, "run", 0));
        Duration took = Duration.ofNanos(to - from);
        trace.onEvent(new BuildEvent.StepFinished(at(to), job, "run", new Outcome.Succeeded(took), took));
    }

    private void end(ChromeTrace trace, long job, long at) {
        trace.onEvent(
                new BuildEvent.JobFinished(at(at), job(job), new Outcome.Succeeded(Duration.ZERO), Duration.ZERO));
    }

    @Test
    void aHostNeverHasMoreLanesThanSlotsThoughAJobBeginsBeforeTheEndOfAnotherIsTold() throws IOException {
        Path file = temporary.resolve("trace.json");
        ChromeTrace trace = new ChromeTrace(file, complaints::add);
        trace.onEvent(new BuildEvent.BuildStarted(at(0), 3, 0));
        trace.onEvent(new BuildEvent.HostUp(at(0), "beta", 2));
        trace.onEvent(new BuildEvent.JobStarted(at(1_000), job(1), 1));
        trace.onEvent(new BuildEvent.JobStarted(at(1_000), job(2), 1));
        step(trace, 1, 1_000, 3_000);
        // The second is between two steps, but the first is so for longer: it is the one that has left its slot.
        step(trace, 2, 1_000, 4_000);
        trace.onEvent(new BuildEvent.JobStarted(at(5_000), job(3), 1));
        end(trace, 1, 6_000);
        step(trace, 2, 7_000, 8_000);
        end(trace, 2, 9_000);
        end(trace, 3, 9_000);
        trace.onEvent(new BuildEvent.BuildFinished(at(9_000), true, new Counters(3, 0, 0, 0, 0, 0, 0, 0), 0, null));

        assertThat(TraceFile.read(Files.readString(file)).slices())
                .containsExactly(
                        new TraceFile.Slice("beta", "slot 1", "run", 1, 1, 3),
                        new TraceFile.Slice("beta", "slot 2", "run", 1, 1, 4),
                        new TraceFile.Slice("beta", "slot 1", "t1", 0, 1, 3),
                        new TraceFile.Slice("beta", "slot 2", "run", 1, 7, 8),
                        new TraceFile.Slice("beta", "slot 2", "t2", 0, 1, 9),
                        new TraceFile.Slice("beta", "slot 1", "t3", 0, 5, 9));
    }

    @Test
    void aJobThatWasTakenForOneThatLeftGoesOnInAnotherLane() throws IOException {
        Path file = temporary.resolve("trace.json");
        ChromeTrace trace = new ChromeTrace(file, complaints::add);
        trace.onEvent(new BuildEvent.BuildStarted(at(0), 2, 0));
        trace.onEvent(new BuildEvent.HostUp(at(0), "beta", 1));
        trace.onEvent(new BuildEvent.JobStarted(at(1_000), job(1), 1));
        step(trace, 1, 1_000, 2_000);
        trace.onEvent(new BuildEvent.JobStarted(at(3_000), job(2), 0));
        step(trace, 1, 4_000, 5_000);
        end(trace, 1, 6_000);
        end(trace, 2, 7_000);
        trace.onEvent(new BuildEvent.BuildFinished(at(9_000), true, new Counters(3, 0, 0, 0, 0, 0, 0, 0), 0, null));

        assertThat(TraceFile.read(Files.readString(file)).slices())
                .containsExactly(
                        new TraceFile.Slice("beta", "slot 1", "run", 1, 1, 2),
                        new TraceFile.Slice("beta", "slot 1", "t1", 0, 1, 2),
                        new TraceFile.Slice("beta", "slot 2", "run", 1, 4, 5),
                        new TraceFile.Slice("beta", "slot 2", "t1", 0, 4, 6),
                        new TraceFile.Slice("beta", "slot 1", "t2", 0, 3, 7));
    }

    @Test
    void aFileThatCannotBeWrittenIsToldOnceAndCounted() {
        ChromeTrace trace = new ChromeTrace(temporary, complaints::add);
        trace.onEvent(new BuildEvent.BuildStarted(at(0), 0, 0));
        trace.onPause();
        trace.onPause();
        trace.onEvent(new BuildEvent.BuildFinished(at(1), true, new Counters(0, 0, 0, 0, 0, 0, 0, 0), 0, null));
        assertThat(complaints).hasSize(2);
        assertThat(complaints.get(0)).startsWith(temporary + " cannot be written: ");
        assertThat(complaints.get(1)).startsWith(temporary + ": ").endsWith(" lines are missing");
    }
}
