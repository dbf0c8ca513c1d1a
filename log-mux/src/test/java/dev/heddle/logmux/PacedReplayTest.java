package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacedReplayTest {

    private static final long MILLI = 1_000_000;

    private final AtomicLong now = new AtomicLong(77);

    /** Writes down when it is given what. */
    private final class Clocked implements Sink {
        final List<String> shown = new ArrayList<>();

        @Override
        public void write(Group group) throws IOException {
            String text = new String(group.bytes(), StandardCharsets.UTF_8).strip();
            shown.add((now.get() - 77) / MILLI + " " + text);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static byte[] journal() {
        return new Recording("slow")
                .start(0, 1, "a")
                .say(1_000_000, 1, "at one\n")
                .say(4_000_000, 1, "half")
                .say(9_000_000, 1, " at nine\n")
                .end(9_500_000, 1, 0)
                .journal();
    }

    private List<String> replay(double speed, Pause pause) throws IOException {
        Clocked sink = new Clocked();
        try (JournalReader reader = new JournalReader(new MemoryBytes(journal()))) {
            reader.replay(
                    new JournalReader.Paced(GroupingStrategy.line(), speed, now::get, pause), sink, LineRules.none());
        }
        return sink.shown;
    }

    @Test
    void everythingComesWhenItCameInTheBuildAndTimersFireInBetween() throws IOException {
        assertThat(replay(1, now::addAndGet)).containsExactly("1000 at one", "6000 half", "9000 at nine");
    }

    @Test
    void tenTimesTheSpeedTakesATenthOfTheTime() throws IOException {
        assertThat(replay(10, now::addAndGet)).containsExactly("100 at one", "600 half", "900 at nine");
    }

    @Test
    void halfTheSpeedTakesTwiceTheTimeAlsoWithAClockThatWakesTooEarly() throws IOException {
        assertThat(replay(0.5, nanos -> now.addAndGet(Math.max(1, nanos / 3))))
                .containsExactly("2000 at one", "12000 half", "18000 at nine");
    }

    @Test
    void anInterruptEndsTheWait() {
        assertThatThrownBy(() -> replay(1, nanos -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aSpeedThatIsNoneIsRefused() throws IOException {
        try (JournalReader reader = new JournalReader(new MemoryBytes(journal()))) {
            for (double speed : new double[] {0, -1, Double.NaN}) {
                assertThatThrownBy(() -> reader.replay(GroupingStrategy.raw(), new Clocked(), LineRules.none(), speed))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("speed");
            }
        }
    }
}
