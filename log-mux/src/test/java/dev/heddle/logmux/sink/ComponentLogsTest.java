package dev.heddle.logmux.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logs of components: many, with few open files. */
@Timeout(300)
class ComponentLogsTest {

    private static final String FILL = ".".repeat(80) + "\n";

    @TempDir
    private Path directory;

    private static void say(OutputSource source, String text) {
        source.write(Channel.STDOUT, text.getBytes(StandardCharsets.UTF_8));
    }

    private String log(String component) throws IOException {
        return Files.readString(directory.resolve(component + ".log"));
    }

    private static long openFilesIn(Path folder) throws IOException {
        try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
            return handles.filter(handle -> {
                        try {
                            return Files.readSymbolicLink(handle).startsWith(folder);
                        } catch (IOException e) {
                            // Closed meanwhile.
                            return false;
                        }
                    })
                    .count();
        }
    }

    // Thousands of files take their time on a slow disk.
    private static void awaitWritten(OutputMultiplexer mux) {
        while (!mux.drain()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void fiveThousandComponentsNeedFewOpenFilesAndFewOpenings() throws IOException {
        int components = 5000;
        int lines = 10;
        ComponentLogs logs = new ComponentLogs(directory);
        long open = 0;
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.line())
                .memoryJournal(64L << 20)
                .to(logs)
                .build()) {
            List<OutputSource> sources = new ArrayList<>();
            for (int i = 0; i < components; i++) {
                sources.add(mux.open("t" + i, "c" + i));
            }
            for (int line = 0; line < lines; line++) {
                for (int i = 0; i < components; i++) {
                    say(sources.get(i), "line " + line + " of component " + i + FILL);
                }
            }
            awaitWritten(mux);
            open = openFilesIn(directory.toRealPath());
            sources.forEach(source -> source.finish(0));
            awaitWritten(mux);
        }
        assertThat(open).isLessThanOrEqualTo(ComponentLogs.MOST_OPEN);
        // 50,000 lines; more than 5 MB are more than may wait, so that all files are written before the end once or
        // twice.
        assertThat(logs.openings()).isLessThan(4L * components);
        for (int i = 0; i < components; i++) {
            StringBuilder expected = new StringBuilder("\u2500\u2500 t" + i + " \u2500\u2500\n");
            for (int line = 0; line < lines; line++) {
                expected.append("line " + line + " of component " + i + FILL);
            }
            assertThat(log("c" + i)).isEqualTo(expected.toString());
        }
    }

    @Test
    void aLogIsReplacedOnceAndAppendedToAfterwards() throws IOException {
        Files.writeString(directory.resolve("zlib.log"), "of an earlier build\n");
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().to(Sinks.perComponent(directory)).build()) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < ComponentLogs.MOST_OPEN + 1; i++) {
                    try (OutputSource source = mux.open("t" + i + "." + round, i == 0 ? "zlib" : "c" + i)) {
                        say(source, "round " + round + "\n");
                        source.finish(round);
                    }
                }
            }
        }
        assertThat(log("zlib")).isEqualTo("""
                ── t0.0 ──
                round 0
                ── t0.1 ──
                round 1
                ── t0.1: exit code 1 ──
                ── t0.2 ──
                round 2
                ── t0.2: exit code 2 ──
                """);
    }

    @Test
    void logThatCannotBeWrittenIsToldOfAndTheOthersAreWhole() throws IOException {
        Files.createDirectory(directory.resolve("c0.log"));
        Files.createDirectory(directory.resolve("c2.log"));
        OutputMultiplexer mux =
                OutputMultiplexer.builder().to(Sinks.perComponent(directory)).build();
        try (mux) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 4; i++) {
                    try (OutputSource source = mux.open("t" + i + "." + round, "c" + i)) {
                        say(source, "round " + round + "\n");
                        source.finish(0);
                    }
                    awaitWritten(mux);
                }
            }
        }
        assertThat(log("c1")).contains("round 0\n", "round 1\n");
        assertThat(log("c3")).contains("round 0\n", "round 1\n");
        assertThat(mux.failures())
                .singleElement()
                .asString()
                .contains(directory.resolve("c0.log") + ": is a directory", "1 more cannot be written either");
    }

    @Test
    void hostileNamesStayInTheFolder() throws IOException {
        Path logs = directory.resolve("logs");
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().to(Sinks.perComponent(logs)).build()) {
            for (String name : List.of("../escape", "/tmp/x", "..", "a/b")) {
                try (OutputSource source = mux.open("t", name)) {
                    say(source, "x\n");
                    source.finish(0);
                }
            }
        }
        try (Stream<Path> all = Files.list(directory)) {
            assertThat(all).containsExactly(logs);
        }
        try (Stream<Path> all = Files.list(logs)) {
            assertThat(all.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("%2E.%2Fescape.log", "%2Ftmp%2Fx.log", "%2E..log", "a%2Fb.log");
        }
    }

    @Test
    void jobWithoutComponentGoesByItsTaskAndProgressIsAbsent() throws IOException {
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().to(Sinks.perComponent(directory)).build()) {
            try (OutputSource source = mux.open("alone", null)) {
                source.write(Channel.CONSOLE, "50%\r".getBytes(StandardCharsets.UTF_8));
                say(source, "half a line");
                source.finish(2);
            }
        }
        assertThat(log("alone")).isEqualTo("── alone ──\nhalf a line\n── alone: exit code 2 ──\n");
    }
}
