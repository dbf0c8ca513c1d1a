package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the launcher keeps and shows of earlier builds. */
@Timeout(120)
class HistoryInLauncherTest extends LauncherFixture {

    private String write(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines)).toString();
    }

    private static String task(String name) {
        return "{\"name\": \"" + name + "\", \"steps\": [{\"name\": \"run\", \"command\": {\"shell\": \"echo " + name
                + " >>$ORDER\"}}], \"environment\": {\"ORDER\": \"ORDERFILE\"}}";
    }

    private String graph() throws IOException {
        String tasks = String.join(",\n", task("small"), task("large"), task("middle"));
        return write(
                "graph.json",
                "{\"heddleGraph\": 1, \"tasks\": ["
                        + tasks.replace("ORDERFILE", directory.resolve("order").toString()) + "]}");
    }

    private int run(String... more) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("run", graph(), "-j", "1", "--no-record", "--display", "plain"));
        arguments.addAll(List.of(more));
        return heddle(arguments.toArray(String[]::new));
    }

    @Test
    void theNextRunStartsWithWhatAnImportedLogSaysTakesLongest() throws IOException {
        String log = write("build.log", "small a/1 1 0", "large a/1 50 0", "middle a/1 7 0", "large a/1 1 0!");
        Path state = directory.resolve(".heddle");
        assertThat(heddle("history", "import", log, "--history", state.toString()))
                .as(err.toString())
                .isZero();
        assertThat(shown()).isEqualTo(log + ": 3 runs taken\n");
        assertThat(run()).as(err + words.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(directory.resolve("order")).hasContent("large\nmiddle\nsmall\n");
        assertThat(Files.readAllLines(state.resolve("history"))).hasSize(6);
    }

    @Test
    void aLogOfAnotherBuildTellsWhatTheHistoryDoesNot() throws IOException {
        String log = write("other.log", "small a/1 1 0", "large a/1 50 0", "middle a/1 7 0");
        assertThat(run("--build-log", log)).as(err.toString()).isZero();
        assertThat(directory.resolve("order")).hasContent("large\nmiddle\nsmall\n");
        assertThat(Files.readAllLines(directory.resolve(".heddle/history"))).hasSize(3);
    }

    @Test
    void withoutAHistoryNothingIsKept() throws IOException {
        assertThat(run("--no-history")).isZero();
        assertThat(directory.resolve("order")).hasContent("small\nlarge\nmiddle\n");
        assertThat(directory.resolve(".heddle")).doesNotExist();
    }

    @Test
    void aManifestIsBuiltWithAHistoryBesideItsLog() throws IOException {
        write(
                "build.ninja",
                "rule touch",
                "  command = echo $out >>order; touch $out",
                "build small: touch",
                "build large: touch",
                "build all: phony small large");
        write("earlier", "# ninja log v5", "0\t10\t5\tsmall\t1", "10\t5010\t6\tlarge\t1");
        String place = directory.toString();
        assertThat(heddle(
                        "ninja",
                        "-C",
                        place,
                        "-j1",
                        "--no-record",
                        "--build-log",
                        directory.resolve("earlier").toString()))
                .as(words.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(directory.resolve("order")).hasContent("large\nsmall\n");
        assertThat(Files.readAllLines(directory.resolve(".heddle/history")))
                .extracting(line -> line.split(" ")[0])
                .containsExactly("large", "small");
    }

    @Test
    void aHistoryIsShownWithItsHostsAndItsLongestTasks() throws IOException {
        StringBuilder log = new StringBuilder();
        for (int i = 1; i <= 30; i++) {
            log.append("common" + i + " fast/4 " + i + ".00 9\n");
            log.append("common" + i + " slow/4 " + 4 * i + ".00 9\n");
        }
        log.append("strange island/1 5 7 configure=1/build=4\n");
        Files.writeString(directory.resolve("log"), log);
        String state = directory.resolve("state").toString();
        assertThat(heddle("history", "import", directory.resolve("log").toString(), "--history", state))
                .isZero();
        out.reset();
        assertThat(heddle("history", "show", state, "-n", "2")).isZero();
        assertThat(shown().lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("HOST +RUNS +SPEED +\\+-"),
                        line -> assertThat(line).matches("fast +30 +1\\.00 +\\d%"),
                        line -> assertThat(line).matches("slow +30 +0\\.25 +\\d%"),
                        line -> assertThat(line).matches("island +1 +- +-"),
                        line -> assertThat(line).endsWith("cannot be compared: fast slow | island"),
                        line -> assertThat(line).isEmpty(),
                        line -> assertThat(line).matches(" +SECONDS +1 OF 10 +RUNS +LOG BYTES +TASK"),
                        line -> assertThat(line).matches(" +30\\.000 +\\S+ +2 +9 +common30"),
                        line -> assertThat(line).matches(" +29\\.000 +\\S+ +2 +9 +common29"),
                        line -> assertThat(line).isEqualTo("and 29 more"));
        out.reset();
        assertThat(heddle("history", "show", state, "--task", "strange")).isZero();
        assertThat(shown()).containsPattern("configure +1\\.000\nbuild +4\\.000");
    }

    @Test
    void wrongInputIsToldWithItsPlace() throws IOException {
        String log = write("log", "a b/1 1 0", "a b/x 1 0");
        String state = directory.resolve("state").toString();
        assertThat(heddle("history", "import", log, "--history", state)).isEqualTo(2);
        assertThat(err.toString()).startsWith("heddle: " + log + ":2:5: 'x' is no number from 0 to 1000000");
        assertThat(directory.resolve("state")).doesNotExist();

        String fine = write("fine", "a b/1 1 0");
        err.getBuffer().setLength(0);
        assertThat(heddle("history", "import", fine, "--history", fine + "/in")).isEqualTo(2);
        assertThat(err.toString()).startsWith("heddle: " + fine + "/in/history: cannot be written: " + fine);
        assertThat(heddle("history", "import", directory.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("heddle: " + directory.resolve("none") + ": cannot be read: no such file");

        assertThat(run("--build-log", log)).isEqualTo(2);
        assertThat(run("--build-log", directory.resolve("none").toString())).isEqualTo(2);
        assertThat(run("--no-history", "--history", state)).isEqualTo(2);
        assertThat(heddle("history", "show", state, "-n", "-1")).isEqualTo(2);
        assertThat(directory.resolve("order")).doesNotExist();
        assertThat(err.toString()).doesNotContain("Exception", "\tat ");

        assertThat(heddle("history", "show", state)).isEqualTo(1);
        assertThat(words.toString(StandardCharsets.UTF_8)).contains("nothing is known in " + state);
    }
}
