package dev.heddle.logmux.sink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds how far text needs no second look: visible ASCII, tabs, line ends and characters of UTF-8 that do nothing but show
 * themselves. Nearly all output is such text, so this reads eight bytes at a time.
 */
final class PlainText {

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long SEVEN_BITS = 0x7F * ONES;
    /** Added to a byte of ASCII, it sets the highest bit unless the byte is a control. */
    private static final long ABOVE_CONTROLS = 0x60 * ONES;

    private static final long TABS = '\t' * ONES;
    private static final long LINE_FEEDS = '\n' * ONES;
    private static final long HASHES = '#' * ONES;

    /** What a command or a heading may begin with. */
    private static final String SPECIAL = ":@[#-+~^";

    private PlainText() {}

    /**
     * Index behind the plain text that begins at {@code from}, in the middle of a line. It ends behind a line end if the
     * next line could begin like one of the engine's, and before a {@code #}, which could begin a command.
     */
    static int end(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            // A word that is not aligned is put together byte by byte until the optimising compiler has come.
            if ((at & 7) == 0) {
                at = endOfWords(bytes, at, to);
            }
            int limit = Math.min(to, (at | 7) + 1);
            int end = endOfBytes(bytes, at, limit, to);
            if (end < 0) {
                return ~end;
            }
            at = end;
        }
        return at;
    }

    // Index of the first word that has anything special in it, or a line end before something special.
    private static int endOfWords(byte[] bytes, int from, int to) {
        int at = from;
        while (at + 8 <= to) {
            long word = (long) WORDS.get(bytes, at);
            // A delete is the one byte of ASCII to which one more sets the highest bit.
            long visible = (word + ABOVE_CONTROLS) & ((word ^ HASHES) + SEVEN_BITS);
            if (((word | (word + ONES) | ~visible) & HIGH) != 0 && !isPlain(word, bytes, at, to)) {
                return at;
            }
            at += 8;
        }
        return at;
    }

    // Whether what is not visible in a word is only tabs and line ends, before lines that begin as most do.
    private static boolean isPlain(long word, byte[] bytes, int at, int to) {
        long controls = ~(word + ABOVE_CONTROLS);
        long ends = ~((word ^ LINE_FEEDS) + SEVEN_BITS);
        long tabs = ~((word ^ TABS) + SEVEN_BITS);
        long hashes = ~((word ^ HASHES) + SEVEN_BITS);
        if (((word | (word + ONES) | hashes | (controls & ~(ends | tabs))) & HIGH) != 0) {
            return false;
        }
        for (long left = ends & HIGH; left != 0; left &= left - 1) {
            int next = at + (Long.numberOfTrailingZeros(left) >> 3) + 1;
            if (next == to || !isOrdinaryBeginning(bytes[next])) {
                return false;
            }
        }
        return true;
    }

    // Index of the first byte that was not looked at, at least limit; or the complement of where the text ends.
    private static int endOfBytes(byte[] bytes, int from, int limit, int to) {
        int at = from;
        while (at < limit) {
            int b = bytes[at];
            if (b < 0) {
                int code = Characters.decode(bytes, at, to);
                if (code < 0 || Characters.isEightBitControl(code) || Characters.turnsDirection(code)) {
                    return ~at;
                }
                at += Characters.length(code);
            } else if (b == '\n') {
                at++;
                if (at == to || !isOrdinaryBeginning(bytes[at])) {
                    return ~at;
                }
            } else if (b == '#' || b == 0x7F || (b < ' ' && b != '\t')) {
                return ~at;
            } else {
                at++;
            }
        }
        return at;
    }

    // Whether a line that begins so is surely none of the engine's, no command and no heading.
    private static boolean isOrdinaryBeginning(byte b) {
        return b == '\n' || (b > ' ' && b < 0x7F && SPECIAL.indexOf(b) < 0);
    }
}
