package dev.heddle.store.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads words and strings: a word is 8 bytes, the least significant first; a string is a word that gives its length, its
 * bytes, and zero bytes up to a multiple of 8; a list is a word that gives its length, and its strings.
 *
 * <p><b>Limits.</b> A length is never trusted: memory follows the bytes that came, and the caller says how much is too much.
 *
 * <p><b>Threads.</b> One at a time. Reads as its stream does, not one byte further than what was asked for, and does not close
 * it.
 *
 * <p><b>Failure.</b> {@link WireFormatException} with the offset for bytes that are wrong, {@link EOFException} where the
 * stream ends within something, {@link IOException} from the stream as it is.
 */
public final class WireReader {

    private static final int WORD = 8;
    private static final int CHUNK_BYTES = 1 << 16;

    private final InputStream in;
    private final byte[] word = new byte[WORD];
    private long offset;

    /** Reads from {@code in}: give it a buffered stream. */
    public WireReader(InputStream in) {
        this.in = in;
    }

    /** The number of bytes read so far. */
    public long offset() {
        return offset;
    }

    /** Counts bytes that somebody else has read from the stream: an archive in the midst of it. */
    public void passed(long bytes) {
        offset += bytes;
    }

    /** A word, as an unsigned number. */
    public long word() throws IOException {
        fill(word, WORD);
        return ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /**
     * A word that must not be above {@code most}.
     *
     * @param what what the number is, for the message
     */
    public int count(String what, int most) throws IOException {
        long start = offset;
        long value = word();
        if (value < 0 || value > most) {
            throw new WireFormatException(
                    start, what + " is " + Long.toUnsignedString(value) + "; at most " + most + " is allowed");
        }
        return (int) value;
    }

    /**
     * A word that is zero or one.
     *
     * @param what what the flag says, for the message
     */
    public boolean flag(String what) throws IOException {
        return count(what, 1) == 1;
    }

    /**
     * The bytes of a string.
     *
     * @param what what the string is, for the message
     * @param most how many bytes are allowed
     */
    public byte[] bytes(String what, int most) throws IOException {
        int length = count("the length of " + what, most);
        byte[] bytes = new byte[Math.min(length, CHUNK_BYTES)];
        int have = 0;
        while (have < length) {
            if (have == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * have));
            }
            have += some(bytes, have, bytes.length - have);
        }
        padding(length);
        return bytes;
    }

    /**
     * A string of text.
     *
     * @param what what the string is, for the message
     * @param most how many bytes are allowed
     * @throws WireFormatException if it is not UTF-8
     */
    public String string(String what, int most) throws IOException {
        long start = offset;
        byte[] bytes = bytes(what, most);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new WireFormatException(start, what + " is not UTF-8");
        }
    }

    /**
     * A list of strings.
     *
     * @param what what one of the strings is, for the message
     * @param most how many strings are allowed, and how many bytes in each
     */
    public List<String> strings(String what, int most, int mostBytes) throws IOException {
        int count = count("the number of " + what + "s", most);
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            strings.add(string(what, mostBytes));
        }
        return strings;
    }

    private void padding(int length) throws IOException {
        long start = offset;
        int count = -length & (WORD - 1);
        fill(word, count);
        for (int i = 0; i < count; i++) {
            if (word[i] != 0) {
                throw new WireFormatException(start + i, "the padding of a string must be zero");
            }
        }
    }

    private void fill(byte[] into, int length) throws IOException {
        for (int have = 0; have < length; ) {
            have += some(into, have, length - have);
        }
    }

    private int some(byte[] into, int from, int length) throws IOException {
        int count = in.read(into, from, length);
        if (count < 0) {
            throw new EOFException("offset " + offset + ": the stream ends in the midst of something");
        }
        offset += count;
        return count;
    }
}
