package dev.heddle.store.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {

    private static final int ANY_SIZE = 1 << 20;

    static byte[] compressed(Compression compression, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compression.writing(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] read(Compression compression, byte[] bytes, long most) throws IOException {
        try (InputStream in = compression.reading(new ByteArrayInputStream(bytes), most)) {
            return in.readAllBytes();
        }
    }

    private static byte[] content(Random random, int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) random.nextInt(1 + i % 40);
        }
        return content;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsRead(Compression compression) throws IOException {
        Random random = new Random(5);
        for (int size : new int[] {0, 1, 100, 65_536, 1_000_000}) {
            byte[] content = content(random, size);
            assertThat(read(compression, compressed(compression, content), size))
                    .isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyCutIsTold(Compression compression) throws IOException {
        byte[] whole = compressed(compression, content(new Random(6), 300));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(IOException.class)
                    .as("%d of %d bytes", length, whole.length)
                    .isThrownBy(() -> read(compression, cut, ANY_SIZE))
                    .withMessageContaining(compression.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatFollowsIsRefused(Compression compression) throws IOException {
        byte[] whole = compressed(compression, content(new Random(7), 300));
        byte[] more = Arrays.copyOf(whole, whole.length + 16);
        Arrays.fill(more, whole.length, more.length, (byte) 'x');
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(compression, more, ANY_SIZE))
                .withMessageContaining("bad " + compression + " data");
    }

    @Tag("C06")
    @ParameterizedTest
    @EnumSource
    @Tag("T08")
    void nothingComesOutBeyondWhatIsAllowed(Compression compression) throws IOException {
        byte[] bomb = compressed(compression, new byte[10_000_000]);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(compression, bomb, 9_999_999))
                .withMessageContaining("9999999 bytes");
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            try (InputStream in = compression.reading(new ByteArrayInputStream(bomb), 1000)) {
                in.transferTo(seen);
            }
        });
        assertThat(seen.size()).isLessThanOrEqualTo(1000);
    }

    @ParameterizedTest
    @EnumSource
    void aFailureOfTheInputIsPassedOnAsItIs(Compression compression) {
        IOException broken = new IOException("the medium broke");
        InputStream in = new InputStream() {
            @Override
            public int read() throws IOException {
                throw broken;
            }
        };
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> compression.reading(in, 10).readAllBytes())
                .isSameAs(broken);
    }

    @Test
    @Tag("T08")
    void moreMemoryThanThereIsForItIsRefused() throws IOException {
        byte[] xz = withDictionary(compressed(Compression.XZ, new byte[10]), 28);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(Compression.XZ, xz, ANY_SIZE))
                .withMessageContaining("64");
        assertThat(read(Compression.XZ, withDictionary(compressed(Compression.XZ, new byte[10]), 27), ANY_SIZE))
                .hasSize(10);
        assertThat(read(Compression.ZSTD, zstdWithWindow(26), ANY_SIZE)).containsExactly('a');
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(Compression.ZSTD, zstdWithWindow(27), ANY_SIZE))
                .withMessageContaining("memory");
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void aDictionaryIsNotMadeAnewForEachOfManyPieces() throws IOException {
        byte[] one = withDictionary(compressed(Compression.XZ, new byte[1]), 27);
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 5_000; i++) {
            many.writeBytes(one);
        }
        assertThat(read(Compression.XZ, many.toByteArray(), ANY_SIZE)).hasSize(5_000);
    }

    /** Announces another dictionary in the header of the first block: code 27 is 48 MiB, 28 is 64. */
    private static byte[] withDictionary(byte[] xz, int code) {
        int block = 12;
        int length = ((xz[block] & 0xff) + 1) * 4;
        assertThat(xz[block + 2]).as("the filter is LZMA2").isEqualTo((byte) 0x21);
        xz[block + 4] = (byte) code;
        CRC32 crc = new CRC32();
        crc.update(xz, block, length - 4);
        ByteBuffer.wrap(xz).order(ByteOrder.LITTLE_ENDIAN).putInt(block + length - 4, (int) crc.getValue());
        return xz;
    }

    /** A frame of one raw byte that announces a window of {@code 2^log} bytes. */
    private static byte[] zstdWithWindow(int log) {
        return new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (log - 10 << 3), 0x09, 0, 0, 'a'};
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "lz4"})
    void whatIsKnownAndNotSupportedIsNamed(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Compression.of(name))
                .withMessageContaining("'" + name + "' is not supported")
                .withMessageContaining("none, xz, zstd, bzip2");
    }

    @Tag("C01")
    @ParameterizedTest
    @ValueSource(strings = {"", "XZ", "xz ", "zst", "evil\u001b[31m"})
    void whatIsNotKnownIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Compression.of(name))
                .withMessage("unknown compression; wanted one of none, xz, zstd, bzip2");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nativeCodeLeavesNothingBehind() throws IOException {
        assertThat(read(Compression.ZSTD, compressed(Compression.ZSTD, new byte[3]), 3))
                .hasSize(3);
        assertThat(Files.readAllLines(Path.of("/proc/self/maps")).stream().filter(line -> line.contains("libzstd-jni")))
                .isNotEmpty()
                .allMatch(line -> line.contains("/heddle-zstd") && line.endsWith("(deleted)"));
    }
}
