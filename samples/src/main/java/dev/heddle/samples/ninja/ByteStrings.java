package dev.heddle.samples.ninja;

import java.util.Arrays;

/**
 * Byte strings, each held once and known by a number from 0.
 *
 * <p>Holds paths and values of a whole build: some 16 bytes each besides the content. Numbers never change. Not safe for
 * several threads while strings are added.
 */
final class ByteStrings {

    private byte[] content;
    private int used;
    private int[] start;
    private int[] hash;
    private int count;
    // Open addressing: number + 1, 0 for a free place; a power of two, at most half full.
    private int[] table;

    ByteStrings(int expected, int expectedBytes) {
        content = new byte[Math.max(64, expectedBytes)];
        start = new int[Math.max(8, expected) + 1];
        hash = new int[Math.max(8, expected)];
        table = new int[Math.max(16, Integer.highestOneBit(Math.max(8, expected)) * 4)];
    }

    /** Takes arrays that {@link #content}, {@link #starts} and {@link #hashes} gave, as a cache file keeps them. */
    ByteStrings(byte[] content, int[] start, int[] hash) {
        this.content = content;
        this.used = start[start.length - 1];
        this.start = start;
        this.hash = hash;
        this.count = start.length - 1;
        this.table = new int[Math.max(16, Integer.highestOneBit(Math.max(8, count)) * 4)];
        for (int i = 0; i < count; i++) {
            place(i);
        }
    }

    int size() {
        return count;
    }

    /** The number of a string, which is added if it is not known. */
    int add(byte[] bytes, int offset, int length) {
        int h = hashOf(bytes, offset, length);
        int mask = table.length - 1;
        int at = h & mask;
        while (table[at] != 0) {
            int id = table[at] - 1;
            if (hash[id] == h && same(id, bytes, offset, length)) {
                return id;
            }
            at = (at + 1) & mask;
        }
        return append(h, bytes, offset, length);
    }

    int add(String raw) {
        byte[] bytes = Raw.bytes(raw);
        return add(bytes, 0, bytes.length);
    }

    /** The number of a string, or -1. */
    int find(byte[] bytes, int offset, int length) {
        int h = hashOf(bytes, offset, length);
        int mask = table.length - 1;
        for (int at = h & mask; table[at] != 0; at = (at + 1) & mask) {
            int id = table[at] - 1;
            if (hash[id] == h && same(id, bytes, offset, length)) {
                return id;
            }
        }
        return -1;
    }

    int find(String raw) {
        byte[] bytes = Raw.bytes(raw);
        return find(bytes, 0, bytes.length);
    }

    String raw(int id) {
        return Raw.of(content, start[id], start[id + 1] - start[id]);
    }

    String text(int id) {
        return Raw.text(raw(id));
    }

    int length(int id) {
        return start[id + 1] - start[id];
    }

    void appendTo(ByteSink out, int id) {
        out.put(content, start[id], start[id + 1] - start[id]);
    }

    byte[] content() {
        return Arrays.copyOf(content, used);
    }

    int[] starts() {
        return Arrays.copyOf(start, count + 1);
    }

    int[] hashes() {
        return Arrays.copyOf(hash, count);
    }

    private int append(int h, byte[] bytes, int offset, int length) {
        if (used > Integer.MAX_VALUE - 16 - length) {
            throw new IllegalStateException("more than 2 GiB of names");
        }
        if (content.length - used < length) {
            content = Arrays.copyOf(content, (int)
                    Math.min(Integer.MAX_VALUE - 16L, Math.max(content.length * 2L, (long) used + length)));
        }
        if (count == hash.length) {
            hash = Arrays.copyOf(hash, count * 2);
            start = Arrays.copyOf(start, count * 2 + 1);
        }
        System.arraycopy(bytes, offset, content, used, length);
        used += length;
        hash[count] = h;
        start[count + 1] = used;
        int id = count++;
        if (count * 2 > table.length) {
            table = new int[table.length * 2];
            for (int i = 0; i < count; i++) {
                place(i);
            }
        } else {
            place(id);
        }
        return id;
    }

    private void place(int id) {
        int mask = table.length - 1;
        int at = hash[id] & mask;
        while (table[at] != 0) {
            at = (at + 1) & mask;
        }
        table[at] = id + 1;
    }

    private boolean same(int id, byte[] bytes, int offset, int length) {
        return length == start[id + 1] - start[id]
                && Arrays.equals(content, start[id], start[id + 1], bytes, offset, offset + length);
    }

    private static int hashOf(byte[] bytes, int offset, int length) {
        int h = length;
        for (int i = offset; i < offset + length; i++) {
            h = h * 31 + bytes[i];
        }
        h *= 0x9E3779B1;
        return h ^ (h >>> 15);
    }
}
