package dev.heddle.store.nar;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the words and strings that a NAR is made of, through one buffer. Knows where it is. */
final class NarOutput {

    private static final int MOST_BUFFER_BYTES = 1 << 17;
    /** Enough for all that is not content; most archives are smaller, and clearing more for each takes longer than writing it. */
    private static final int FIRST_BUFFER_BYTES = 1 << 13;

    private static final int WORD = 8;

    private final OutputStream out;
    private final long mostBytes;
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int used;
    /** Bytes that have left the buffer. */
    private long flushed;

    NarOutput(OutputStream out, long mostBytes) {
        this.out = out;
        this.mostBytes = mostBytes;
    }

    long offset() {
        return flushed + used;
    }

    /** The bytes of several words of the format, one behind the other. */
    static byte[] words(String... words) {
        int size = 0;
        for (String word : words) {
            size += WORD + padded(word.length());
        }
        byte[] bytes = new byte[size];
        int at = 0;
        for (String word : words) {
            bytes[at] = (byte) word.length();
            byte[] text = word.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, bytes, at + WORD, text.length);
            at += WORD + padded(text.length);
        }
        return bytes;
    }

    private static int padded(int length) {
        return (length + WORD - 1) & -WORD;
    }

    /** Writes bytes as they are. */
    void raw(byte[] bytes) throws IOException {
        if (bytes.length > buffer.length - used) {
            drain();
        }
        // Everything written this way is shorter than the buffer: words, names, targets.
        System.arraycopy(bytes, 0, buffer, used, bytes.length);
        used += bytes.length;
        checkSize();
    }

    void string(byte[] bytes) throws IOException {
        word(bytes.length);
        raw(bytes);
        padding(bytes.length);
    }

    void word(long value) throws IOException {
        byte[] bytes = new byte[WORD];
        for (int i = 0; i < WORD; i++) {
            bytes[i] = (byte) (value >>> (8 * i));
        }
        raw(bytes);
    }

    void padding(long length) throws IOException {
        raw(new byte[(int) (-length & (WORD - 1))]);
    }

    /**
     * Writes what {@code from} has, but at most {@code length} bytes.
     *
     * @return how many bytes it had
     */
    long transfer(ReadableByteChannel from, long length) throws IOException {
        if (length > buffer.length - used && buffer.length < MOST_BUFFER_BYTES) {
            buffer = Arrays.copyOf(buffer, MOST_BUFFER_BYTES);
        }
        long left = length;
        while (left > 0) {
            if (used == buffer.length) {
                drain();
            }
            int room = (int) Math.min(left, buffer.length - used);
            int count = from.read(ByteBuffer.wrap(buffer, used, room));
            if (count < 0) {
                break;
            }
            used += count;
            left -= count;
            checkSize();
        }
        return length - left;
    }

    private void checkSize() throws NarException {
        if (offset() > mostBytes) {
            throw new NarException(mostBytes, "the archive goes on beyond the limit of " + mostBytes + " bytes");
        }
    }

    private void drain() throws IOException {
        out.write(buffer, 0, used);
        flushed += used;
        used = 0;
    }

    void flush() throws IOException {
        drain();
        out.flush();
    }
}
