package dev.heddle.samples.ninja;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes that is written to at its end. Not safe for several threads. */
final class ByteSink {

    private byte[] bytes;
    private int length;

    ByteSink(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    /** The array itself: valid up to {@link #length}, and only until the next write. */
    byte[] array() {
        return bytes;
    }

    void truncate(int newLength) {
        length = newLength;
    }

    void put(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    void put(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    /** Writes a raw string: one byte for each character, see {@link Raw}. */
    @SuppressWarnings("deprecation") // the only copy from a string to bytes that takes no array of its own
    void put(String raw) {
        int count = raw.length();
        ensure(count);
        raw.getBytes(0, count, bytes, length);
        length += count;
    }

    /** Writes an int, lowest byte first. */
    void putInt(int value) {
        ensure(4);
        bytes[length++] = (byte) value;
        bytes[length++] = (byte) (value >>> 8);
        bytes[length++] = (byte) (value >>> 16);
        bytes[length++] = (byte) (value >>> 24);
    }

    /** The content as a raw string. */
    String raw() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            long wanted = Math.max((long) bytes.length * 2, (long) length + more);
            if ((long) length + more > Integer.MAX_VALUE - 16) {
                throw new IllegalStateException("more than 2 GiB of text in one value");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
    }
}
