package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong input and usage: one line that names the place, exit code 2, and nothing started. */
class LauncherInputTest {

    private static final String GRAPH = """
            {"heddleGraph": 1, "pools": {"link": 2},
             "tasks": [
              {"name": "a", "steps": [{"name": "run", "command": {"shell": "touch started"}, "timeout": "PT10M"}]},
              {"name": "b", "dependencies": ["a"], "resources": {"pools": ["link"]},
               "steps": [{"name": "run", "command": {"argv": ["touch", "started"], "directory": "."}}]}]}
            """;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("input");
    }

    private int heddle(String... arguments) {
        return Main.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private void assertRefused(int exitCode, String... parts) {
        assertThat(exitCode).as(err.toString()).isEqualTo(2);
        assertThat(err.toString()).startsWith("heddle: ").contains(parts).doesNotContain("Exception", "\tat ");
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void missingCommandIsTold() {
        assertRefused(heddle(), "a command is missing", "--help");
    }

    @Test
    void unknownCommandIsTold() {
        assertRefused(heddle("weave"), "weave", "demo, ninja, run, list, hosts, history, mux, log");
    }

    @Test
    void anArchiveThatIsNoRegularFileIsNotWaitedFor() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        assertRefused(heddle("store", "ls", file.toString()), file + ": is no regular file");
        assertRefused(heddle("store", "ls", "/dev/zero"), "/dev/zero: is no regular file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "ninja", "run", "list", "hosts", "history", "mux", "log"})
    void everyCommandHasHelp(String command) {
        assertThat(heddle(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: heddle " + command);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "`constraints`: {`pinnedHost`: `mars`} | pinned to the host 'mars', which is not known",
                "`constraints`: {`properties`: {`arch`: `vax`}} | {arch=vax}",
                "`resources`: {`slots`: 3} | it needs 3 slots"
            })
    void aTaskThatNoHostCanEverRunIsRefusedWithItsPlaceBeforeAnythingIsStarted(String demand, String told)
            throws IOException {
        String task = "{'name': 'far', %s, 'steps': [{'name': 'run', 'command': {'shell': 'true'}}]}".formatted(demand);
        Path started = directory.resolve("started");
        String other =
                "{'name': 'near', 'steps': [{'name': 'run', 'command': {'argv': ['touch', '%s']}}]}".formatted(started);
        String graph = "{'heddleGraph': 1, 'tasks': [\n" + other + ",\n  " + task + "]}";
        Files.writeString(file, graph.replace('\'', '"').replace('`', '"'));
        assertRefused(
                heddle("run", "-j", "2", file.toString()), file + ":3:3: ", "'far'", told, "'local' with 2 slots");

        assertThat(heddle("run", "-j", "2", "--no-record", file.toString(), "near"))
                .isZero();
        assertThat(started).exists();
    }

    @Test
    void aHeartbeatBelowZeroIsRefused() throws IOException {
        Files.writeString(file, GRAPH);
        assertRefused(
                heddle("run", "--display-timeout", "-1", file.toString()), "--display-timeout", "at least 0", "-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "run --stuck x -|'--stuck': 'x' is not a whole number in its range",
                "run --stuck 9999999999 -|'9999999999' is not a whole number in its range",
                "run -l x -|'x' is not a number",
                "run --host-tool x -|The value of option '--host-tool' (NAME=COMMAND) needs the form NAME=VALUE and is x"
            })
    void aValueThatIsNoneIsToldInWordsOfPeople(String arguments, String told) {
        assertRefused(heddle(arguments.split(" ")), told);
        assertThat(err.toString()).doesNotContain("not an int", "not a double", "option option");
    }

    @Test
    void anUnknownWayToShareSlotsIsRefused() throws IOException {
        Files.writeString(file, GRAPH);
        assertRefused(
                heddle("run", "--jobserver", "socket", file.toString()), "--jobserver", "fifo, pipe, none", "'socket'");
        assertRefused(heddle("ninja", "--jobserver", "socket"), "--jobserver", "fifo, pipe, none", "'socket'");
    }

    @Test
    void theNameOfATaskThatFailedStaysOnItsLine() throws IOException {
        String name = "x\\n── heddle: 9 tasks ran\\t\\u2028y";
        Files.writeString(
                file,
                "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"" + name
                        + "\", \"steps\": [{\"name\": \"run\", \"command\": {\"shell\": \"exit 3\"}}]}]}");
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            assertThat(heddle("run", "--no-record", file.toString())).isEqualTo(1);
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("── heddle: ")))
                .hasSize(2)
                .anyMatch(
                        line -> line.startsWith("── heddle: failed: x\\u000a── heddle: 9 tasks ran\\u0009\\u2028y: "));
    }

    @Test
    void aGraphThatIsNotUtf8IsRefused() throws IOException {
        for (var charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            Files.write(file, GRAPH.getBytes(charset));
            err.getBuffer().setLength(0);
            assertRefused(heddle("run", file.toString()), file + ":1:");
        }
    }

    @Test
    void halfASurrogatePairInANameIsRefusedWithItsPlace() throws IOException {
        Files.writeString(file, "{\"heddleGraph\": 1, \"tasks\": [\n {\"name\": \"a\\ud800b\"}]}");
        assertRefused(heddle("run", file.toString()), file + ":2:", "surrogate");
    }

    @Test
    void aMissingRecordingIsToldByTheNameThatWasGiven() {
        String missing = directory.resolve("nothing").toString();
        assertRefused(heddle("log", "cat", missing, "task"), missing + ": no such file or directory");
    }

    @Test
    void graphCutAnywhereIsRefusedWithItsPlace() throws IOException {
        byte[] whole = GRAPH.strip().getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            err.getBuffer().setLength(0);
            assertRefused(heddle("run", file.toString()), "input:");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"a\", \"dependencies\": [\"a\"]}]} | a",
                "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"a\", \"colour\": 1}]} | colour",
                "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"a\"}, {\"name\": \"a\"}]} | 'a'",
                "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"a\", \"dependencies\": [\"zz\"]}]} | 'zz'",
                "{\"heddleGraph\": 2, \"tasks\": []} | 2",
                "[] | input:1:1",
                "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"a\", \"dependencies\": [\"b\"]},"
                        + "{\"name\": \"b\", \"dependencies\": [\"a\"]}]} | a -> b -> a",
            })
    void brokenGraphIsRefused(String graph, String part) throws IOException {
        Files.writeString(file, graph);
        assertRefused(heddle("run", file.toString()), part);
    }

    @Test
    void missingFileAndDirectoryAreTold() {
        assertRefused(heddle("run", directory.resolve("none.json").toString()), "none.json", "no such file");
        assertRefused(heddle("run", directory.toString()), "is a directory");
        assertRefused(heddle("ninja", "-C", directory.resolve("none").toString()), "none");
        assertRefused(heddle("ninja", "-C", directory.toString()), "build.ninja");
        assertRefused(heddle("log", "stats", directory.resolve("none.hlog").toString()), "none.hlog", "no such file");
        assertRefused(heddle("log", "stats", directory.toString()), "regular file");
    }

    @Test
    void unknownTargetIsTold() throws IOException {
        Files.writeString(file, GRAPH);
        assertRefused(heddle("run", file.toString(), "zz"), "no task 'zz'");
    }

    @Test
    void folderOfARecordingThatIsNotThereIsToldAndNotMade() {
        Path wanted = directory.resolve("none").resolve("file");
        assertRefused(
                heddle("mux", "--record", wanted.toString(), "--", "touch " + directory.resolve("started")),
                "--record: the folder " + wanted.getParent() + " of file is not there",
                "choose another place");
        assertThat(wanted.getParent()).doesNotExist();
    }

    @Test
    void standardOutputIsRefusedWhereAFileIsWanted() {
        assertRefused(heddle("mux", "--record", "-", "--", "true"), "--record", "standard output", "./-");
        assertRefused(heddle("mux", "--html=-", "--", "true"), "--html", "standard output", "./-");
        assertRefused(heddle("log", "html", "-o", "-", file.toString()), "--output", "standard output", "./-");
    }

    @Test
    void unknownControlPolicyIsTold() throws IOException {
        assertRefused(heddle("mux", "--control=none", "--", "true"), "--control", "'none'", "safe, plain, live, trust");
    }

    @Test
    void unknownStrategyIsTold() throws IOException {
        Files.writeString(file, GRAPH);
        assertRefused(heddle("run", file.toString(), "--strategy=braid"), "--strategy", "'braid'", "stage");
        assertRefused(heddle("log", "html", "--strategy=braid", file.toString()), "--strategy", "'braid'", "stage");
        assertRefused(heddle("mux", "--strategy=braid", "--", "true"), "--strategy", "'braid'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--strategy=braid", "--control=braid", "--colors=braid", "--matchers=braid", "--log=braid"})
    void whatIsWrongIsToldThoughThereIsNothingToDo(String option) throws IOException {
        Path manifest = Files.writeString(file.resolveSibling("build.ninja"), "build all: phony\n");
        assertThat(heddle("ninja", "--no-record", "-f", manifest.toString())).isZero();
        assertRefused(heddle("ninja", "--no-record", "-f", manifest.toString(), option), option.split("=")[0], "braid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "NaN"})
    void aLoadThatLimitsNothingIsRefused(String load) throws IOException {
        Files.writeString(file, GRAPH);
        assertRefused(heddle("run", "-l", load, file.toString()), "-l", "above 0");
    }

    @Test
    void commandsAreMissingInMux() {
        assertRefused(heddle("mux"), "a command is missing");
        assertRefused(heddle("mux", "--", "true", ":::"), "a command is missing");
        assertRefused(heddle("mux", "-j", "-1", "--", "true"), "-j");
        assertRefused(heddle("mux", "-j", "0", "--", "true"), "-j");
    }

    @Test
    void garbageIsNoRecording() throws IOException {
        Files.writeString(file, "this is no recording at all");
        assertRefused(heddle("log", "stats", file.toString()), "input");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "build a: nope b | build.ninja:1:10",
                "rule r\\n  command = touch started\\nbuild a: r\\nbuild a: r | 'a'",
                "rule r\\n  command = touch started\\nbuild a: r b\\nbuild b: r a | a -> b -> a",
                "rule r\\n  command = $% | build.ninja:2",
                "rule r\\n\\tcommand = touch started | build.ninja:2",
                "\\1\\2\\3 | build.ninja:1",
                "rule r\\n  command = touch started\\nbuild a: r missing.c | missing.c",
                "include nowhere.ninja | nowhere.ninja",
                "rule r\\n  command = touch started\\n  pool = lake\\nbuild a: r | lake",
            })
    void brokenManifestIsRefused(String manifest, String part) throws IOException {
        Files.writeString(directory.resolve("build.ninja"), manifest.translateEscapes() + "\n");
        assertRefused(heddle("ninja", "-C", directory.toString()), part);
    }
}
