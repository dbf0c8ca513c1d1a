package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that list what the launcher builds. */
@Timeout(120)
class ListInLauncherTest extends LauncherFixture {

    private int list(String... arguments) {
        List<String> all = new ArrayList<>(List.of("list", "--no-record", "--no-history"));
        all.addAll(Arrays.asList(arguments));
        return heddle(all.toArray(String[]::new));
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
                .as(this::everything)
                .isZero();
        assertThat(directory.resolve("a")).exists();
        assertThat(directory.resolve("b")).exists();
        assertThat(everything()).contains("3 tasks ran");
        assertThat(directory.resolve("all.log")).content().contains("looking").doesNotContain("{\"name\"");
    }

    @Test
    void optionsBehindTheCommandAreItsOwn() throws IOException {
        assertThat(list("--target", "b", "-e", "-j", "1", "cat", "--", records("a", "b")))
                .as(this::everything)
                .isZero();
        assertThat(directory.resolve("a")).doesNotExist();
        assertThat(directory.resolve("b")).exists();
    }

    @Test
    void aBrokenRecordIsToldWithItsPlaceAndTheRestIsBuilt() throws IOException {
        String records = records("a");
        assertThat(list("--name", "parts", "cat " + records + "; echo '  {\"name\": 7}'"))
                .as(this::everything)
                .isEqualTo(1);
        assertThat(directory.resolve("a")).exists();
        assertThat(everything()).contains("parts:2:12: a string is expected here, not a whole number");
    }

    @Test
    void aCommandThatFailsFailsTheBuild() throws IOException {
        assertThat(list("cat " + records("a") + "; exit 3"))
                .as(this::everything)
                .isEqualTo(1);
        assertThat(directory.resolve("a")).exists();
        assertThat(everything()).contains("list: step 'list' failed: exit code 3");
    }

    @Test
    void withoutKeepingGoingNothingIsStartedAfterTheCommandFailed() throws IOException {
        assertThat(list("--no-keep-going", "-j", "1", "cat " + records("a") + "; exit 3"))
                .as(this::everything)
                .isEqualTo(1);
        assertThat(directory.resolve("a")).doesNotExist();
    }

    @Test
    void aTargetThatIsNotListedIsTold() throws IOException {
        assertThat(list("--target", "c", "cat", records("a")))
                .as(this::everything)
                .isEqualTo(1);
        assertThat(everything()).contains("no task named 'c' was found");
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
        assertThat(list(arguments.strip().split(" "))).as(this::everything).isEqualTo(2);
        assertThat(err.toString()).startsWith("heddle: ").contains(told.strip());
    }
}
