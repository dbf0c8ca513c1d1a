package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a sink does to the others when it throws, blocks, lags, or calls back. */
@Timeout(60)
class SinkFailureTest {

    private static final byte[] LINE = "a line of a job\n".getBytes(StandardCharsets.UTF_8);

    /** A sink that does nothing, for tests that change one thing. */
    private static class Idle implements Sink {
        final AtomicInteger writes = new AtomicInteger();
        final AtomicInteger closes = new AtomicInteger();

        @Override
        public void write(Group group) throws IOException {
            writes.incrementAndGet();
        }

        @Override
        public void flush() {}

        @Override
        public void close() throws IOException {
            closes.incrementAndGet();
        }

        @Override
        public String toString() {
            return "the bad sink";
        }
    }

    /** Tells when a job has been shown whole. */
    private static final class Ended extends Idle {
        final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void ended(int source, @Nullable JobInfo job, JobEnding ending) {
            ended.countDown();
        }
    }

    private static String text(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void talk(OutputMultiplexer mux, int jobs) {
        for (int i = 0; i < jobs; i++) {
            try (OutputSource source = mux.open("job" + i, null)) {
                source.write(Channel.STDOUT, LINE);
                source.finish(0);
            }
        }
    }

    private static void assertDetached(Idle bad, String message) throws IOException {
        ByteArrayOutputStream good = new ByteArrayOutputStream();
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .to(bad)
                .to(Sinks.text(good))
                .build();
        try (mux) {
            talk(mux, 20);
            assertThat(mux.drain()).isTrue();
            talk(mux, 20);
            assertThat(mux.drain()).isTrue();
        }
        assertThat(mux.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.isJournal()).isFalse();
            assertThat(failure.toString()).contains("the bad sink", message);
        });
        assertThat(text(good).lines().filter(line -> line.equals("a line of a job")))
                .hasSize(40);
        assertThat(text(good).lines().filter(line -> line.contains("the bad sink")))
                .containsExactly("── error: output to the bad sink has ended: " + message);
        assertThat(bad.closes).hasValue(1);
    }

    @Test
    void aSinkThatThrowsIsLeftOutAndTheOthersAreToldOnce() throws IOException {
        Idle bad = new Idle() {
            @Override
            public void write(Group group) throws IOException {
                super.write(group);
                throw new IOException("no space left");
            }
        };
        assertDetached(bad, "no space left");
        assertThat(bad.writes).hasValue(1);
    }

    @Test
    void aSinkWithABugIsLeftOutTheSameWay() throws IOException {
        assertDetached(
                new Idle() {
                    @Override
                    public void ended(int source, @Nullable JobInfo job, JobEnding ending) {
                        throw new IllegalStateException("a bug");
                    }
                },
                "a bug");
    }

    @Test
    void aSinkThatRunsOutOfMemoryIsToldOfToo() throws IOException {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> seen.set(thrown));
        try {
            assertDetached(
                    new Idle() {
                        @Override
                        public void flush() {
                            throw new OutOfMemoryError("of a sink");
                        }
                    },
                    "java.lang.OutOfMemoryError: of a sink");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(seen.get()).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void aSinkThatCannotBeFlushedIsLeftOutThoughItsCloseThrowsToo() throws IOException {
        assertDetached(
                new Idle() {
                    @Override
                    public void flush() {
                        throw new IllegalStateException("first");
                    }

                    @Override
                    public void close() throws IOException {
                        super.close();
                        throw new IOException("second");
                    }
                },
                "first");
    }

    @Test
    void aSinkThatBlocksForEverDelaysNeitherJobsNorOtherSinksAndCloseGivesItUp() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Idle blocked = new Idle() {
            @Override
            public void write(Group group) throws IOException {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IOException("interrupted", e);
                }
            }
        };
        Ended good = new Ended();
        // Patience is five seconds of this clock.
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.line())
                .ticker(() -> System.nanoTime() * 8)
                .to(blocked)
                .to(good)
                .build();
        byte[] block = new byte[64 * 1024];
        OutputSource source = mux.open("job", null);
        for (int i = 0; i < 80; i++) {
            // More than the journal in memory holds: even that must not wait for the sink for ever.
            source.write(Channel.STDOUT, block);
        }
        source.finish(0);
        assertThat(good.ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(mux.drain()).isFalse();
        mux.close();
        assertThat(never.getCount()).isOne();
    }

    @Test
    void aSinkThatIgnoresInterruptsIsLeftBehindByClose() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
        Idle stubborn = new Idle() {
            @Override
            public void write(Group group) {
                thread.set(Thread.currentThread());
                while (released.getCount() > 0) {
                    Thread.onSpinWait();
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        writes.incrementAndGet();
                    }
                }
            }
        };
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .ticker(() -> System.nanoTime() * 8)
                .to(stubborn)
                .build();
        talk(mux, 1);
        mux.close();
        Thread left = thread.get();
        assertThat(left).isNotNull();
        assertThat(left.isAlive() && left.isDaemon()).isTrue();
        released.countDown();
        left.join(Duration.ofSeconds(20).toMillis());
        assertThat(left.isAlive()).isFalse();
        assertThat(stubborn.closes).hasValue(1);
    }

    @Test
    void aSinkMaySpeakThroughItsMultiplexerAndEvenCloseIt() throws Exception {
        AtomicReference<@Nullable OutputMultiplexer> self = new AtomicReference<>();
        CountDownLatch closed = new CountDownLatch(1);
        Idle caller = new Idle() {
            @Override
            public void ended(int source, @Nullable JobInfo job, JobEnding ending) {
                OutputMultiplexer mux = self.get();
                mux.message(Channel.MESSAGE, "a sink speaks");
                mux.close();
            }

            @Override
            public void close() throws IOException {
                super.close();
                closed.countDown();
            }
        };
        ByteArrayOutputStream good = new ByteArrayOutputStream();
        CountDownLatch goodClosed = new CountDownLatch(1);
        OutputStream stream = new OutputStream() {
            @Override
            public void write(int b) {
                good.write(b);
            }

            @Override
            public void close() {
                goodClosed.countDown();
            }
        };
        OutputMultiplexer mux =
                OutputMultiplexer.builder().to(caller).to(Sinks.text(stream)).build();
        self.set(mux);
        long start = System.nanoTime();
        talk(mux, 1);
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(goodClosed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(text(good)).contains("a line of a job\n", "── a sink speaks\n");
    }

    @Test
    void aDisplayThatLagsSkipsAndSaysHowMuch() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("one byte at a time");
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                entered.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                terminal.write(bytes, from, length);
            }
        };
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.line())
                .memoryJournal(4 * View.MOST_LAG)
                .to(ConsoleDisplay.of(slow, TextRenderer.Form.of(false), true))
                .build()) {
            OutputSource first = mux.open("first", null);
            first.write(Channel.STDOUT, LINE);
            first.finish(0);
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            OutputSource flood = mux.open("flood", null);
            byte[] block = new String(LINE, StandardCharsets.UTF_8).repeat(4096).getBytes(StandardCharsets.UTF_8);
            for (long said = 0; said < View.MOST_LAG + View.MOST_LAG / 4; said += block.length) {
                flood.write(Channel.STDOUT, block);
            }
            release.countDown();
            flood.write(Channel.STDOUT, "the very last line\n".getBytes(StandardCharsets.UTF_8));
            flood.finish(3);
            assertThat(mux.drain()).isTrue();
        }
        assertThat(text(terminal)).contains(" bytes of 1 job are not shown here ──\n");
        assertThat(text(terminal)).contains("the very last line\n", "── flood: exit code 3 ──\n");
        assertThat(text(terminal).lines())
                .allMatch(
                        line -> line.startsWith("──") || line.equals("a line of a job") || line.endsWith("last line"));
        assertThat(terminal.size()).isLessThan(6 << 20);
    }
}
