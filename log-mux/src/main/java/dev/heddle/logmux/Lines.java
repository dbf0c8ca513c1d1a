package dev.heddle.logmux;

import dev.heddle.logmux.wire.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds the borders of lines and characters in bytes. */
final class Lines {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    private Lines() {}

    /** Number of bytes up to and with the first line feed; 0 if there is none. */
    static int afterFirst(byte[] bytes, int from, int length) {
        return find((byte) '\n', bytes, from, from + length) + 1 - from;
    }

    /** Index of the first byte that is {@code wanted}; {@code from - 1} if there is none before {@code to}. */
    static int find(byte wanted, byte[] bytes, int from, int to) {
        long pattern = (wanted & 0xFF) * ONES;
        int at = from;
        while (at < to) {
            // A long that is not aligned is put together byte by byte until the optimising compiler has come.
            while ((at & 7) == 0 && at + 8 <= to) {
                long other = (long) LONGS.get(bytes, at) ^ pattern;
                long hits = (other - ONES) & ~other & HIGH;
                if (hits != 0) {
                    return at + (Long.numberOfTrailingZeros(hits) >> 3);
                }
                at += 8;
            }
            int end = Math.min(to, (at | 7) + 1);
            while (at < end) {
                if (bytes[at] == wanted) {
                    return at;
                }
                at++;
            }
        }
        return from - 1;
    }

    /** Number of bytes up to and with the last line feed; 0 if there is none. */
    static int afterLast(byte[] bytes, int from, int length) {
        for (int i = from + length - 1; i >= from; i--) {
            if (bytes[i] == '\n') {
                return i + 1 - from;
            }
        }
        return 0;
    }

    /**
     * Where the first line begins, from the one at {@code start} on, in which a word may stand or which is not complete; counted as
     * {@code start} from the slice's first byte.
     */
    static int plain(Literals words, Slice bytes, int start) {
        int from = bytes.from() + start;
        int found = words.find(bytes.array(), from, bytes.from() + bytes.length());
        int passed = found == Literals.NONE ? bytes.length() - start : found - from;
        return start + afterLast(bytes.array(), from, passed);
    }

    /**
     * Number of bytes, at most {@code wanted} and at least 1, after which a character of UTF-8 ends; {@code wanted} itself
     * where the bytes are not UTF-8.
     */
    static int characterBoundary(byte[] bytes, int from, int wanted, int length) {
        if (wanted >= length || (bytes[from + wanted] & 0xC0) != 0x80) {
            return wanted;
        }
        for (int back = 1; back <= 3 && back < wanted; back++) {
            if ((bytes[from + wanted - back] & 0xC0) != 0x80) {
                return wanted - back;
            }
        }
        return wanted;
    }

    /**
     * Index, counted from {@code from}, of the last line that begins with something else than white space, or -1.
     *
     * @param lineStart whether the first byte begins a line
     */
    static int lastHead(byte[] bytes, int from, int length, boolean lineStart) {
        for (int i = from + length - 1; i >= from; i--) {
            boolean starts = i == from ? lineStart : bytes[i - 1] == '\n';
            if (starts && bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\n' && bytes[i] != '\r') {
                return i - from;
            }
        }
        return -1;
    }
}
