package dev.heddle.store.nar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.heddle.store.disk.RawName;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NarReaderTest {

    private static final int MUTATIONS = Integer.getInteger("heddle.nar.mutations", 10_000);

    @Test
    void whatNixMadeIsReadAndWrittenBackByteForByte() throws IOException {
        for (Map.Entry<String, byte[]> archive : Corpus.good().entrySet()) {
            assertThat(Archives.rewritten(new ByteArrayInputStream(archive.getValue())))
                    .as(archive.getKey())
                    .isEqualTo(archive.getValue());
        }
    }

    @Test
    void aStreamThatGivesOneByteAtATimeReadsTheSame() throws IOException {
        for (byte[] archive : Corpus.good().values()) {
            assertThat(Archives.rewritten(oneByteAtATime(archive))).isEqualTo(archive);
        }
    }

    @Test
    @Tag("T03")
    void malformedArchivesAreRefusedWithAnOffsetInsideThem() {
        for (Map.Entry<String, byte[]> archive : Corpus.malformed().entrySet()) {
            assertThatThrownBy(() -> Archives.entries(archive.getValue()))
                    .as(archive.getKey())
                    .isInstanceOfSatisfying(
                            NarException.class,
                            e -> assertThat(e.offset()).isBetween(0L, (long) archive.getValue().length));
        }
    }

    @Test
    void entriesComeInOrderWithTheOffsetOfTheirBytes() throws IOException {
        byte[] archive = Archives.words(
                "nix-archive-1 ( type directory",
                "entry ( name d node ( type directory ) )",
                "entry ( name l node ( type symlink target ../x ) )",
                "entry ( name x node ( type regular executable '' contents hello ) ) )");
        assertThat(Archives.entries(archive))
                .containsExactly(
                        new NarEntry.Directory(RawName.EMPTY),
                        new NarEntry.Directory(RawName.of("d")),
                        new NarEntry.DirectoryEnd(),
                        new NarEntry.Symlink(RawName.of("l"), RawName.of("../x")),
                        new NarEntry.File(RawName.of("x"), true, 5, indexOf(archive, "hello")),
                        new NarEntry.DirectoryEnd());
    }

    @Test
    void contentsCanBeReadInPiecesOrPassedOver() throws IOException {
        byte[] archive = Archives.words(
                "nix-archive-1 ( type directory",
                "entry ( name a node ( type regular contents 0123456789 ) )",
                "entry ( name b node ( type regular contents abc ) ) )");
        NarReader reader = NarReader.of(new ByteArrayInputStream(archive), NarLimits.DEFAULT);
        byte[] piece = new byte[4];
        reader.next();
        assertThat(reader.read(piece, 0, 4)).as("a directory has no bytes").isEqualTo(-1);
        reader.next();
        assertThat(reader.read(piece, 1, 3)).isEqualTo(3);
        assertThat(piece).asString(StandardCharsets.US_ASCII).isEqualTo("\0" + "012");
        reader.next();
        assertThat(Archives.contents(reader).readAllBytes())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("abc");
        assertThat(reader.read(piece, 0, 4)).isEqualTo(-1);
        assertThat(reader.next()).isEqualTo(new NarEntry.DirectoryEnd());
        assertThat(reader.next()).isNull();
        assertThat(reader.next()).as("the end stays").isNull();
    }

    @Test
    void anEmbeddedArchiveIsReadToItsEndAndNotOneByteFurther() throws IOException {
        for (byte[] archive : Corpus.good().values()) {
            byte[] longer = Arrays.copyOf(archive, archive.length + 3);
            longer[archive.length] = 42;
            ByteArrayInputStream in = new ByteArrayInputStream(longer);
            NarReader reader = NarReader.embedded(in, NarLimits.DEFAULT);
            while (reader.next() != null) {
                assertThat(reader.offset()).isLessThanOrEqualTo(archive.length);
            }
            assertThat(reader.offset()).isEqualTo(archive.length);
            assertThat(in.read()).isEqualTo(42);
        }
    }

    @Test
    void everyTruncationIsRefused() {
        for (byte[] archive : Corpus.good().values()) {
            for (int length = 0; length < archive.length; length++) {
                byte[] cut = Arrays.copyOf(archive, length);
                assertThatThrownBy(() -> Archives.entries(cut)).isInstanceOf(NarException.class);
            }
        }
    }

    @Test
    void aMutatedArchiveIsRefusedOrReadAsItIs() throws IOException {
        Random random = new Random(20_260_811);
        List<byte[]> archives = List.copyOf(Corpus.good().values());
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutated(archives.get(random.nextInt(archives.size())), random);
            try {
                byte[] again = Archives.rewritten(new ByteArrayInputStream(mutated));
                assertThat(again).as("mutation %d", i).isEqualTo(mutated);
            } catch (NarException e) {
                assertThat(e.offset()).isBetween(0L, (long) mutated.length);
                refused++;
            }
        }
        assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS - 1);
    }

    private static byte[] mutated(byte[] archive, Random random) {
        byte[] mutated = archive.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutated[at] = (byte) random.nextInt();
                case 2 -> {
                    int from = random.nextInt(mutated.length / 8) * 8;
                    System.arraycopy(archive, from, mutated, at / 8 * 8, 8);
                }
                default -> mutated[at / 8 * 8 + 7] = (byte) 0xff;
            }
        }
        return mutated;
    }

    @Test
    @Tag("T01")
    void depth64IsReadAndDepth65Refused() throws IOException {
        assertThat(Archives.entries(Archives.nested(64))).hasSize(128);
        assertThatThrownBy(() -> Archives.entries(Archives.nested(65)))
                .isInstanceOf(NarException.class)
                .hasMessageContaining("too deep");
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 1_000_000})
    @Tag("T01")
    void absurdDepthIsRefusedAtTheSamePlaceWithoutAStackOverflow(int depth) {
        byte[] level = Archives.words("( type directory", "entry ( name d node");
        InputStream endless = repeated(Archives.of("nix-archive-1"), level, depth);
        NarReader reader = NarReader.of(endless, NarLimits.DEFAULT);
        assertThatThrownBy(() -> {
                    while (reader.next() != null) {
                        assertThat(reader.offset()).isLessThan(70L * level.length);
                    }
                })
                .isInstanceOf(NarException.class)
                .hasMessageContaining("too deep");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, -8, Long.MAX_VALUE, 1L << 32, 1L << 41})
    @Tag("T02")
    void aLengthBeyondTheInputIsRefusedWithoutAllocatingForIt(long length) {
        byte[] file = Archives.of("nix-archive-1", "(", "type", "regular", "contents", length, new byte[64]);
        byte[] name =
                Archives.of("nix-archive-1", "(", "type", "directory", "entry", "(", "name", length, new byte[64]);
        byte[] target = Archives.of("nix-archive-1", "(", "type", "symlink", "target", length, new byte[64]);
        byte[] keyword = Archives.of("nix-archive-1", length, new byte[64]);
        for (byte[] archive : List.of(file, name, target, keyword)) {
            assertThatThrownBy(() -> Archives.entries(archive)).isInstanceOf(NarException.class);
        }
    }

    @Test
    @Tag("T02")
    void allocationFollowsTheBytesThatCame() {
        byte[] announced = Archives.of("nix-archive-1", "(", "type", "regular", "contents", 1L << 39, new byte[64]);
        assertThat(allocatedByReading(announced)).isLessThan(2L << 20);
    }

    private static long allocatedByReading(byte[] archive) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertThatThrownBy(() -> Archives.entries(archive)).isInstanceOf(NarException.class);
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }

    @Test
    void memoryDoesNotGrowWithTheSizeOfAFile() throws IOException {
        long size = 256L << 20;
        InputStream in = repeated(
                Archives.of("nix-archive-1", "(", "type", "regular", "contents", size), new byte[1 << 20], 256);
        NarReader reader = NarReader.embedded(in, NarLimits.DEFAULT);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        reader.next();
        byte[] buffer = new byte[8192];
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        long read = 0;
        for (int count = reader.read(buffer, 0, 8192); count >= 0; count = reader.read(buffer, 0, 8192)) {
            read += count;
        }
        assertThat(read).isEqualTo(size);
        assertThat(threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before)
                .isLessThan(1L << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0b", "../x"})
    @Tag("T03")
    void aNameThatCouldLeadElsewhereIsRefused(String name) {
        assertThatThrownBy(() -> Archives.entries(Archives.directoryOf(name))).isInstanceOf(NarException.class);
    }

    @Test
    @Tag("T03")
    void aNameMayHave255BytesAndNotMore() throws IOException {
        assertThat(Archives.entries(Archives.directoryOf("n".repeat(255)))).hasSize(3);
        assertThatThrownBy(() -> Archives.entries(Archives.directoryOf("n".repeat(256))))
                .isInstanceOf(NarException.class)
                .hasMessageContaining("256 bytes; 1 to 255");
    }

    @Test
    @Tag("T03")
    void namesMustRiseInTheOrderOfUnsignedBytes() throws IOException {
        assertThat(Archives.entries(Archives.directoryOf("A", "a", "a.", "a0", "é", "日")))
                .hasSize(8);
        assertThatThrownBy(() -> Archives.entries(Archives.directoryOf("a", "a")))
                .isInstanceOf(NarException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> Archives.entries(Archives.directoryOf("é", "a")))
                .isInstanceOf(NarException.class)
                .hasMessageContaining("order of their bytes");
    }

    @Test
    @Tag("T02")
    void paddingMustBeZero() {
        byte[] archive = Archives.directoryOf("a");
        int padding = (int) indexOf(archive, "a\0\0\0\0\0\0\0") + 1;
        archive[padding] = 1;
        assertThatThrownBy(() -> Archives.entries(archive))
                .isInstanceOfSatisfying(
                        NarException.class, e -> assertThat(e.offset()).isEqualTo(padding));
    }

    @Test
    void aTargetMayHave4095BytesAndNoZero() throws IOException {
        assertThat(Archives.entries(link("t".repeat(4095)))).hasSize(1);
        for (String target : List.of("", "t".repeat(4096), "a\0b")) {
            assertThatThrownBy(() -> Archives.entries(link(target))).isInstanceOf(NarException.class);
        }
    }

    private static byte[] link(String target) {
        return Archives.of("nix-archive-1", "(", "type", "symlink", "target", target, ")");
    }

    @Test
    @Tag("T07")
    void entriesAndBytesAreCountedAgainstTheLimits() {
        NarLimits fewEntries = NarLimits.DEFAULT.withEntries(3);
        assertThatThrownBy(() -> readAll(Archives.directoryOf("a", "b", "c"), fewEntries))
                .isInstanceOf(NarException.class)
                .hasMessageContaining("more than 3 entries");
        byte[] archive = Archives.directoryOf("a", "b", "c");
        assertThatThrownBy(() -> readAll(archive, NarLimits.DEFAULT.withArchiveBytes(archive.length - 1)))
                .isInstanceOf(NarException.class)
                .hasMessageContaining("beyond the limit");
        assertThat(Collections.singleton(archive))
                .allSatisfy(whole -> readAll(whole, NarLimits.DEFAULT.withArchiveBytes(whole.length)));
    }

    @Test
    void aMessageShowsForeignBytesAsEscapes() {
        assertThatThrownBy(() -> Archives.entries(Archives.directoryOf("\u001b[2J/")))
                .hasMessageContaining("\\x1b[2J/")
                .hasMessageNotContaining("\u001b");
    }

    private static void readAll(byte[] archive, NarLimits limits) throws IOException {
        NarReader reader = NarReader.of(new ByteArrayInputStream(archive), limits);
        while (reader.next() != null) {
            assertThat(reader.offset()).isPositive();
        }
    }

    private static long indexOf(byte[] archive, String text) {
        return new String(archive, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private static InputStream oneByteAtATime(byte[] bytes) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return super.read(into, from, Math.min(length, 1));
            }
        };
    }

    /** {@code head}, then {@code unit} again and again. */
    private static InputStream repeated(byte[] head, byte[] unit, int times) {
        return new InputStream() {
            private byte[] now = head;
            private int at;
            private int left = times;

            @Override
            public int read() {
                throw new AssertionError("single bytes are not read here");
            }

            @Override
            public int read(byte[] into, int from, int length) {
                if (at == now.length) {
                    if (left-- == 0) {
                        return -1;
                    }
                    now = unit;
                    at = 0;
                }
                int count = Math.min(length, now.length - at);
                System.arraycopy(now, at, into, from, count);
                at += count;
                return count;
            }
        };
    }
}
