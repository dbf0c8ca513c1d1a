package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.heddle.logmux.wire.GuixReader;
import dev.heddle.logmux.wire.GuixTrace;
import dev.heddle.logmux.wire.GuixVisitor;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.WireFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every reader of bytes from outside takes every beginning of its kept files and thousands of mutations of them with an error
 * of its own or by finding its place again: it throws nothing else, ends, and takes memory in proportion to what it is given.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ReaderMutationsTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** A reader, its files, and what it may allocate, counted with all that it lets go again. */
    enum Reader {
        /** Opens a journal, lists its tasks, copies them, and leads it through every strategy: a buffer of 600 KiB each. */
        JOURNAL("journal", 12 << 20, 2000) {
            @Override
            void read(byte[] bytes, Random random) throws IOException {
                try (JournalReader reader = new JournalReader(new MemoryBytes(bytes))) {
                    JournalStatistics made = reader.statistics();
                    assertThat(made.payload() + made.damaged() + made.torn()).isLessThanOrEqualTo(bytes.length);
                    for (JournalTask task :
                            reader.tasks().subList(0, Math.min(2, reader.tasks().size()))) {
                        reader.copy(task, OutputStream.nullOutputStream());
                    }
                    var strategies = GroupingStrategy.all();
                    reader.replay(strategies.get(random.nextInt(strategies.size())), new Discard());
                } catch (WireFormatException e) {
                    assertThat(e.offset()).isBetween(0L, (long) bytes.length);
                    assertThat(e).hasMessageContaining("at byte");
                }
            }
        },
        /** Reads a Guix stream in pieces cut at random. */
        GUIX("guix", 1 << 20, 500) {
            @Override
            void read(byte[] bytes, Random random) {
                Heard heard = new Heard();
                GuixReader reader = new GuixReader(heard);
                if (random.nextBoolean()) {
                    reader.trustBuilderTraces();
                }
                for (int at = 0; at < bytes.length; ) {
                    int size = Math.min(bytes.length - at, 1 + random.nextInt(200));
                    reader.read(bytes, at, size);
                    at += size;
                }
                reader.finish();
                assertThat(reader.offset()).isEqualTo(bytes.length);
                assertThat(heard.text).isLessThanOrEqualTo(bytes.length);
            }
        },
        /** Reads matchers and gives them a line. */
        MATCHERS("matchers", 32 << 20, 20_000) {
            @Override
            void read(byte[] bytes, Random random) throws IOException {
                try {
                    for (DiagnosticMatcher matcher :
                            DiagnosticMatcher.read(new ByteArrayInputStream(bytes), "m.json")) {
                        assertThat(matcher.name()).isNotNull();
                    }
                } catch (MatcherFormatException e) {
                    assertThat(e)
                            .hasMessageMatching("(?s)m\\.json:\\d+:\\d+: .+")
                            .hasNoCause();
                }
            }
        };

        final String corpus;
        private final long base;
        private final long perByte;

        Reader(String corpus, long base, long perByte) {
            this.corpus = corpus;
            this.base = base;
            this.perByte = perByte;
        }

        abstract void read(byte[] bytes, Random random) throws IOException;

        void check(byte[] bytes, long seed, String name) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                read(bytes, new Random(seed));
            } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
                fail("%s, %s".formatted(this, name), e);
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).as("bytes allocated by %s, %s", this, name).isLessThan(base + perByte * bytes.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyKeptFileIsReadAndSoIsEveryBeginningOfIt(Reader reader) throws IOException {
        Map<String, byte[]> corpus = Mutations.corpus(reader.corpus);
        assertThat(corpus).hasSizeGreaterThan(1);
        for (Map.Entry<String, byte[]> file : corpus.entrySet()) {
            byte[] whole = file.getValue();
            int step = Math.max(1, whole.length / Mutations.COUNT);
            for (int length = whole.length; length >= 0; length -= step) {
                reader.check(Arrays.copyOf(whole, length), length, file.getKey() + " cut at " + length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void mutationsAreReadWithAnErrorOrASecondStart(Reader reader) throws IOException {
        Mutations mutations = new Mutations(Mutations.corpus(reader.corpus).values());
        for (int seed = 0; seed < Mutations.COUNT; seed++) {
            reader.check(mutations.bytes(seed), seed, "mutation " + seed);
        }
    }

    /** Counts what a daemon and its builders say. */
    private static final class Heard implements GuixVisitor {
        long text;

        @Override
        public void trace(long offset, GuixTrace trace) {
            assertThat(trace.line()).isNotNull();
        }

        @Override
        public void daemonText(long offset, Slice bytes) {
            text += bytes.length();
        }

        @Override
        public void builderText(long offset, long pid, Slice bytes) {
            text += bytes.length();
        }

        @Override
        public void error(long offset, long status, String message) {
            assertThat(offset).isNotNegative();
        }

        @Override
        public void damaged(long offset, String problem) {
            assertThat(problem).isNotBlank();
        }
    }

    /** Reads every group. */
    private static final class Discard implements Sink {
        @Override
        public void write(Group group) throws IOException {
            group.read((bytes, from, length) -> assertThat(length).isPositive());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
