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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher does around the steps of tasks. */
@Timeout(120)
class StepsInLauncherTest {

    @TempDir
    Path directory;

    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private PrintStream outBefore;
    private PrintStream errBefore;

    @BeforeEach
    void takeStreams() {
        outBefore = System.out;
        errBefore = System.err;
        PrintStream both = new PrintStream(shown, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
    }

    @AfterEach
    void giveStreamsBack() {
        System.setOut(outBefore);
        System.setErr(errBefore);
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("run", "--no-record", "--no-history"));
        all.addAll(Arrays.asList(arguments));
        return Main.run(all.toArray(String[]::new), new PrintWriter(System.out, true), new PrintWriter(err, true));
    }

    private String shown() {
        return err + shown.toString(StandardCharsets.UTF_8);
    }

    /** A graph of one task with a work directory; the steps are pairs of a name and a line for the shell. */
    private String graph(String... steps) throws IOException {
        StringBuilder text =
                new StringBuilder("{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"t\", \"workDirectory\": \""
                        + directory.resolve("work") + "\", \"steps\": [");
        for (int i = 0; i < steps.length; i += 2) {
            text.append(i == 0 ? "" : ",\n")
                    .append("{\"name\": \"" + steps[i] + "\", \"command\": {\"directory\": \"" + directory
                            + "\", \"shell\": \"" + steps[i + 1] + "\"}}");
        }
        return Files.writeString(directory.resolve("graph.json"), text + "]}]}").toString();
    }

    @Test
    void commandsSayWhatComesNext() throws IOException {
        String graph = graph(
                "a", "echo a >>ran; printf 'next c\\\\nskip b\\\\n' >>$HEDDLE_STEPS; dirname $HEDDLE_STEPS >where",
                "b", "echo b >>ran",
                "c", "echo c >>ran");
        assertThat(run(graph)).as(this::shown).isZero();
        assertThat(directory.resolve("ran")).hasContent("a\nc\nc\n");
        assertThat(Path.of(Files.readString(directory.resolve("where")).strip()))
                .doesNotExist();
    }

    @Test
    void aLineThatIsNoneFailsTheTaskWithItsPlace() throws IOException {
        assertThat(run(graph("a", "echo jump >>$HEDDLE_STEPS"))).as(this::shown).isEqualTo(1);
        assertThat(shown()).contains("HEDDLE_STEPS:1:1: 'jump' is none of: next NAME");
    }

    @Test
    void aTaskIsCleanedAndMeasured() throws IOException {
        Path logs = directory.resolve("logs");
        Path notes = directory.resolve("notes");
        String graph = graph("make", "mkdir work && echo made >work/file");
        assertThat(run("--measure-sizes", "--step-files", notes.toString(), "--log-dir", logs.toString(), graph))
                .as(this::shown)
                .isZero();
        assertThat(run(graph)).as("there is a directory already").isEqualTo(1);
        assertThat(run("-c", graph)).as(this::shown).isZero();
        assertThat(Files.readAllLines(logs.resolve("size.log")))
                .singleElement()
                .asString()
                .matches("t \\d+");
        assertThat(notes).isEmptyDirectory();
    }

    @Test
    void aSmallTaskWorksInMemory() throws IOException {
        Path sizes = Files.writeString(directory.resolve("size.log"), "t 12\n");
        Path memory = Files.createDirectory(directory.resolve("memory"));
        String graph = graph("make", "ls -d $HEDDLE_SCRATCH >where");
        assertThat(run("-m", "12", "-S", sizes.toString(), "--memory-dir", memory.toString(), graph))
                .as(this::shown)
                .isZero();
        assertThat(directory.resolve("where")).content().startsWith(memory.toString());
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void wrongUsageOfMemoryIsRefusedBeforeAnythingStarts() throws IOException {
        String graph = graph("make", "touch started");
        Path sizes = Files.writeString(directory.resolve("size.log"), "t 12\nt many\n");
        assertThat(run("-m", "12", graph)).isEqualTo(2);
        assertThat(run("-m", "12", "-S", sizes.toString(), graph)).isEqualTo(2);
        assertThat(run("-m", "12", "-S", directory.resolve("none").toString(), graph))
                .isEqualTo(2);
        assertThat(run("-m", "12", "-S", "/dev/zero", graph)).isEqualTo(2);
        Files.writeString(sizes, "t 12\n");
        assertThat(run("-m", "0", "-S", sizes.toString(), graph)).isEqualTo(2);
        assertThat(run("-m", "1", "-S", sizes.toString(), "--memory-dir", directory + "/none", graph))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "--memory: and --sizes need each other",
                        "size.log:2:3: 'many' is no number",
                        "none: cannot be read",
                        "/dev/zero: cannot be read: there is a FIFO, a device or a socket in the place of the file",
                        "must be from 1 to",
                        "/none is not a directory");
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void wrongUsageIsRefusedBeforeAnythingStarts() throws IOException {
        String graph = graph("make", "touch started");
        Path hosts = Files.writeString(directory.resolve("hosts"), "localhost jobs=1\n");
        assertThat(run("--step-files", graph, graph)).isEqualTo(2);
        assertThat(run("--measure-sizes", "--hosts", hosts.toString(), graph)).isEqualTo(2);
        assertThat(err.toString())
                .contains("--step-files: " + graph + " is not a directory", "--measure-sizes: is told in step files");
        assertThat(run(graph.replace("graph", "none"))).isEqualTo(2);
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void aWorkDirectoryThatIsNoneOfTheTasksOwnIsRefused() throws IOException {
        Path graph = Files.writeString(
                directory.resolve("graph.json"),
                "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"t\", \"workDirectory\": \"x/../..\"}]}");
        assertThat(run(graph.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(graph + ":1:", "the work directory must be one of its own");
    }
}
