package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.logmux.console.CiDisplay;
import dev.heddle.logmux.console.CiSystem;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of each log whose place cannot be written any more, and of the others. */
@Timeout(60)
class BrokenLogTest {

    private static final int JOBS = 40;

    /** The sinks that write into a stream. */
    private enum Log {
        TEXT(Sinks::text),
        RTF(Sinks::rtf),
        JSON(Sinks::jsonLines),
        GUIX(Sinks::guixTraces),
        ASCIICAST(Sinks::asciicast),
        PLAIN(out -> ConsoleDisplay.of(out, TextRenderer.Form.of(false), true)),
        GITHUB(out -> ci(CiSystem.GITHUB, out)),
        GITLAB(out -> ci(CiSystem.GITLAB, out)),
        TEAMCITY(out -> ci(CiSystem.TEAMCITY, out));

        private final Function<OutputStream, Sink> maker;

        Log(Function<OutputStream, Sink> maker) {
            this.maker = maker;
        }
    }

    /** The sinks that write into a place of the file system. */
    private enum Place {
        TEXT(folder -> Sinks.text(folder.resolve("log"))),
        RTF(folder -> Sinks.rtf(folder.resolve("log"))),
        JSON(folder -> Sinks.jsonLines(folder.resolve("log"))),
        HTML(folder -> Sinks.html(folder.resolve("log"))),
        COMPONENTS(Sinks::perComponent);

        private final Opening opening;

        Place(Opening opening) {
            this.opening = opening;
        }
    }

    @FunctionalInterface
    private interface Opening {
        Sink in(Path folder) throws IOException;
    }

    private static Sink ci(CiSystem system, OutputStream out) {
        return CiDisplay.builder(system, out, () -> new byte[16]).build();
    }

    @TempDir
    private Path directory;

    /** Takes some bytes and fails from then on, as a full disk or a pipe that nobody reads. */
    private static final class Failing extends OutputStream {
        private final String reason;
        private int room;

        Failing(int room, String reason) {
            this.room = room;
            this.reason = reason;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[1], 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            room -= length;
            if (room < 0) {
                throw new IOException(reason);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Log.class)
    void fullDiskIsToldOnceAndTheOthersGoOn(Log log) throws IOException {
        assertDetached(log, new Failing(10_000, "No space left on device"), "No space left on device");
    }

    @ParameterizedTest
    @EnumSource(Log.class)
    void closedPipeIsToldOnceAndTheOthersGoOn(Log log) throws IOException {
        assertDetached(log, new Failing(0, "Broken pipe"), "Broken pipe");
    }

    private static void assertDetached(Log log, Failing out, String reason) throws IOException {
        ByteArrayOutputStream good = new ByteArrayOutputStream();
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .to(log.maker.apply(out))
                .to(Sinks.text(good))
                .build();
        try (mux) {
            for (int i = 0; i < JOBS; i++) {
                try (OutputSource source = mux.open("job" + i, null)) {
                    source.write(Channel.STDOUT, "a line of a job\n".repeat(50).getBytes(StandardCharsets.UTF_8));
                    source.finish(i % 2);
                }
                assertThat(mux.drain()).isTrue();
            }
        }
        String text = good.toString(StandardCharsets.UTF_8);
        assertThat(text.lines().filter(line -> line.equals("a line of a job"))).hasSize(50 * JOBS);
        assertThat(text.lines().filter(line -> line.contains("has ended: " + reason)))
                .hasSize(1);
        assertThat(mux.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.missingBytes()).isGreaterThan(1000);
            assertThat(failure.toString())
                    .contains(reason, failure.missingBytes() + " bytes of the journal are missing there");
        });
    }

    private static void talk(OutputMultiplexer mux, String job) {
        try (OutputSource source = mux.open(job, null)) {
            source.write(Channel.STDOUT, "a line\n".getBytes(StandardCharsets.UTF_8));
            source.finish(0);
        }
        assertThat(mux.drain()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void folderThatIsMovedAwayLeavesNothingAndThatIsCounted(Place place) throws IOException {
        Path folder = directory.resolve("folder");
        ByteArrayOutputStream good = new ByteArrayOutputStream();
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(place.opening.in(folder))
                .to(Sinks.text(good))
                .build();
        try (mux) {
            talk(mux, "first");
            Files.move(folder, directory.resolve("elsewhere"));
            talk(mux, "second");
        }
        assertThat(good.toString(StandardCharsets.UTF_8)).contains("── first ──\na line\n", "── second ──\na line\n");
        assertThat(mux.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.leavesPart()).isFalse();
            assertThat(failure.missingBytes()).isGreaterThan(50);
            assertThat(failure.toString()).contains(folder.toString(), "nothing is left there");
        });
    }

    @Test
    void journalThatIsReplacedLeavesNothingAndThatIsCounted() throws IOException {
        Path file = directory.resolve("r.hlog");
        OutputMultiplexer mux = OutputMultiplexer.builder().journal(file).build();
        try (mux) {
            talk(mux, "first");
            Files.move(file, directory.resolve("elsewhere"));
            Files.writeString(file, "of somebody else");
        }
        assertThat(file).hasContent("of somebody else");
        assertThat(mux.failures())
                .singleElement()
                .hasToString(file + " could not be written: it was removed or replaced while it was written; nothing is"
                        + " left there, " + Files.size(directory.resolve("elsewhere"))
                        + " bytes of output are missing");
    }

    @Test
    void logThatIsADeviceIsNotTakenForRemoved() throws IOException {
        OutputMultiplexer mux =
                OutputMultiplexer.builder().to(Sinks.text(Path.of("/dev/null"))).build();
        try (mux) {
            talk(mux, "first");
        }
        assertThat(mux.failures()).isEmpty();
    }

    @Test
    void reportThatDoesNotFitLeavesTheOldOneAndSaysWhichFileIsMissing() throws IOException {
        Path file = Files.writeString(directory.resolve("all.html"), "an old report");
        Files.createSymbolicLink(directory.resolve("all.html.new"), Path.of("/dev/full"));
        OutputMultiplexer mux = OutputMultiplexer.builder().to(Sinks.html(file)).build();
        try (mux) {
            talk(mux, "first");
        }
        assertThat(file).hasContent("an old report");
        assertThat(mux.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.toString())
                        .startsWith("output to " + file
                                + " has ended early: No space left on device; nothing is left there, "));
    }
}
