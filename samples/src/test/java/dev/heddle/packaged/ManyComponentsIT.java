package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of thousands of components beside the log of everything, in a process that may have few files open. */
@Tag("peer")
class ManyComponentsIT {

    private static final int COMPONENTS = 5000;
    private static final int LINES = 8;
    private static final String LOOP = "for i in 1 2 3 4 5 6 7 8; do echo $i of %d; done";

    @TempDir
    Path directory;

    private void writeTheGraph() throws IOException {
        StringJoiner tasks = new StringJoiner(",\n", "{\"heddleGraph\": 1, \"tasks\": [\n", "\n]}\n");
        for (int i = 0; i < COMPONENTS; i++) {
            tasks.add("{\"name\": \"t" + i + "\", \"component\": \"c" + i
                    + "\", \"steps\": [{\"name\": \"run\", \"command\": {\"shell\": \"" + LOOP.formatted(i) + "\"}}]}");
        }
        Files.writeString(directory.resolve("graph.json"), tasks.toString());
    }

    private static String expected(int component) {
        StringBuilder text = new StringBuilder("── t" + component + " ──\n");
        for (int line = 1; line <= LINES; line++) {
            text.append(line).append(" of ").append(component).append('\n');
        }
        return text.toString();
    }

    @Test
    void eachLogIsWholeAndOpenedOnceAndTheAllLogIsWhatTheDisplayShowed() throws IOException, InterruptedException {
        writeTheGraph();
        String heddle = Programs.samples().resolve("heddle").toString();
        // Only what opens files is traced, by a filter in the system, so that the build is hardly slower.
        Run run = Programs.run(
                directory,
                List.of(
                        "sh",
                        "-c",
                        "ulimit -n 64; exec strace -f --seccomp-bpf -e trace=open,openat -o opened '" + heddle
                                + "' run graph.json -j2 --no-record --log=text,components --strategy=line >shown"));
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(directory.resolve("all.log")).hasSameTextualContentAs(directory.resolve("shown"));
        try (Stream<Path> logs = Files.list(directory.resolve("components"))) {
            assertThat(logs).hasSize(COMPONENTS);
        }
        for (int i = 0; i < COMPONENTS; i++) {
            assertThat(Files.readString(directory.resolve("components/c" + i + ".log")))
                    .isEqualTo(expected(i));
        }
        try (Stream<String> calls = Files.lines(directory.resolve("opened"))) {
            assertThat(calls.filter(call -> call.contains("components/c") && call.contains(".log\"")))
                    .as("files of components that were opened, for " + COMPONENTS * LINES + " lines")
                    .hasSize(COMPONENTS);
        }
    }
}
