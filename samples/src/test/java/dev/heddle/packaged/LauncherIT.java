package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged launcher, started by its script as a user starts it. */
class LauncherIT {

    /** Builds that are killed at a random moment; 50 where the property asks for them. */
    private static final int KILLS = Integer.getInteger("heddle.it.kills", 6);

    @TempDir
    Path directory;

    private static Path script() {
        return Programs.samples().resolve("heddle");
    }

    private Run heddle(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script().toString()));
        command.addAll(List.of(arguments));
        return Programs.run(directory, command);
    }

    @Test
    void demoBuildsTheCProjectAndItsRecordingShowsItAgain() throws IOException, InterruptedException {
        Path work = directory.resolve("demo");
        Run demo = heddle("demo", "--dir", work.toString(), "-j2");
        assertThat(demo.exitCode()).as(demo.output()).isZero();
        assertThat(demo.output()).contains("[132/132]", "replay --strategy=stage");
        assertThat(work.resolve("apps/calc")).isExecutable();

        String recording = work.resolve(".heddle.hlog").toString();
        String test = "tests/text_test.ok";
        String printed = "text: 586 of 586 hold\n";
        assertThat(heddle("log", "cat", recording, test).output()).isEqualTo(printed);
        for (String strategy : List.of("raw", "line", "indented", "task", "stage")) {
            Run replay = heddle("log", "replay", "--strategy=" + strategy, recording);
            assertThat(replay.exitCode()).as(replay.output()).isZero();
            assertThat(replay.output()).contains(printed, "unused parameter");
        }
        assertThat(heddle("log", "stats", recording).output()).contains(test, "jobs");

        Run again = heddle("ninja", "-C", work.toString());
        assertThat(again.exitCode()).isZero();
        assertThat(again.output()).contains("no work to do");
    }

    @Test
    void brokenDemoShowsBothMistakesAndBuildsTheRest() throws IOException, InterruptedException {
        Path work = directory.resolve("demo");
        Run demo = heddle("demo", "--broken", "--dir", work.toString(), "-j2");
        assertThat(demo.exitCode()).as(demo.output()).isEqualTo(1);
        assertThat(demo.output()).contains("FAILED: apps/obj/misspelt.o", "FAILED: tests/wrong_test.ok");
        assertThat(work.resolve("apps/calc")).isExecutable();
    }

    @Test
    void javaDemoNeedsNoCompilerForC() throws IOException, InterruptedException {
        Run demo = heddle("demo", "--java", "--dir", directory.resolve("demo").toString());
        assertThat(demo.exitCode()).as(demo.output()).isZero();
    }

    @Test
    void demoLeavesADirectoryAloneThatItDidNotMake() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("precious"), "work");
        Run demo = heddle("demo", "--dir", directory.toString());
        assertThat(demo.exitCode()).isEqualTo(2);
        assertThat(directory.resolve("precious")).hasContent("work");
    }

    @Test
    void muxKeepsEveryByteAndTakesTheWorstExitCode() throws IOException, InterruptedException {
        Run good = heddle("mux", "--strategy=task", "--", "printf 'a\\nb'", ":::", "printf c");
        assertThat(good.exitCode()).isZero();
        assertThat(good.output()).contains("a\nb\n", "c\n");
        Run bad = heddle("mux", "--", "exit 3", ":::", "true");
        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.output()).contains("exit code 3");
    }

    @Test
    void muxShowsAndRecordsWhatAGuixDaemonSent() throws IOException, InterruptedException {
        String stream = """
                @ build-started /gnu/store/%1$s-warp.drv - x86_64-linux /log 7
                a word of the daemon
                @ build-log 7 34
                @ build-failed /forged - 1 forged
                @ build-succeeded /gnu/store/%1$s-warp.drv -
                """.formatted("0".repeat(32));
        Path session = Files.writeString(directory.resolve("session"), stream);
        Path recording = directory.resolve("guix.hlog");
        for (String strategy : List.of("raw", "line", "indented", "task", "stage")) {
            Run shown = heddle(
                    "mux", "--decode=guix", "--strategy=" + strategy, "--record=" + recording, session.toString());
            assertThat(shown.exitCode()).as(shown.output()).isZero();
            assertThat(shown.output())
                    .contains(" build-failed /forged - 1 forged\n", "a word of the daemon\n", "1 built, 0 failed");
            assertThat(heddle("log", "cat", recording.toString(), "warp").output())
                    .isEqualTo("@ build-failed /forged - 1 forged\n");
        }
        Files.writeString(session, "@ build-failed /gnu/store/x.drv - timeout\n@ build-log 7 9\ncut");
        Run cut = heddle("mux", "--decode=guix", session.toString());
        assertThat(cut.exitCode()).isEqualTo(1);
        assertThat(cut.output()).contains("cut", "a fragment of process 7 is cut off, 6 bytes are missing");
    }

    @Test
    void runBuildsAGraphAndWritesItsEvents() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("graph.json"), """
                {"heddleGraph": 1, "tasks": [
                  {"name": "one", "steps": [{"name": "run", "command": {"shell": "echo first > out; echo said"}}]},
                  {"name": "two", "dependencies": ["one"],
                   "steps": [{"name": "run", "command": {"argv": ["cat", "out"]}}]}]}
                """);
        Run run = heddle("run", "graph.json", "--events", "events.jsonl", "--log=text", "--log-dir=logs");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("said", "first");
        assertThat(directory.resolve("events.jsonl")).content().contains("\"one\"", "\"two\"");
        assertThat(directory.resolve("logs/all.log")).content().contains("said", "first");
        assertThat(heddle("log", "cat", "two").output()).isEqualTo("first\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void signalEndsEveryJobAndLeavesACompleteRecording(String signal) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("build.ninja"), """
                rule wait
                  command = echo begun $out; touch $out.begun; sleep 987; touch $out
                build a: wait
                build b: wait
                """);
        Process build = new ProcessBuilder(script().toString(), "ninja", "-j2")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        try {
            awaitFile(directory.resolve("a.begun"), build);
            awaitFile(directory.resolve("b.begun"), build);
            Programs.run(directory, List.of("kill", "-" + signal, Long.toString(build.pid())));
            assertThat(build.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(build.exitValue()).isEqualTo(signal.equals("INT") ? 130 : 143);
        } finally {
            build.destroyForcibly();
        }
        assertThat(processesIn(directory)).isEmpty();
        assertThat(heddle("log", "cat", "a", "b").output()).contains("begun a", "begun b");
        assertThat(heddle("log", "stats").output()).doesNotContain("unfinished");
    }

    @Test
    void buildThatWasKilledIsFinishedByTheNext() throws IOException, InterruptedException {
        StringBuilder manifest =
                new StringBuilder("rule copy\n  command = sleep 0.02; cat $in > $out; echo made $out\n");
        for (int i = 0; i < 40; i++) {
            manifest.append("build chain").append(i).append(": copy ");
            manifest.append(i < 4 ? "seed" : "chain" + (i - 4)).append('\n');
        }
        Files.writeString(directory.resolve("build.ninja"), manifest);
        Files.writeString(directory.resolve("seed"), "seed\n");
        Random random = new Random(7);
        for (int kill = 0; kill < KILLS; kill++) {
            Files.writeString(directory.resolve("seed"), "seed " + kill + "\n");
            Process build = new ProcessBuilder(script().toString(), "ninja", "-j2")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile())
                    .start();
            build.waitFor(300 + random.nextInt(1500), TimeUnit.MILLISECONDS);
            build.toHandle().destroyForcibly();
            build.waitFor();
            if (Files.exists(directory.resolve(".heddle.hlog"))) {
                assertThat(heddle("log", "stats").exitCode()).isZero();
            }
            Run next = heddle("ninja", "-j2");
            assertThat(next.exitCode()).as(next.output()).isZero();
            for (int i = 0; i < 40; i++) {
                assertThat(directory.resolve("chain" + i)).hasContent("seed " + kill + "\n");
            }
            assertThat(heddle("ninja", "-j2").output()).contains("no work to do");
        }
        assertThat(processesIn(directory)).isEmpty();
    }

    @Test
    void recordingIsReadableByItsOwnerOnlyAndBeginsWithItsMark() throws IOException, InterruptedException {
        heddle("mux", "--record", "r.hlog", "--", "echo", "secret");
        Path recording = directory.resolve("r.hlog");
        assertThat(Files.getPosixFilePermissions(recording)).hasSize(2);
        byte[] head = Arrays.copyOf(Files.readAllBytes(recording), 4);
        assertThat(HexFormat.of().formatHex(head)).isNotEqualTo("00000000");
    }

    private static void awaitFile(Path file, Process build) throws IOException, InterruptedException {
        for (int i = 0; i < 600 && Files.notExists(file); i++) {
            assertThat(build.waitFor(100, TimeUnit.MILLISECONDS))
                    .as("the build ended early")
                    .isFalse();
        }
        assertThat(file).exists();
    }

    /** What runs with its current directory at or below a place and does not end within a moment, by command line. */
    private static List<String> processesIn(Path place) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            for (ProcessHandle process : all.toList()) {
                Path link = Path.of("/proc", Long.toString(process.pid()), "cwd");
                try {
                    if (Files.readSymbolicLink(link).startsWith(place.toRealPath()) && outlives(process)) {
                        byte[] line = Files.readAllBytes(link.resolveSibling("cmdline"));
                        found.add(new String(line, StandardCharsets.UTF_8).replace('\0', ' '));
                    }
                } catch (IOException e) {
                    continue; // it has ended meanwhile
                }
            }
        }
        return found;
    }

    private static boolean outlives(ProcessHandle process) throws InterruptedException {
        try {
            process.onExit().get(5, TimeUnit.SECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
