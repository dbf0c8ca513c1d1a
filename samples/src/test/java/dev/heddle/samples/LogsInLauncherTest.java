package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.Sink;
import dev.heddle.logmux.sink.SinkFactory;
import dev.heddle.logmux.sink.Sinks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --log}, {@code --log-dir} and {@code --ci}, in a process of its own. */
@Timeout(180)
class LogsInLauncherTest {

    @TempDir
    private Path directory;

    private String out = "";
    private String err = "";

    /** A log of an embedder's. */
    public static final class Own implements SinkFactory {
        @Override
        public Sink open(Path folder, String name) throws IOException {
            return Sinks.text(folder.resolve(name + ".own"));
        }
    }

    private int heddle(String before, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", before + "exec \"$@\"", "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(Arrays.asList(arguments));
        Path stdout = directory.resolve("stdout");
        Path stderr = directory.resolve("stderr");
        ProcessBuilder process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile());
        List.of("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TEAMCITY_VERSION", "GITHUB_STEP_SUMMARY")
                .forEach(process.environment()::remove);
        process.environment().putAll(environment);
        int exitCode = process.start().waitFor();
        out = Files.readString(stdout);
        err = Files.readString(stderr);
        return exitCode;
    }

    private String log(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    @Test
    void logsOfSeveralTypesAreWrittenBesideOneAnother() throws Exception {
        assertThat(heddle(
                        "",
                        Map.of(),
                        "mux",
                        "--log=text,rtf,json,components," + Own.class.getName(),
                        "--log-dir=logs",
                        "--",
                        "echo some words"))
                .as(err)
                .isZero();
        assertThat(log("logs/all.log"))
                .isEqualTo("── echo some words ──\nsome words\n")
                .isEqualTo(log("logs/all.own"));
        assertThat(log("logs/all.rtf"))
                .startsWith("{\\rtf1")
                .contains("some words")
                .endsWith("}\n");
        assertThat(log("logs/all.jsonl")).contains("\"task\":\"echo some words\"", "\"text\":\"some words\\n\"");
        assertThat(log("logs/components/echo%20some%20words.log")).isEqualTo(log("logs/all.log"));
    }

    @Test
    void allLogHasTheTextAndOrderOfTheDisplay() throws Exception {
        String talk = "for i in $(seq 60); do echo out $i; echo err $i >&2; done";
        assertThat(heddle("", Map.of(), "mux", "--log=text", "--", talk, ":::", talk + "; true"))
                .as(err)
                .isZero();
        assertThat(log("all.log")).isEqualTo(out);
        assertThat(out.lines().filter(line -> line.matches("(out|err) \\d+"))).hasSize(240);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pdf              | no log is of type 'pdf'; there are text,
            org.example.None | there is no class org.example.None on the class path
            java.lang.String | the class java.lang.String does not implement dev.heddle.logmux.sink.SinkFactory
            """)
    void unknownTypeIsToldAndNothingIsStarted(String type, String message) throws Exception {
        assertThat(heddle("", Map.of(), "mux", "--log=" + type, "--", "touch started"))
                .isEqualTo(2);
        assertThat(err).startsWith("heddle: --log: " + message).doesNotContain("Exception");
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void logThatCannotBeOpenedIsToldAndNothingIsStarted() throws Exception {
        Files.writeString(directory.resolve("file"), "");
        assertThat(heddle("", Map.of(), "mux", "--log=rtf", "--log-dir=file/logs", "--", "touch started"))
                .isEqualTo(2);
        assertThat(err)
                .startsWith("heddle: --log: a log in file/logs cannot be opened: ")
                .doesNotContain("Exception");
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void outputIsForTheCiSystemThatTheEnvironmentIsOf() throws Exception {
        Map<String, String> gitHub = Map.of("GITHUB_ACTIONS", "true", "GITHUB_STEP_SUMMARY", "summary.md");
        String[] build = {"mux", "--", "echo fine", ":::", "echo 'a.c:3:1: error: wrong'; false"};
        assertThat(heddle("", gitHub, build)).isEqualTo(1);
        assertThat(out.lines())
                .contains("::group::echo fine", "::endgroup::")
                .filteredOn(line -> line.startsWith("::error "))
                .singleElement()
                .asString()
                .startsWith("::error file=a.c,line=3,col=1,title=");
        assertThat(log("summary.md")).contains("1 succeeded, 1 failed; 1 error");
        assertThat(heddle("", Map.of("TEAMCITY_VERSION", "1"), build)).isEqualTo(1);
        assertThat(out).contains("##teamcity[buildProblem ");
        assertThat(heddle(
                        "",
                        Map.of(),
                        Stream.concat(
                                        Stream.of("mux", "--ci=gitlab", "--ci-report=q.json"),
                                        Arrays.stream(build).skip(1))
                                .toArray(String[]::new)))
                .isEqualTo(1);
        assertThat(out).contains("section_start:");
        assertThat(log("q.json")).contains("\"path\":\"a.c\"");
        assertThat(heddle(
                        "",
                        gitHub,
                        Stream.concat(
                                        Stream.of("mux", "--ci=off"),
                                        Arrays.stream(build).skip(1))
                                .toArray(String[]::new)))
                .isEqualTo(1);
        assertThat(out).doesNotContain("::group::");
    }

    @Test
    void theDisplayForACiSystemObeysTheOptionsOfTheOthersOrRefusesThem() throws Exception {
        String job = "printf '\\033[31mred\\033[0m\\n'; exit 3";
        Map<String, String> gitHub = Map.of("GITHUB_ACTIONS", "true");
        assertThat(heddle("", gitHub, "mux", "--", job)).isEqualTo(1);
        assertThat(out).contains("\u001b[31mred");
        assertThat(heddle("", gitHub, "mux", "--color=never", "--", job)).isEqualTo(1);
        assertThat(out).contains("red\n").doesNotContain("\u001b");
        assertThat(heddle("", gitHub, "mux", "--control=plain", "--prefix", "--color=never", "--", job))
                .isEqualTo(1);
        assertThat(out).contains("] red\n");
        assertThat(heddle("", gitHub, "mux", "-x", "--", "echo chatter", ":::", job))
                .isEqualTo(1);
        assertThat(out).contains("    red\n", "::error ").doesNotContain("chatter\n");
        assertThat(heddle("", gitHub, "mux", "--control=trust", "--", "touch started"))
                .isEqualTo(2);
        assertThat(err).startsWith("heddle: --control: trust: ").contains("--ci=off");
        assertThat(heddle("", gitHub, "mux", "--display=live", "--", "touch started"))
                .isEqualTo(2);
        assertThat(err)
                .startsWith("heddle: --display: live does not go with a CI system")
                .contains("--ci=off");
        assertThat(directory.resolve("started")).doesNotExist();
    }
}
