package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.logmux.sink.Sinks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A log has the order of the display, however far one is behind the other while jobs run. */
@Timeout(60)
class SameOrderTest {

    /** So much faster than the wall the clock goes, that every pause of a strategy happens often. */
    private static final long HASTE = 100;

    static List<GroupingStrategy> strategies() {
        return GroupingStrategy.all();
    }

    /** Takes its time for each write, and now and then much of it. */
    private static final class Slow extends OutputStream {
        private final ByteArrayOutputStream to = new ByteArrayOutputStream();
        private final Random random = new Random(7);

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            spin(random.nextInt(20) == 0 ? 20_000_000 : 100_000);
            to.write(bytes, from, length);
        }
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void talk(OutputMultiplexer mux, int job) {
        Random random = new Random(job);
        try (OutputSource source = mux.open("job" + job, null)) {
            for (int i = 0; i < 150; i++) {
                String end = random.nextInt(3) > 0 ? "\n" : "";
                String text = (random.nextInt(4) == 0 ? "  " : "") + job + "." + i + end;
                source.write(Channel.STDOUT, text.getBytes(StandardCharsets.UTF_8));
                if (random.nextInt(10) == 0) {
                    spin(random.nextInt(6_000_000));
                }
            }
            source.finish(job % 2);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void slowLogHasTheOrderOfAFastDisplay(GroupingStrategy strategy) throws IOException, InterruptedException {
        ByteArrayOutputStream fast = new ByteArrayOutputStream();
        Slow slow = new Slow();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(strategy)
                .ticker(() -> System.nanoTime() * HASTE)
                .to(Sinks.text(fast))
                .to(Sinks.text(slow))
                .build()) {
            List<Thread> jobs = new ArrayList<>();
            for (int job = 0; job < 4; job++) {
                int number = job;
                Thread thread = new Thread(() -> talk(mux, number));
                thread.start();
                jobs.add(thread);
            }
            for (Thread thread : jobs) {
                thread.join();
            }
            while (!mux.drain()) {
                // The clock goes so fast that a moment looks like no progress.
                Thread.onSpinWait();
            }
        }
        assertThat(slow.to.toString(StandardCharsets.UTF_8)).isEqualTo(fast.toString(StandardCharsets.UTF_8));
    }
}
