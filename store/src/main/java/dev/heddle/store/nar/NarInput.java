package dev.heddle.store.nar;

import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the words and strings that a NAR is made of: a length in eight bytes, least significant first, then the bytes, then
 * zeros up to a multiple of eight. Knows where it is; reads nothing ahead; allocates for bytes that came, never for a length
 * that was announced, beyond one small array.
 */
final class NarInput {

    /** Longer than every word of the format; Nix's own bound. */
    private static final int KEYWORD_BYTES = 32;

    private static final int WORD = 8;

    private final InputStream in;
    private final long mostBytes;
    private final byte[] small = new byte[NarLimits.MAX_NAME_BYTES + 1 + WORD];
    private long offset;

    NarInput(InputStream in, long mostBytes) {
        this.in = in;
        this.mostBytes = mostBytes;
    }

    long offset() {
        return offset;
    }

    /** Reads a word of the format, such as {@code entry}. */
    String keyword() throws IOException {
        long start = offset;
        long length = word();
        if (length < 0 || length > KEYWORD_BYTES) {
            throw new NarException(
                    start,
                    "wanted a word of the format, found a string of " + Long.toUnsignedString(length) + " bytes");
        }
        readFully(small, (int) length);
        String keyword = new String(small, 0, (int) length, StandardCharsets.ISO_8859_1);
        padding(length);
        return keyword;
    }

    /** Reads a word of the format, which must be {@code wanted}. */
    void expect(String wanted) throws IOException {
        long start = offset;
        String found = keyword();
        if (!found.equals(wanted)) {
            throw unexpected(start, wanted, found);
        }
    }

    static NarException unexpected(long start, String wanted, String found) {
        return new NarException(
                start,
                "wanted '" + wanted + "', found '" + RawName.of(found.getBytes(StandardCharsets.ISO_8859_1)) + "'");
    }

    /** Reads a string of 1 to {@code most} bytes. */
    RawName string(String what, int most) throws IOException {
        long start = offset;
        long length = word();
        if (length < 1 || length > most) {
            throw new NarException(
                    start, what + " has " + Long.toUnsignedString(length) + " bytes; 1 to " + most + " are allowed");
        }
        byte[] bytes;
        if (length <= NarLimits.MAX_NAME_BYTES) {
            readFully(small, (int) length);
            bytes = Arrays.copyOf(small, (int) length);
        } else {
            bytes = in.readNBytes((int) length);
            offset += bytes.length;
            if (bytes.length < length) {
                throw cut();
            }
        }
        padding(length);
        return RawName.of(bytes);
    }

    /** Reads eight bytes as a number; one above {@link Long#MAX_VALUE} comes out negative. */
    long word() throws IOException {
        readFully(small, WORD);
        long word = 0;
        for (int i = WORD - 1; i >= 0; i--) {
            word = word << 8 | (small[i] & 0xff);
        }
        return word;
    }

    /** Reads the zeros behind a string of {@code length} bytes. */
    void padding(long length) throws IOException {
        int zeros = (int) (-length & (WORD - 1));
        long start = offset;
        readFully(small, zeros);
        for (int i = 0; i < zeros; i++) {
            if (small[i] != 0) {
                throw new NarException(start + i, "padding behind a string must be zero bytes");
            }
        }
    }

    /** Reads at least one byte into {@code into}, if {@code length} is above zero. */
    int some(byte[] into, int from, int length) throws IOException {
        int count = in.read(into, from, length);
        if (count < 0) {
            throw cut();
        }
        offset += count;
        checkSize();
        return count;
    }

    /** Passes over {@code length} bytes. */
    void skip(long length) throws IOException {
        byte[] scratch = new byte[(int) Math.min(length, 1 << 13)];
        for (long left = length; left > 0; ) {
            left -= some(scratch, 0, (int) Math.min(left, scratch.length));
        }
    }

    /** Makes sure that nothing follows. */
    void expectEnd() throws IOException {
        if (in.read() >= 0) {
            throw new NarException(offset, "the archive is complete, but more bytes follow");
        }
    }

    private void readFully(byte[] into, int length) throws IOException {
        int count = in.readNBytes(into, 0, length);
        offset += count;
        if (count < length) {
            throw cut();
        }
        checkSize();
    }

    private void checkSize() throws NarException {
        if (offset > mostBytes) {
            throw new NarException(mostBytes, "the archive goes on beyond the limit of " + mostBytes + " bytes");
        }
    }

    private NarException cut() {
        return new NarException(offset, "the archive ends too early");
    }
}
