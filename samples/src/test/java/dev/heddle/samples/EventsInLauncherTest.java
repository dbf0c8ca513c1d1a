package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.EventJson;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** {@code --events}. */
@Timeout(60)
@ResourceLock(Resources.SYSTEM_ERR)
class EventsInLauncherTest {

    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    Path directory;

    private Path graph(int tasks) throws IOException {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            written.add("{\"name\": \"t" + i + "\", \"steps\": [{\"name\": \"run\", \"command\":"
                    + " {\"argv\": [\"echo\", \"a.c:" + (i + 1) + ":2: error: no such thing\"]}}]}");
        }
        return Files.writeString(
                directory.resolve("graph.json"),
                "{\"heddleGraph\": 1, \"tasks\": [" + String.join(",\n", written) + "]}");
    }

    private record Said(int exitCode, String err) {}

    private static Said run(Path graph, Path events) {
        PrintStream before = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            String[] words = {"run", graph.toString(), "--no-record", "--events", events.toString()};
            PrintWriter nowhere = new PrintWriter(new StringWriter(), true);
            int exitCode = Main.run(words, nowhere, new PrintWriter(err, true, StandardCharsets.UTF_8));
            return new Said(exitCode, err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    @Test
    void diagnosticsOfEveryTaskAreAmongTheEvents() throws Exception {
        Path events = directory.resolve("events.jsonl");
        assertThat(run(graph(3), events).exitCode()).isZero();

        List<BuildEvent> all = new ArrayList<>();
        try (InputStream in = Files.newInputStream(events);
                EventJson.Reader reader = EventJson.reader(in, "events")) {
            for (BuildEvent event = reader.next(); event != null; event = reader.next()) {
                all.add(event);
            }
        }
        List<BuildEvent.DiagnosticFound> found = all.stream()
                .filter(BuildEvent.DiagnosticFound.class::isInstance)
                .map(BuildEvent.DiagnosticFound.class::cast)
                .toList();
        assertThat(found)
                .extracting(
                        event -> event.job().task() + " " + event.diagnostic().message())
                .containsExactlyInAnyOrder("t0 no such thing", "t1 no such thing", "t2 no such thing");
        assertThat(found).extracting(event -> event.at().sequence()).containsExactly(1L, 2L, 3L);
        assertThat(all.stream()
                        .filter(event -> !(event instanceof BuildEvent.DiagnosticFound))
                        .map(event -> event.at().sequence()))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aDiskThatIsFullFromTheBeginningStartsNothing() throws Exception {
        Assumptions.assumeTrue(Files.exists(FULL), "there is no /dev/full");
        Said said = run(graph(1), FULL);
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).isEqualTo("heddle: --events: /dev/full cannot be written: No space left on device\n");
    }

    @Test
    void eventsThatCannotBeWrittenAreToldAndFailABuildThatSucceeded() throws Exception {
        Path events = fifo("events");
        Path gate = fifo("gate");
        Path graph = Files.writeString(directory.resolve("graph.json"), """
                {"heddleGraph": 1, "tasks": [{"name": "waits", "steps": [{"name": "run", "command":
                  {"argv": ["sh", "-c", "read word <%s"]}}]}]}
                """.formatted(gate));
        CompletableFuture<Said> run = CompletableFuture.supplyAsync(() -> run(graph, events));
        try (BufferedReader reader = Files.newBufferedReader(events)) {
            assertThat(reader.readLine()).contains("heddleEvents");
        }
        Files.writeString(gate, "go on\n");

        Said said = run.get(50, TimeUnit.SECONDS);

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err())
                .containsOnlyOnce("\u2500\u2500 heddle: " + events + ": not all events could be written: Broken pipe")
                .contains("1 task ran")
                .doesNotContain("failed");
    }

    private Path fifo(String name) throws Exception {
        Path file = directory.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        return file;
    }
}
