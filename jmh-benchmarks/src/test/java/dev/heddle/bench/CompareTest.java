package dev.heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script that compares, with ninja in the launcher's place: what is tried here is the script, which must say that a
 * program is as fast as itself.
 */
@Tag("peer")
class CompareTest {

    private static final Path SCRIPT = Path.of("compare").toAbsolutePath();

    @TempDir
    Path dir;

    @BeforeEach
    void needsPrograms() {
        for (String program : List.of("python3", "ninja", "make", "parallel", "cc")) {
            assumeTrue(isInstalled(program), program + " is not installed");
        }
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(bin -> Files.isExecutable(Path.of(bin, program)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true-flat", "true-chain", "noop-10k", "noop-100k", "output-200mb", "chatty-1000"})
    void everyPeerIsRunAndItsRatioPrinted(String name) throws Exception {
        Path table = dir.resolve("table.md");
        String text = compare(1, name, "--pairs", "1", "--scale", "0.002", "--markdown", table.toString());
        assertThat(text).contains(name + ": ").containsPattern("ninja [\\d.]+.* \\d+\\.\\d{3} \\[\\d");
        assertThat(table).content().containsPattern("\\| ninja [\\d.]+.* \\| \\d+\\.\\d{3} \\[");
    }

    @Test
    void ratesStandBesideTheRatiosOfWhatMovesBytes() throws Exception {
        String text = compare(1, "output-200mb", "--pairs", "1", "--scale", "0.01");
        assertThat(text.lines().filter(line -> line.matches(".* \\d+ : \\d+ MB/s")))
                .hasSize(12);
        assertThat(text).contains("output-200mb-line: ", "output-200mb-journal: ");
    }

    @Test
    void whatRunsWhereNothingIsToDoIsFound() throws Exception {
        String text = compare(2, "noop-10k", "--pairs", "1", "--scale", "0.001", "--heddle", launcher("false"));
        assertThat(text).contains("not compared", "ended with 1, not 0");
    }

    @Test
    void lostOutputIsFound() throws Exception {
        String text = compare(2, "chatty-1000", "--pairs", "1", "--scale", "0.002", "--heddle", launcher("true"));
        assertThat(text).contains("not compared", "0 whole lines");
    }

    @Test
    void aLauncherThatIsNotThereIsNamed() throws Exception {
        String text = compare(2, "true-flat", "--heddle", "/nowhere/heddle");
        assertThat(text).contains("/nowhere/heddle is not a program; name the launcher with --heddle");
    }

    @Test
    void anUnknownNameIsAnsweredWithThoseThatThereAre() throws Exception {
        assertThat(compare(2, "false-flat")).contains("unknown comparison false-flat; there are true-flat,");
    }

    @Test
    void theIntervalHoldsTheMedianWith95Percent() throws Exception {
        // Ranks of the order statistics for 95%, as in statistical tables: 6 gives the extremes, 20 the 6th and 15th.
        String program =
                "import runpy, sys; sys.argv = ['compare']; c = runpy.run_path(sys.stdin.read(), run_name='compare');"
                        + "print(*[c['interval_rank'](n) for n in (1, 2, 5, 6, 9, 20, 50, 100)])";
        Path input = Files.writeString(dir.resolve("path"), SCRIPT.toString());
        assertThat(run(0, input, List.of("python3", "-B", "-c", program))).isEqualTo("0 0 0 0 1 5 17 39\n");
    }

    /** A launcher that hands a build to {@code program}, with the options that it has in common with ninja. */
    private String launcher(String program) throws IOException {
        Path launcher = dir.resolve("launcher-" + program);
        Files.writeString(
                launcher,
                "#!/bin/sh\n"
                        + "[ \"$1\" = --version ] && exit\n"
                        + "shift; log=/dev/stdout; jobs=\n"
                        + "for word; do case $word in --log=text) log=all.log ;; -j*) jobs=$word ;; esac; done\n"
                        + program + " $jobs > $log\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        return launcher.toString();
    }

    private String compare(int worst, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                SCRIPT.toString(), "--heddle", launcher("ninja"), "--classes", System.getProperty("java.class.path")));
        command.addAll(List.of(words));
        return run(worst, Path.of("/dev/null"), command);
    }

    private String run(int worst, Path input, List<String> command) throws Exception {
        Path out = dir.resolve("out");
        Process process = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectOutput(out.toFile())
                .redirectErrorStream(true)
                .start();
        int code = process.waitFor();
        assertThat(code).as("%s", Files.readString(out)).isBetween(worst == 2 ? 2 : 0, worst);
        return Files.readString(out);
    }
}
