package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --werror}, {@code --matchers}, {@code --colors}, {@code --strategy=diagnostic}: alike in every command. */
class DiagnosticsInLauncherTest {

    private static final String WARNING = "echo 'a.c:1:2: warning: x'; true";
    private static final String ODD = "echo 'ODD a.c'; true";

    @TempDir
    Path directory;

    private final StringWriter err = new StringWriter();

    private int heddle(Object... arguments) {
        String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        err.getBuffer().setLength(0);
        return Main.run(words, new PrintWriter(new StringWriter(), true), new PrintWriter(err, true));
    }

    private Path matchers() throws IOException {
        return Files.writeString(
                directory.resolve("m.json"),
                "{\"heddleMatchers\":1,\"matchers\":[{\"name\":\"odd\",\"head\":\"^ODD (?P<file>.*)\"}]}");
    }

    @Test
    void warningFailsABuildOnlyWhereThatIsAsked() {
        assertThat(heddle("mux", "--", WARNING)).isZero();
        assertThat(heddle("mux", "--werror", "--", WARNING)).isEqualTo(1);
        assertThat(heddle("mux", "--werror", "--", "echo '0 errors, 0 warnings'; true"))
                .isZero();
    }

    @Test
    void matchersOfAUserAreAsked() throws IOException {
        assertThat(heddle("mux", "--werror", "--", ODD)).isZero();
        assertThat(heddle("mux", "--werror", "--matchers", matchers(), "--strategy=diagnostic", "--", ODD))
                .isEqualTo(1);
    }

    @Test
    void everyCommandTakesTheSameOptions() throws IOException {
        Path graph = Files.writeString(directory.resolve("graph.json"), """
                {"heddleGraph": 1, "tasks": [{"name": "odd", "steps": [{"name": "run", "command":
                  {"argv": ["echo", "ODD a.c"]}}]}]}
                """);
        Files.writeString(directory.resolve("build.ninja"), """
                rule say
                  command = echo 'ODD a.c'
                build out: say
                """);
        Path record = directory.resolve("r.hlog");
        Object[] options = {
            "--strategy=diagnostic",
            "--matchers=" + matchers(),
            "--colors=error=bright-red,warning=3:0",
            "--color=always",
            "--verbose=net,cache",
            "--trace=all",
            "--werror"
        };
        assertThat(heddle(joined(options, "run", graph, "--record", record)))
                .as(err.toString())
                .isEqualTo(1);
        assertThat(heddle(joined(options, "ninja", "-C", directory, "--no-record")))
                .as(err.toString())
                .isEqualTo(1);
        assertThat(heddle(joined(options, "log", "replay", record)))
                .as(err.toString())
                .isEqualTo(1);
        assertThat(heddle("log", "replay", record, "--werror"))
                .as(err.toString())
                .isZero();
    }

    @Test
    void wordBehindABareVerboseIsNoGroup() throws IOException {
        Files.writeString(directory.resolve("build.ninja"), "rule touch\n  command = touch $out\nbuild out: touch\n");
        assertThat(heddle("ninja", "-C", directory, "--no-record", "--verbose", "out"))
                .as(err.toString())
                .isZero();
        assertThat(directory.resolve("out")).exists();
        assertThat(heddle("mux", "--trace", "--verbose", "--", "true")).isZero();
    }

    private static Object[] joined(Object[] options, Object... command) {
        Object[] all = Arrays.copyOf(command, command.length + options.length);
        System.arraycopy(options, 0, all, command.length, options.length);
        return all;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --colors=loud=red       | --colors: no channel is called 'loud'; there are stdout, stderr, error
            --colors=error=puce     | --colors: 'puce' is no colour: write [bright-|dim-]
            --colors=error          | --colors: 'error': write CHANNEL=COLOR
            --colors=error=16       | --colors: '16' is no colour
            --strategy=diagnostics  | --strategy: no strategy is called 'diagnostics'; there are raw, line, indented, diagnostic
            """)
    void wrongOptionsAreTold(String option, String message) {
        assertThat(heddle("mux", option, "--", "touch " + directory.resolve("started") + "; true"))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("heddle: " + message).doesNotContain("Exception");
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void wrongMatchersAreToldWithTheirPlace() throws IOException {
        Path file = Files.writeString(
                directory.resolve("m.json"), "{\"heddleMatchers\":1,\"matchers\":[\n{\"name\":\"a\",\"head\":\"(\"}]}");
        assertThat(heddle("mux", "--matchers", file, "--", "true")).isEqualTo(2);
        assertThat(err.toString())
                .contains("m.json:2:20: not a pattern in the syntax of RE2")
                .doesNotContain("Exception");
        assertThat(heddle("mux", "--matchers", directory.resolve("none.json"), "--", "true"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none.json", "no such file").doesNotContain("Exception");
    }
}
