package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.logmux.console.CiDisplay;
import dev.heddle.logmux.console.CiSystem;
import dev.heddle.logmux.sink.Sinks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
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
        GITHUB(out ->
                CiDisplay.builder(CiSystem.GITHUB, out, () -> new byte[16]).build());

        private final Function<OutputStream, Sink> maker;

        Log(Function<OutputStream, Sink> maker) {
            this.maker = maker;
        }
    }

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
}
