package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.JobOutput;
import dev.heddle.core.OutputPort;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.LogDirectory.Log;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.ManualTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LogDirectoryTest {

    private static final String SELF = ProcessHandle.current().pid() + "@";

    @TempDir
    Path temporary;

    private final ManualTicker ticker = ManualTicker.jumping();
    private final List<String> messages = Collections.synchronizedList(new ArrayList<>());

    private Scheduler scheduler(FakeHost host, LogDirectory logs) {
        OutputPort port = new OutputPort() {
            @Override
            public JobOutput open(JobInfo job) {
                return OutputPort.discard().open(job);
            }

            @Override
            public void message(Channel channel, String text) {
                messages.add(text);
            }
        };
        return Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(ticker)
                .clock(ticker)
                .output(port)
                .logDirectory(logs)
                .build();
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(temporary.resolve(file));
    }

    /** Letters and tasks of {@code engine.log}, without process and time. */
    private List<String> engine() throws IOException {
        List<String> lines = lines("engine.log");
        assertThat(lines).allMatch(line -> line.matches(SELF + "\\d+: .: .+"));
        return lines.stream().map(line -> line.replaceFirst("^.*?: ", "")).toList();
    }

    private static BuildGraph chain() {
        return BuildGraph.builder()
                .task("app", t -> t.command(Command.of("link")).dependsOn("lib/a b"))
                .task("lib/a b", t -> t.command(Command.of("compile")))
                .build();
    }

    @Test
    void everyFileTellsOfABuildInDpbsForm() throws IOException {
        FakeHost host = new FakeHost(
                FakeHost.succeeding(2, ticker).spec(),
                ticker,
                attempt -> FakeHost.Plan.success(Duration.ofSeconds(3))
                        .printing("12345\n")
                        .noting(new JobNote.Fact("size", "120 7")));
        try (Scheduler scheduler = scheduler(host, LogDirectory.at(temporary))) {
            assertThat(scheduler.run(chain()).succeeded()).isTrue();
        }
        String on = host.spec().name();
        assertThat(engine())
                .containsExactly(
                        "T: app",
                        "T: lib/a%20b",
                        "Q: lib/a%20b",
                        "J: lib/a%20b " + on,
                        "B: lib/a%20b",
                        "I: lib/a%20b",
                        "Q: app",
                        "J: app " + on,
                        "B: app",
                        "I: app",
                        "P: app",
                        "P: lib/a%20b");
        assertThat(lines("build.log"))
                .containsExactly("lib/a%20b " + on + "/2 3.000 6 run=3.000", "app " + on + "/2 3.000 6 run=3.000");
        assertThat(lines("size.log")).containsExactly("lib/a%20b 120 7", "app 120 7");
        assertThat(lines("vars.log")).containsExactly("app", "lib/a%20b");
        assertThat(lines("stats.log"))
                .allMatch(line -> line.matches("\\d+ P=\\d+ I=\\d+ B=\\d+ Q=\\d+ T=\\d+"))
                .doesNotHaveDuplicates();
        assertThat(lines("stats.log").get(lines("stats.log").size() - 1)).endsWith(" P=2 I=0 B=0 Q=0 T=0");
        assertThat(messages).isEmpty();
    }

    @Test
    void failuresAndWhatTheyKeepFromStartingAreTold() throws IOException {
        FakeHost host = new FakeHost(
                FakeHost.succeeding(1, ticker).spec(), ticker, attempt -> FakeHost.Plan.exit(Duration.ofSeconds(1), 1));
        try (Scheduler scheduler = scheduler(host, LogDirectory.at(temporary))) {
            assertThat(scheduler.run(chain()).succeeded()).isFalse();
        }
        assertThat(engine()).contains("E: lib/a%20b", "!: app");
        assertThat(lines("build.log"))
                .containsExactly("lib/a%20b " + host.spec().name() + "/1 1.000 0 run=1.000!");
    }

    @Test
    void everyLetterOfAStateHasItsLine() throws IOException {
        BuildLogs logs = new BuildLogs(LogDirectory.at(temporary), messages::add, 7);
        for (TaskState state : TaskState.values()) {
            logs.onEvent(new BuildEvent.TaskStateChanged(at(5), "t", TaskState.QUEUED, state));
        }
        logs.onEvent(new BuildEvent.JobStarted(at(5), new JobInfo(1, "t", null, "t", "beta", 1), 1));
        logs.onEvent(new BuildEvent.Gap(at(6), 12));
        logs.onPause();
        assertThat(lines("engine.log"))
                .containsExactly(
                        "7@5: T: t",
                        "7@5: Q: t",
                        "7@5: B: t",
                        "7@5: I: t",
                        "7@5: P: t",
                        "7@5: !: t",
                        "7@5: E: t",
                        "7@5: L: t",
                        "7@5: N: t",
                        "7@5: ^: t",
                        "7@5: V: t",
                        "7@5: J: t beta",
                        "7@6: #: 12 events are missing here");
    }

    private static BuildEvent.Stamp at(long second) {
        return new BuildEvent.Stamp(second, 0, Instant.ofEpochSecond(second));
    }

    @Test
    void aCleaningThatHadToBeRepeatedIsTold() throws IOException {
        Step clean = new Step("clean", Command.of("clean"), null, new RetryPolicy(2, Duration.ZERO));
        BuildGraph graph = BuildGraph.builder()
                .task("dirty", t -> t.step(clean).step(Step.of("build", Command.of("make"))))
                .task("tidy", t -> t.step(clean).step(Step.of("build", Command.of("make"))))
                .build();
        int[] cleanings = {0};
        FakeHost host = new FakeHost(
                FakeHost.succeeding(1, ticker).spec(),
                ticker,
                attempt -> attempt.task().name().equals("dirty")
                                && attempt.work().equals(clean.work())
                                && cleanings[0]++ == 0
                        ? FakeHost.Plan.exit(Duration.ofSeconds(1), 1)
                        : FakeHost.Plan.success(Duration.ofSeconds(1)));
        try (Scheduler scheduler = scheduler(host, LogDirectory.at(temporary))) {
            assertThat(scheduler.run(graph).succeeded()).isTrue();
        }
        assertThat(lines("clean.log")).containsExactly("dirty");
    }

    @Test
    void logsThatAreNotWantedAreNotThere() {
        LogDirectory logs = LogDirectory.at(temporary).without(Log.values());
        try (Scheduler scheduler = scheduler(FakeHost.succeeding(1, ticker), logs)) {
            assertThat(scheduler.run(chain()).succeeded()).isTrue();
        }
        assertThat(temporary).isEmptyDirectory();
        LogDirectory some = logs.without(Log.BUILD);
        assertThat(Arrays.stream(Log.values()).noneMatch(some::has)).isTrue();
    }

    @Test
    void aLaterBuildAddsToWhatIsThereAndBeginsALineOfItsOwn() throws IOException {
        Files.writeString(temporary.resolve("engine.log"), "1@2: J: cut sh");
        try (Scheduler scheduler = scheduler(FakeHost.succeeding(1, ticker), LogDirectory.at(temporary))) {
            scheduler.run(chain());
            scheduler.run(chain());
        }
        assertThat(lines("engine.log").get(0)).isEqualTo("1@2: J: cut sh");
        assertThat(lines("engine.log")).hasSize(25);
        assertThat(lines("build.log")).hasSize(4);
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsToldOnceForEachWriterAndTheBuildGoesOn() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "no directory");
        try (Scheduler scheduler = scheduler(FakeHost.succeeding(1, ticker), LogDirectory.at(file))) {
            assertThat(scheduler.run(chain()).succeeded()).isTrue();
        }
        assertThat(messages.stream().filter(text -> text.contains("cannot be written")))
                .hasSize(2);
        assertThat(messages)
                .contains(
                        file.resolve("engine.log") + ": 12 lines are missing",
                        file.resolve("vars.log") + ": 2 lines are missing",
                        file.resolve("build.log") + ": 2 lines are missing");
    }

    @Test
    void aStopFileInTheDirectoryKeepsJobsFromStarting() throws IOException {
        Files.createFile(temporary.resolve("stop"));
        try (Scheduler scheduler = scheduler(FakeHost.succeeding(1, ticker), LogDirectory.at(temporary))) {
            assertThat(scheduler.run(chain()).stopped()).get().asString().contains("stop");
        }
    }

    @Test
    void everyFileAndEveryLetterIsDescribed() throws IOException {
        Path module = Path.of("").toAbsolutePath();
        String page = Files.readString(module.resolve("docs").resolve("files.md"));
        for (Log log : Log.values()) {
            assertThat(page).contains("## " + log.fileName() + "\n");
        }
        for (TaskState state : TaskState.values()) {
            assertThat(page).contains("| `" + state.letter() + "` |");
        }
    }

    @Test
    void namesOfTheFilesAreThoseOfDpb() {
        assertThat(Stream.of(Log.values()).map(Log::fileName))
                .containsExactly(
                        "build.log", "engine.log", "stats.log", "vars.log", "clean.log", "size.log", "signature.log");
    }
}
