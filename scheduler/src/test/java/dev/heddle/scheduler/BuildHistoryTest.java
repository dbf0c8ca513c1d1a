package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static dev.heddle.scheduler.TestGraphs.work;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.OutputPort;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a build learns for the next one. */
@Timeout(60)
final class BuildHistoryTest extends OnFakeHost {

    private static final Map<String, Integer> SECONDS = Map.of("small", 1, "middle", 10, "large", 100);

    @TempDir
    Path directory;

    private static Plan timed(FakeHost.Attempt attempt) {
        return Plan.success(Duration.ofSeconds(SECONDS.get(attempt.task().name())))
                .printing("x".repeat(SECONDS.get(attempt.task().name())));
    }

    private static BuildGraph three() {
        return graphOf(task("small"), task("middle"), task("large"));
    }

    private BuildHistory history() {
        return BuildHistory.at(directory);
    }

    @Test
    @Timeout(60)
    void whatHasNoEndIsNoLogBeyondTheLongestLine() {
        BuildHistory history = BuildHistory.at(directory);

        assertThatThrownBy(() -> history.importLog(Path.of("/dev/zero")))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("/dev/zero:1:16385: the line has more than 16384 bytes");
    }

    @Test
    void theNextBuildStartsWithWhatTookLongest() throws IOException {
        run(1, three(), BuildHistoryTest::timed, s -> s.history(history()));
        assertThat(host.get().startedTasks()).containsExactly("small", "middle", "large");
        assertThat(Files.readString(directory.resolve("history")).lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches("small host=fake time=1.000 size=1 ts=1 clean=1 print=\\w+ steps=run:1.000"),
                        line -> assertThat(line).startsWith("middle host=fake time=10.000 size=10 ts=11 clean=1 "),
                        line -> assertThat(line).startsWith("large host=fake time=100.000 size=100 ts=111 clean=1 "));
        run(1, three(), BuildHistoryTest::timed, s -> s.history(history()));
        assertThat(host.get().startedTasks()).containsExactly("large", "middle", "small");
        assertThat(history().tasks())
                .extracting(TaskTime::task, TaskTime::runs, TaskTime::logBytes, TaskTime::steps)
                .containsExactly(
                        tuple("small", 2, 1L, Map.of("run", 1.0)),
                        tuple("middle", 2, 10L, Map.of("run", 10.0)),
                        tuple("large", 2, 100L, Map.of("run", 100.0)));
    }

    @Test
    void theEtaAndTheBoundAreSecondsOfTheHistory() {
        run(1, three(), BuildHistoryTest::timed, s -> s.history(history()));
        CompletableFuture<BuildHandle> handle = new CompletableFuture<>();
        List<Double> bounds = new ArrayList<>();
        List<Long> etas = new ArrayList<>();
        FakeHost fake = new FakeHost(HostSpec.of("fake", 1), ticker, attempt -> {
            bounds.add(handle.join().bound());
            etas.add(handle.join().eta().map(Duration::toSeconds).orElse(-1L));
            return timed(attempt);
        });
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(fake))
                .ticker(ticker)
                .clock(ticker)
                .history(history())
                .build()) {
            handle.complete(scheduler.start(three()));
            handle.join().result().join();
            assertThat(handle.join().eta()).contains(Duration.ZERO);
        }
        assertThat(bounds.get(0)).isCloseTo(111, within(0.01));
        assertThat(bounds.get(1)).isCloseTo(11, within(0.01));
        assertThat(bounds.get(2)).isCloseTo(1, within(0.01));
        assertThat(etas.get(0)).isBetween(110L, 111L);
    }

    @Test
    void failedResumedCancelledLostAndUpToDateRunsAreNeverCounted() throws IOException {
        BuildGraph graph = graphOf(
                task("good"),
                task("bad"),
                task("again").retry(new RetryPolicy(2, Duration.ZERO)),
                TaskSpec.named("step").step(new Step("run", work("x").work(), null, new RetryPolicy(2, Duration.ZERO))),
                task("lost"),
                task("done"));
        Rebuilder rebuilder = (task, dependencies) -> task.name().equals("done")
                ? new Rebuilder.Verdict.UpToDate("there")
                : new Rebuilder.Verdict.MustRun("not there");
        List<String> seen = new ArrayList<>();
        run(
                1,
                graph,
                attempt -> {
                    String name = attempt.task().name();
                    boolean first = !seen.contains(name);
                    seen.add(name);
                    if (name.equals("lost") && first) {
                        return Plan.ends(SECOND, new StepEnd.Lost("gone"));
                    }
                    boolean fails = name.equals("bad") || first && (name.equals("again") || name.equals("step"));
                    return fails ? Plan.exit(SECOND, 1) : Plan.success(SECOND);
                },
                s -> s.history(history()).rebuilder(rebuilder).listener(listener));
        assertThat(listener.events(BuildEvent.TaskFinished.class))
                .filteredOn(event -> event.outcome() instanceof Outcome.Succeeded)
                .hasSize(4);
        assertThat(history().tasks()).extracting(TaskTime::task).containsExactly("good");
    }

    @Test
    void whatWasCancelledIsNotCounted() throws IOException {
        CompletableFuture<BuildHandle> handle = new CompletableFuture<>();
        FakeHost fake = new FakeHost(HostSpec.of("fake", 1), ticker, attempt -> {
            handle.join().cancel("enough");
            return Plan.hangs();
        });
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(fake))
                .ticker(ticker)
                .history(history())
                .build()) {
            handle.complete(scheduler.start(three()));
            assertThat(handle.join().result().join().succeeded()).isFalse();
        }
        assertThat(fake.started()).hasSize(1);
        assertThat(history().tasks()).isEmpty();
    }

    @Test
    void hostsOfEarlierBuildsAreCompared() throws IOException {
        StringBuilder log = new StringBuilder();
        for (int i = 1; i <= 60; i++) {
            log.append("common" + i + " fast/4 " + i + ".00 0\n");
            log.append("common" + i + " slow/4 " + 3 * i + ".00 0\n");
        }
        log.append("other island/2 5.00 0\nbroken fast/4 7 0 build=7!\n");
        Path file = Files.writeString(directory.resolve("build.log"), log);
        assertThat(history().importLog(file)).isEqualTo(121);
        assertThat(history().importLog(file)).isZero();
        List<HostSpeed> hosts = history().hosts();
        assertThat(hosts).extracting(HostSpeed::host).containsExactly("fast", "slow", "island");
        assertThat(hosts.get(0).speed()).isCloseTo(1, within(0.01));
        assertThat(hosts.get(1).speed()).isCloseTo(1 / 3.0, within(0.01));
        assertThat(hosts.get(1).comparable())
                .isEqualTo(hosts.get(0).comparable())
                .isNotEqualTo(hosts.get(2).comparable());
        assertThat(hosts.get(2).uncertainty()).isInfinite();
    }

    @Test
    void ofSeveralLogsTheFirstValueSeenForATaskCounts() throws IOException {
        Path first = Files.writeString(directory.resolve("one"), "small a/1 50 0\nsmall a/1 60 0\nmiddle a/1 9 0!\n");
        Path second = Files.writeString(directory.resolve("two"), "small a/1 70 0\nmiddle a/1 80 0\n");
        BuildHistory primed = history().primedBy(List.of(first, second));
        assertThat(primed.tasks())
                .extracting(TaskTime::task, time -> Math.round(time.seconds()))
                .containsExactly(tuple("small", 50L), tuple("middle", 80L));
        run(1, three(), BuildHistoryTest::timed, s -> s.history(primed));
        // Nothing is known of "large", which is taken for as long as the longest.
        assertThat(host.get().startedTasks()).containsExactly("middle", "large", "small");
        assertThat(history().tasks()).extracting(TaskTime::runs).containsExactly(1, 1, 1);
    }

    @Test
    void aNinjaLogIsImported() throws IOException {
        Path log = Files.writeString(
                directory.resolve(".ninja_log"),
                "# ninja log v6\n0\t1500\t1288012400000000000\ta.o\tff\n1500\t1600\t1288012401000000000\tb.o\tfe\n");
        assertThat(history().importLog(log)).isEqualTo(2);
        assertThat(history().tasks())
                .extracting(TaskTime::task, time -> Math.round(time.seconds() * 10))
                .containsExactly(tuple("a.o", 15L), tuple("b.o", 1L));
        Path newer = Files.writeString(directory.resolve("newer"), "# ninja log v8\n");
        assertThatThrownBy(() -> history().importLog(newer))
                .isInstanceOf(HistoryException.class)
                .hasMessage(newer + ":1:14: version '8' of ninja's log is not known; known are 5, 6 and 7");
    }

    @Test
    void aDamagedHistoryIsToldAndTheBuildGoesOn() throws IOException {
        Files.writeString(directory.resolve("history"), "small host=a time=5 clean=1\nrubbish\n");
        BuildResult result = run(
                1, three(), BuildHistoryTest::timed, s -> s.history(history()).listener(listener));
        assertThat(result.succeeded()).isTrue();
        assertThat(listener.events(BuildEvent.EngineMessage.class))
                .extracting(BuildEvent.EngineMessage::text)
                .containsExactly("history: 1 line was left out, the first at " + directory.resolve("history")
                        + ":2:8: host= and time= must be there");
    }

    @Test
    void aHistoryThatCannotBeReadOrWrittenIsToldAndTheBuildGoesOn() throws IOException {
        Files.createDirectory(directory.resolve("history"));
        BuildResult result = run(
                1, three(), BuildHistoryTest::timed, s -> s.history(history()).listener(listener));
        assertThat(result.succeeded()).isTrue();
        assertThat(listener.events(BuildEvent.EngineMessage.class))
                .singleElement()
                .satisfies(event -> assertThat(event.text())
                        .isEqualTo("the history in " + directory
                                + " cannot be read: there is a directory in the place of the file; move it away;"
                                + " the build goes on without it"));

        Path link = Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("nowhere"));
        List<String> told = new CopyOnWriteArrayList<>();
        result = run(
                1,
                three(),
                BuildHistoryTest::timed,
                s -> s.history(BuildHistory.at(link)).output(messages(told)));
        assertThat(result.succeeded()).isTrue();
        assertThat(told)
                .containsExactly(
                        "WARNING " + link.resolve("history") + ": cannot be written: " + link
                                + ": there is a file of that name already; the build goes on, and what its tasks take is not kept");
    }

    private static OutputPort messages(List<String> told) {
        return new OutputPort() {
            @Override
            public JobOutput open(JobInfo job) {
                return OutputPort.discard().open(job);
            }

            @Override
            public void message(Channel channel, String text) {
                told.add(channel + " " + text);
            }
        };
    }

    @Test
    void aLogThatPrimesAndIsNoneIsToldWhereItIsWrong() throws IOException {
        Path log = Files.writeString(directory.resolve("log"), "small a/1 50\n");
        assertThatThrownBy(() -> run(
                        1,
                        three(),
                        BuildHistoryTest::timed,
                        s -> s.history(history().primedBy(List.of(log)))))
                .isInstanceOf(HistoryException.class)
                .hasMessage(log + ":1:13: the size of the log is missing");
    }

    @Test
    void theExamplesOfTheManualAreRead() throws IOException {
        String page = Files.readString(Path.of("docs/history.md"));
        Path rolling = Files.writeString(directory.resolve("rolling"), example(page, "```history\n"));
        Path log = Files.writeString(directory.resolve("log"), example(page, "```buildlog\n"));
        assertThat(history().importLog(rolling)).isEqualTo(2);
        assertThat(history().importLog(log)).isEqualTo(2); // Of three, one failed.
        assertThat(history().tasks())
                .extracting(TaskTime::task, TaskTime::runs, time -> Math.round(time.seconds()))
                .containsExactly(tuple("devel/gmake", 2, 12L), tuple("x11/qt5,-main", 2, 50L));
    }

    private static String example(String page, String begin) {
        int from = page.indexOf(begin) + begin.length();
        return page.substring(from, page.indexOf("```", from));
    }

    @Test
    void aHostThatWasFoundSlowIsNotGivenTheLongestTask() throws IOException {
        assertThat(hostOfLargeTask()).isEqualTo("slow"); // The first of two that are taken for equal.
        Files.delete(directory.resolve("history"));
        StringBuilder log = new StringBuilder();
        for (int i = 1; i <= 60; i++) {
            log.append("common" + i + " fast/1 " + i + ".00 0\n");
            log.append("common" + i + " slow/1 " + 4 * i + ".00 0\n");
        }
        for (int i = 0; i < 5; i++) {
            log.append("large fast/1 100.0" + i + " 0\nsmall fast/1 1.0" + i + " 0\n");
        }
        assertThat(history().importLog(Files.writeString(directory.resolve("log"), log)))
                .isEqualTo(130);
        assertThat(hostOfLargeTask()).isEqualTo("fast");
    }

    private String hostOfLargeTask() {
        FakeHost slow = new FakeHost(HostSpec.of("slow", 1), ticker, OnFakeHost::succeed);
        FakeHost fast = new FakeHost(HostSpec.of("fast", 1), ticker, OnFakeHost::succeed);
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(slow, fast))
                .ticker(ticker)
                .history(history())
                .build()) {
            assertThat(scheduler.run(graphOf(task("large"), task("small"))).succeeded())
                    .isTrue();
        }
        return slow.startedTasks().contains("large") ? "slow" : "fast";
    }
}
