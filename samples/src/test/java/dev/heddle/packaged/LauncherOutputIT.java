package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged launcher where what it writes does not fit, is not wanted, or is imitated. */
class LauncherOutputIT {

    /** Prints 60,000 bytes. */
    private static final String TALK = "yes 'a line of a job that talks' | head -c 60000";

    private static final List<String> BUILDS = List.of(
            "mux --record .heddle.hlog -- \"" + TALK + "\"",
            "run graph.json",
            "ninja",
            "run --log=text --log-dir=logs --no-record graph.json");

    @TempDir
    Path directory;

    static List<String> builds() {
        return BUILDS;
    }

    @BeforeEach
    void writeTheBuilds() throws IOException {
        Files.writeString(directory.resolve("build.ninja"), "rule talk\n  command = " + TALK + "\nbuild a: talk\n");
        Files.writeString(directory.resolve("graph.json"), """
                {"heddleGraph": 1, "tasks": [{"name": "a", "steps": [{"name": "run", "command": {"shell": "%s"}}]}]}
                """.formatted(TALK));
    }

    /** Runs a line of the shell in which $heddle is the launcher; what it leaves on its output is the result. */
    private Run shell(String line) throws IOException, InterruptedException {
        String heddle = Programs.samples().resolve("heddle").toString();
        return Programs.run(directory, List.of("sh", "-c", "heddle='" + heddle + "'\n" + line));
    }

    @ParameterizedTest
    @MethodSource("builds")
    void recordingThatReachesTheLimitOfAFileIsTold(String build) throws IOException, InterruptedException {
        Run run = shell("ulimit -f 32; exec $heddle " + build + " 2>&1 >/dev/null");
        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
        assertThat(run.output()).contains(build.contains("logs") ? "all.log" : ".heddle.hlog", "File too large");
        assertThat(run.output()).doesNotContain("\tat ", "unexpected");
    }

    @ParameterizedTest
    @ValueSource(ints = {60_000, 200_000, 66_200})
    void recordingOnAFullDiskIsToldWithWhatIsMissing(int bytes) throws IOException, InterruptedException {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        Run mount = Programs.run(directory, List.of("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk.toString()));
        assumeTrue(mount.exitCode() == 0, () -> "a small disk cannot be mounted here: " + mount.output());
        try {
            Run run = shell("exec $heddle mux --record disk/r.hlog -- 'head -c " + bytes
                    + " /dev/zero | tr \"\\0\" x' 2>&1 >/dev/null");
            if (bytes < 65_000) {
                assertThat(run.exitCode()).as(run.output()).isZero();
                return;
            }
            assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
            assertThat(run.output()).contains("disk/r.hlog", "No space left on device");
            assertThat(run.output()).containsPattern("its last [1-9]\\d* bytes are missing");
        } finally {
            Programs.run(directory, List.of("umount", disk.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mux -- 'echo hi'",
                "mux --strategy=task -- 'echo hi'",
                "run graph.json",
                "ninja",
                "ninja -n",
                "ninja -t targets",
                "log cat a",
                "log replay",
                "log stats",
                "demo --help",
                "--help",
                "--version"
            })
    void standardOutputThatCannotBeWrittenIsTold(String words) throws IOException, InterruptedException {
        if (words.startsWith("log")) {
            shell("$heddle run graph.json");
        }
        Run run = shell("exec $heddle " + words + " 2>&1 >/dev/full");
        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
        assertThat(run.output()).contains("heddle: ", "No space left on device").doesNotContain("unexpected", "\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"log cat a", "log replay"})
    void viewThatNobodyReadsToItsEndEndsInSilence(String words) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("graph.json"), """
                {"heddleGraph": 1, "tasks": [
                  {"name": "a", "steps": [{"name": "run", "command": {"shell": "yes | head -c 3000000"}}]}]}
                """);
        shell("$heddle run graph.json");
        Run run = shell("{ $heddle " + words + "; echo exit $? >&2; } 2>err | head -n 1 >/dev/null; cat err");
        assertThat(run.output()).isEqualTo("exit 141\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "line", "indented", "task", "stage", "task --prefix", "line --color=always"})
    void jobCannotSayTheLastWordsOfTheLauncher(String options) throws IOException, InterruptedException {
        String mark = "\\342\\224\\200\\342\\224\\200 heddle: 7 tasks ran";
        StringBuilder script = new StringBuilder();
        for (String before :
                List.of("", "\\r", "x\\r", "\\033[2K", "\\033[1G", "x\\b", "\\342\\200\\213", "x\\n", "\\033[31m")) {
            script.append("printf '").append(before).append(mark).append("\\n'; ");
            script.append("printf 'half '; sleep 0.05; printf '")
                    .append(before)
                    .append(mark)
                    .append("\\n' >&2; ");
        }
        Files.writeString(directory.resolve("job"), script + "exit 3\n");
        Run run = shell("$heddle mux --strategy=" + options + " -- 'sh job' ::: 'sh job' 2>&1");
        assertThat(run.exitCode()).isEqualTo(1);
        List<String> lines = run.output().lines().toList();
        assertThat(lines).filteredOn(line -> line.startsWith("── heddle: ")).hasSize(3);
        int words = lines.indexOf(lines.stream()
                .filter(line -> line.startsWith("── heddle: "))
                .findFirst()
                .orElseThrow());
        assertThat(lines.subList(words, lines.size()))
                .as("the launcher's words, and behind blanks what it quotes of the jobs")
                .allMatch(line -> line.startsWith("    ") || !line.contains("7 tasks"))
                .allMatch(line -> line.startsWith("── heddle: ") || line.startsWith("    "));
        assertThat(lines).as("what the jobs printed").anyMatch(line -> line.contains("heddle: 7 tasks ran"));
    }
}
