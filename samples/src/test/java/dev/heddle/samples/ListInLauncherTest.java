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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that list what the launcher builds. */
@Timeout(120)
class ListInLauncherTest {

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

    private int list(String... arguments) {
        List<String> all = new ArrayList<>(List.of("list", "--no-record", "--no-history"));
        all.addAll(Arrays.asList(arguments));
        return Main.run(all.toArray(String[]::new), new PrintWriter(System.out, true), new PrintWriter(err, true));
    }

    private String shown() {
        return err + shown.toString(StandardCharsets.UTF_8);
    }

    /** A file of records of tasks, each of which makes a file of its name. */
    private String records(String... tasks) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String task : tasks) {
            lines.append(
                    "{\"name\": \"" + task + "\", \"steps\": [{\"name\": \"run\", \"command\": {\"shell\": \"touch "
                            + task + "\", \"directory\": \"" + directory + "\"}}]}\n");
        }
        return Files.writeString(directory.resolve("records"), lines).toString();
    }

    @Test
    void whatACommandListsIsBuiltAndItsErrorsAreShown() throws IOException {
        assertThat(list(
                        "--log=text",
                        "--log-dir",
                        directory.toString(),
                        "--",
                        "sh",
                        "-c",
                        "echo looking >&2; cat \"$1\"",
                        "-",
                        records("a", "b")))
                .as(this::shown)
                .isZero();
        assertThat(directory.resolve("a")).exists();
        assertThat(directory.resolve("b")).exists();
        assertThat(shown()).contains("3 tasks ran");
        assertThat(directory.resolve("all.log")).content().contains("looking").doesNotContain("{\"name\"");
    }

    @Test
    void optionsBehindTheCommandAreItsOwn() throws IOException {
        assertThat(list("--target", "b", "-e", "-j", "1", "cat", "--", records("a", "b")))
                .as(this::shown)
                .isZero();
        assertThat(directory.resolve("a")).doesNotExist();
        assertThat(directory.resolve("b")).exists();
    }

    @Test
    void aBrokenRecordIsToldWithItsPlaceAndTheRestIsBuilt() throws IOException {
        String records = records("a");
        assertThat(list("--name", "parts", "cat " + records + "; echo '  {\"name\": 7}'"))
                .as(this::shown)
                .isEqualTo(1);
        assertThat(directory.resolve("a")).exists();
        assertThat(shown()).contains("parts:2:12: a string is expected here, not a whole number");
    }

    @Test
    void aCommandThatFailsFailsTheBuild() throws IOException {
        assertThat(list("cat " + records("a") + "; exit 3")).as(this::shown).isEqualTo(1);
        assertThat(directory.resolve("a")).exists();
        assertThat(shown()).contains("list: step 'list' failed: exit code 3");
    }

    @Test
    void withoutKeepingGoingNothingIsStartedAfterTheCommandFailed() throws IOException {
        assertThat(list("--no-keep-going", "-j", "1", "cat " + records("a") + "; exit 3"))
                .as(this::shown)
                .isEqualTo(1);
        assertThat(directory.resolve("a")).doesNotExist();
    }

    @Test
    void aTargetThatIsNotListedIsTold() throws IOException {
        assertThat(list("--target", "c", "cat", records("a"))).as(this::shown).isEqualTo(1);
        assertThat(shown()).contains("no task named 'c' was found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-e | a command is missing",
                "--max-records=0 true | --max-records: needs a number of at least 1: 0",
                "--max-records=x true | --max-records",
                "--name= true | --name: needs a name that is not empty",
                "--target= true | --target: needs the name of a task",
                "-j 0 true | -j: needs a number of at least 1",
                "--max-record=1 true | --max-record"
            })
    void wrongUsageIsRefusedBeforeAnythingStarts(String arguments, String told) {
        assertThat(list(arguments.strip().split(" "))).as(this::shown).isEqualTo(2);
        assertThat(err.toString()).startsWith("heddle: ").contains(told.strip());
    }
}
