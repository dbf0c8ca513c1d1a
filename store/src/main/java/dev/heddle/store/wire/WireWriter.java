package dev.heddle.store.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Writes the words and strings that {@link WireReader} reads.
 *
 * <p><b>Threads.</b> One at a time. Blocks as its stream does, and neither flushes nor closes it: give it a buffered stream.
 */
public final class WireWriter {

    private static final int WORD = 8;
    private static final byte[] ZEROS = new byte[WORD];

    private final OutputStream out;

    /** Writes to {@code out}. */
    public WireWriter(OutputStream out) {
        this.out = out;
    }

    /** Writes a word. */
    public void word(long value) throws IOException {
        out.write(ByteBuffer.allocate(WORD)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    /** Writes a word that is zero or one. */
    public void flag(boolean value) throws IOException {
        word(value ? 1 : 0);
    }

    /** Writes a string of any bytes. */
    public void bytes(byte[] bytes) throws IOException {
        word(bytes.length);
        out.write(bytes);
        out.write(ZEROS, 0, -bytes.length & (WORD - 1));
    }

    /** Writes a string of text, as UTF-8. */
    public void string(String text) throws IOException {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a list of strings: what {@code items} are in text. */
    public void strings(Collection<?> items) throws IOException {
        word(items.size());
        for (Object item : items) {
            string(item.toString());
        }
    }
}
