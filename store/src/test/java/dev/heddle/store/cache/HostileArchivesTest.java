package dev.heddle.store.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.Counters;
import dev.heddle.store.SamplePath;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarReader;
import dev.heddle.store.nar.Trees;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal G17: every one of many damaged archives, in each compression, is read or refused within 10 s and 64 MiB of heap, and
 * nothing comes out beyond the signed size.
 */
@Tag("G17")
class HostileArchivesTest {

    private static final int COUNT = Integer.getInteger("heddle.store.hostileArchives", 1_000);
    private static final long MOST_HEAP = 64L << 20;
    private static final long MOST_NANOS = 10_000_000_000L;

    private final Random random = new Random(17);

    private long read;
    private long refused;
    private long tooMuch;
    private long slowest;
    private long largest;

    @TempDir
    Path dir;

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    @Test
    void everyDamagedArchiveIsReadOrRefusedWithinBounds() throws IOException {
        byte[] nar = sample();
        for (Compression compression : Compression.values()) {
            byte[] whole = CompressionTest.compressed(compression, nar);
            for (int i = 0; i < COUNT; i++) {
                tryOne(compression, damaged(whole), nar.length);
            }
        }
        // Damage before the compression goes through every check of it, and reaches the reader of archives.
        for (int i = 0; i < COUNT; i++) {
            Compression compression = Compression.values()[i % Compression.values().length];
            tryOne(compression, CompressionTest.compressed(compression, damaged(nar)), nar.length);
        }
        Counters.tell(
                "G17",
                HostileArchivesTest.class,
                COUNT * (Compression.values().length + 1L) + " damaged archives (" + COUNT + " for each of "
                        + Arrays.toString(Compression.values()) + " and of NARs): " + refused + " refused, " + read
                        + " read, " + tooMuch + " beyond the signed size, slowest " + slowest / 1_000_000
                        + " ms, most heap "
                        + (largest >> 20) + " MiB");
        assertThat(tooMuch).isZero();
        assertThat(slowest).isLessThan(MOST_NANOS);
        assertThat(largest).isLessThan(MOST_HEAP);
    }

    private byte[] sample() throws IOException {
        Path tree = Files.createDirectory(dir.resolve("tree"));
        Files.write(
                tree.resolve("text"),
                "all work and no play makes jack a dull boy\n".repeat(20).getBytes());
        byte[] noise = new byte[700];
        random.nextBytes(noise);
        Files.write(tree.resolve("noise"), noise);
        Files.createSymbolicLink(tree.resolve("link"), Path.of("text"));
        Files.createDirectory(tree.resolve("empty"));
        return SamplePath.ofTree("sample", tree, List.of()).nar();
    }

    /** Bytes changed, cut out, doubled, or cut off; most often near the beginning, where the structure is. */
    private byte[] damaged(byte[] whole) {
        byte[] bytes = whole.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextBoolean() ? random.nextInt(Math.min(64, bytes.length)) : random.nextInt(bytes.length);
            switch (random.nextInt(8)) {
                case 0 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(40));
                case 2 -> System.arraycopy(bytes, at, bytes, at / 2, (bytes.length - at) / 2);
                case 3 -> bytes[at] = (byte) 0xff;
                case 4 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                default -> bytes[at] = (byte) random.nextInt();
            }
        }
        return bytes;
    }

    private void tryOne(Compression compression, byte[] bytes, long signed) {
        long before = allocated();
        long began = System.nanoTime();
        Counted counted = new Counted();
        try (InputStream in = compression.reading(new ByteArrayInputStream(bytes), signed)) {
            counted.in = in;
            NarReader reader =
                    NarReader.of(new BufferedInputStream(counted), NarLimits.DEFAULT.withArchiveBytes(signed));
            while (reader.next() != null) {
                // Everything is read, nothing kept.
            }
            read++;
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
            refused++;
        }
        tooMuch += counted.count > signed ? 1 : 0;
        slowest = Math.max(slowest, System.nanoTime() - began);
        largest = Math.max(largest, allocated() - before);
    }

    /** Bytes that this thread has taken so far: at least what it holds at once, whatever a collector does meanwhile. */
    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    /** Counts what comes out of a decompressor. */
    private static final class Counted extends InputStream {
        private InputStream in = InputStream.nullInputStream();
        private long count;

        @Override
        public int read() throws IOException {
            int b = in.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int got = in.read(into, from, length);
            count += Math.max(0, got);
            return got;
        }
    }
}
