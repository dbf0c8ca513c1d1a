package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.wire.Slice;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The newest bytes of a journal, as views take them without the file. */
class RecentBytesTest {

    private static final int KEPT = RecentBytes.BLOCK * RecentBytes.BLOCKS;

    private final Random random = new Random(1);

    private byte[] some(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatIsFoundIsWhatWasAppended() {
        RecentBytes recent = new RecentBytes(1000);
        recent.wanted(true);
        byte[] all = new byte[3 * KEPT];
        int end = 0;
        while (end < all.length) {
            byte[] piece = some(Math.min(all.length - end, 1 + random.nextInt(3 * RecentBytes.BLOCK)));
            System.arraycopy(piece, 0, all, end, piece.length);
            recent.append(new Slice(piece, 0, piece.length));
            end += piece.length;
            int from = random.nextInt(end);
            byte[] read = new byte[1 + random.nextInt(2 * RecentBytes.BLOCK)];
            int count = recent.read(1000L + from, read, 0, read.length);
            assertThat(Arrays.copyOf(read, count)).isEqualTo(Arrays.copyOfRange(all, from, from + count));
            if (end - from <= KEPT - RecentBytes.BLOCK) {
                assertThat(count).isEqualTo(Math.min(read.length, end - from));
            }
        }
    }

    @Test
    void nothingIsFoundBeforeTheBeginningNorBehindTheEnd() {
        RecentBytes recent = new RecentBytes(100);
        recent.wanted(true);
        byte[] read = new byte[10];
        assertThat(recent.read(100, read, 0, 10)).isZero();
        recent.append(new Slice(some(5), 0, 5));
        assertThat(recent.read(99, read, 0, 10)).isZero();
        assertThat(recent.read(100, read, 0, 10)).isEqualTo(5);
        assertThat(recent.read(105, read, 0, 10)).isZero();
        assertThat(recent.read(100 + KEPT, read, 0, 10)).isZero();
    }

    @Test
    void whatNobodyWantedIsNotFoundAndWhatComesBehindItIs() {
        RecentBytes recent = new RecentBytes(0);
        recent.wanted(true);
        byte[] read = new byte[10];
        recent.append(new Slice(some(5), 0, 5));
        recent.wanted(false);
        recent.append(new Slice(some(3), 0, 3));
        recent.wanted(true);
        byte[] behind = some(4);
        recent.append(new Slice(behind, 0, 4));
        assertThat(recent.read(5, read, 0, 10)).isZero();
        assertThat(recent.read(4, read, 0, 10)).isZero();
        assertThat(recent.read(8, read, 0, 10)).isEqualTo(4);
        assertThat(Arrays.copyOf(read, 4)).isEqualTo(behind);
    }

    @Test
    void noMoreIsKeptThanTheBlocksHold() {
        RecentBytes recent = new RecentBytes(0);
        recent.wanted(true);
        byte[] piece = some(KEPT + RecentBytes.BLOCK);
        recent.append(new Slice(piece, 0, piece.length));
        assertThat(recent.read(RecentBytes.BLOCK - 1, new byte[1], 0, 1)).isZero();
        assertThat(recent.read(RecentBytes.BLOCK, new byte[KEPT], 0, KEPT)).isEqualTo(KEPT);
    }

    /** What has left memory is read from the file, and the two fit together. */
    @Test
    void aViewFarBehindReadsTheFileAndThenMemory(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("journal");
        byte[] all = some(2 * KEPT + 12345);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            JournalStore store = new JournalStore(file, 0, 0);
            for (int from = 0; from < all.length; from += 50_000) {
                assertThat(store.append(
                                new Slice(all, from, Math.min(50_000, all.length - from)), new Slice(all, 0, 0)))
                        .isNull();
            }
            byte[] read = new byte[all.length];
            try (StoreBytes bytes = StoreBytes.own(store, path)) {
                for (int done = 0; done < read.length; ) {
                    int count = bytes.read(done, read, done, Math.min(256 * 1024, read.length - done));
                    assertThat(count).isPositive();
                    done += count;
                }
                assertThat(bytes.read(all.length, new byte[1], 0, 1)).isNegative();
            }
            assertThat(read).isEqualTo(all);
        }
    }
}
