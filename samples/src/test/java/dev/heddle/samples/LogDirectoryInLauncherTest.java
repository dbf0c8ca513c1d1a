package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the launcher lets a scheduler write about a build. */
@Timeout(120)
class LogDirectoryInLauncherTest extends LauncherFixture {

    private static final String GRAPH = """
            {"heddleGraph": 1, "tasks": [
              {"name": "a", "steps": [{"name": "run", "command": {"shell": "echo one"}}]},
              {"name": "b", "dependencies": ["a"], "steps": [{"name": "run", "command": {"shell": "echo two"}}]}]}
            """;

    @Test
    void aBuildIsToldInTheDirectory() throws IOException {
        Path graph = Files.writeString(directory.resolve("graph.json"), GRAPH);
        Path logs = directory.resolve("logs");
        assertThat(heddle("run", graph.toString(), "--no-record", "--log-dir", logs.toString()))
                .as(err.toString())
                .isZero();
        assertThat(Files.readAllLines(logs.resolve("build.log")))
                .satisfiesExactly(
                        line -> assertThat(line).matches("a \\S+/\\d+ \\d+\\.\\d{3} 4 run=\\d+\\.\\d{3}"),
                        line -> assertThat(line).matches("b \\S+/\\d+ \\d+\\.\\d{3} 4 run=\\d+\\.\\d{3}"));
        assertThat(logs.resolve("engine.log")).content().contains(": Q: a\n", ": P: b\n");
        assertThat(logs.resolve("stats.log")).content().endsWith(" P=2 I=0 B=0 Q=0 T=0\n");
    }

    @Test
    void eachTaskHasALogThere() throws IOException {
        Path graph = Files.writeString(directory.resolve("graph.json"), """
                {"heddleGraph": 1, "tasks": [
                  {"name": "lib/a", "aliases": ["a-1.2"], "component": "lib", "steps": [
                    {"name": "run", "command": {"shell": "echo one"}}]},
                  {"name": "lib/b", "component": "lib", "steps": [{"name": "run", "command": {"shell": "exit 3"}}]}]}
                """);
        Path logs = directory.resolve("logs");
        assertThat(heddle("run", graph.toString(), "--no-record", "--log-dir", logs.toString()))
                .as(err.toString())
                .isEqualTo(1);
        assertThat(logs.resolve("paths/lib/a.log")).hasContent("── lib/a ──\none\n");
        assertThat(Files.readSymbolicLink(logs.resolve("packages/a-1.2.log"))).hasToString("../paths/lib/a.log");
        assertThat(logs.resolve("paths/lib/b.log")).content().contains("exit code 3");
    }

    @Test
    void aBuildIsTraced() throws IOException {
        Path graph = Files.writeString(directory.resolve("graph.json"), GRAPH);
        Path trace = directory.resolve("deep").resolve("trace.json");
        assertThat(heddle("run", graph.toString(), "--no-record", "--profile", trace.toString()))
                .as(err.toString())
                .isZero();
        List<String> lines = Files.readAllLines(trace);
        assertThat(lines.get(0)).isEqualTo("[");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("]");
        Stream<String> critical = lines.stream().filter(line -> line.startsWith("{\"ph\":\"X\",\"cat\":\"critical\","));
        assertThat(critical)
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"name\":\"a\""),
                        line -> assertThat(line).contains("\"name\":\"b\""));
    }

    @Test
    void whatIsNoPlaceForLogsIsRefusedBeforeAnythingStarts() throws IOException {
        Path graph = Files.writeString(directory.resolve("graph.json"), GRAPH);
        assertThat(heddle("run", graph.toString(), "--log-dir", graph.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--log-dir: " + graph + " is not a directory");
        assertThat(heddle("run", graph.toString(), "--profile", directory.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--profile: " + directory + " is a directory");
    }

    @Test
    void aBuildOfAManifestIsToldToo() throws IOException {
        Files.writeString(
                directory.resolve("build.ninja"),
                "rule touch\n  command = touch $out\nbuild made: touch\ndefault made\n");
        Path logs = directory.resolve("logs");
        assertThat(heddle("ninja", "-C", directory.toString(), "--no-record", "--log-dir", logs.toString()))
                .as(err.toString())
                .isZero();
        assertThat(logs.resolve("engine.log")).content().contains(": J: made ", ": P: made\n");
        assertThat(logs.resolve("paths/made.log")).doesNotExist();
    }
}
