package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged launcher for users with few rights, with an odd setup, or in another directory. */
class LauncherUserIT {

    private static final String NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups ";

    @TempDir
    Path directory;

    @BeforeEach
    void writeABuild() throws IOException {
        permit(directory, "rwxr-xr-x");
        Files.writeString(directory.resolve("build.ninja"), "rule t\n  command = touch $out\nbuild started: t\n");
        Files.writeString(directory.resolve("graph.json"), """
                {"heddleGraph": 1, "tasks": [
                  {"name": "a", "steps": [{"name": "run", "command": {"argv": ["touch", "started"]}}]}]}
                """);
    }

    private static void permit(Path file, String rights) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    }

    /** Runs a line of the shell in which $heddle is the launcher. */
    private Run shell(String line) throws IOException, InterruptedException {
        String heddle = Programs.samples().resolve("heddle").toString();
        return Programs.run(directory, List.of("sh", "-c", "heddle='" + heddle + "'\n" + line));
    }

    /** What comes before a command so that it has no rights; empty for a user who has none anyway. */
    private String withoutRights() throws IOException, InterruptedException {
        if (!shell("id -u").output().equals("0\n")) {
            return "";
        }
        Run able = shell(NOBODY + "test -x \"$heddle\"");
        assumeTrue(
                able.exitCode() == 0, () -> "rights cannot be dropped here, or not to read Heddle: " + able.output());
        return NOBODY;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "graph.json   | run graph.json                | graph.json: permission denied",
                "build.ninja  | ninja                         | build.ninja",
                "secret.hlog  | log stats secret.hlog         | secret.hlog: permission denied",
                "secret.hlog  | log cat secret.hlog a         | secret.hlog: permission denied",
                "closed       | run closed/graph.json         | closed/graph.json: permission denied",
                "closed       | ninja -C closed               | closed",
                "-            | run graph.json                | .heddle.hlog: cannot keep the output: permission denied",
                "-            | ninja                         | permission denied",
                "-            | mux --record r.hlog -- 'touch started' | r.hlog: cannot keep the output: permission denied",
                "-            | run --no-record --events e.jsonl graph.json | e.jsonl cannot be written: permission denied",
                "-            | run --no-record --log=text graph.json | permission denied",
                "-            | demo --java --dir work        | work: cannot be prepared: permission denied",
            })
    void missingRightIsToldAndNothingIsStarted(String closed, String words, String told)
            throws IOException, InterruptedException {
        String before = withoutRights();
        if (closed.equals("closed")) {
            permit(Files.createDirectory(directory.resolve(closed)), "---------");
        } else if (!closed.equals("-")) {
            if (Files.notExists(directory.resolve(closed))) {
                shell("$heddle mux --record " + closed + " -- true");
            }
            permit(directory.resolve(closed), "---------");
        }
        permit(directory, closed.equals("-") ? "r-xr-xr-x" : "rwxrwxrwx");
        Run run = shell(before + "\"$heddle\" " + words);
        permit(directory, "rwxrwxrwx");
        assertThat(run.exitCode()).as(run.output()).isEqualTo(2);
        assertThat(run.output())
                .containsIgnoringCase(told)
                .startsWith("heddle: ")
                .doesNotContain("Exception", "\tat ");
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void directoryThatCannotBeWrittenHasAWayOut() throws IOException, InterruptedException {
        String before = withoutRights();
        permit(directory, "r-xr-xr-x");
        Run refused = shell(before + "\"$heddle\" run graph.json");
        assertThat(refused.output()).contains("--no-record");
        Run run = shell(before + "\"$heddle\" mux --strategy=task -- 'echo it runs'");
        permit(directory, "rwxr-xr-x");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("it runs");
    }

    @Test
    void javaHomeThatIsNoneIsTold() throws IOException, InterruptedException {
        Run run = shell("PATH=\"$JAVA_HOME/bin:$PATH\" JAVA_HOME=/nowhere \"$heddle\" --version");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("JAVA_HOME is '/nowhere', which has no bin/java");
    }

    @Test
    void helpSaysWhatEachCommandDoesInWholeSentences() throws IOException, InterruptedException {
        String help = shell("\"$heddle\" --help").output();
        String commands = help.substring(help.indexOf("Commands:"), help.indexOf("Exit codes:"));
        assertThat(commands.lines().skip(1).reduce("", (all, line) -> all + " " + line.strip()))
                .contains("with every job's output apart. ");
    }

    @Test
    void demoNamesCommandsThatWorkWhereItWasCalled() throws IOException, InterruptedException {
        Run demo = shell("\"$heddle\" demo --java --dir work");
        assertThat(demo.exitCode()).as(demo.output()).isZero();
        String said = "\u2500\u2500 heddle: ";
        List<String> named = demo.output()
                .lines()
                .filter(line -> line.startsWith(said))
                .map(line -> line.substring(said.length()))
                .filter(line -> line.startsWith("  ") && line.contains(" log ") && !line.endsWith("TASK"))
                .toList();
        assertThat(named).hasSizeGreaterThan(3);
        for (String command : named) {
            Run run = shell(command);
            assertThat(run.exitCode()).as(command + run.output()).isZero();
        }
    }
}
