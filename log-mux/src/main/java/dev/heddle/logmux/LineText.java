package dev.heddle.logmux;

import dev.heddle.logmux.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One line as patterns see it: without its end and without escape sequences, of its first {@value #LONGEST} bytes unless another bound is given, as UTF-8 with
 * replacement characters where it is none. Collects a line that comes in pieces. Not safe for several threads; used again for
 * line after line.
 */
final class LineText {

    /** How many bytes of a line are looked at. */
    static final int LONGEST = 4096;

    private static final byte ESC = 0x1B;
    private static final int BEL = 7;

    private final int longest;
    private byte[] bytes = new byte[128];
    private int length;
    private boolean escapes;
    private @Nullable String text;

    LineText() {
        this(LONGEST);
    }

    /** Looks at so many bytes of a line. */
    LineText(int longest) {
        this.longest = longest;
    }

    /** Forgets the line. */
    void clear() {
        length = 0;
        escapes = false;
        text = null;
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** How many bytes there are of it. */
    int length() {
        return length;
    }

    /** Takes a further piece of the line; what is beyond the bound is left out. */
    void add(byte[] from, int at, int count) {
        int taken = Math.min(count, longest - length);
        if (bytes.length < length + taken) {
            bytes = Arrays.copyOf(bytes, Math.min(longest, Math.max(length + taken, bytes.length * 2)));
        }
        System.arraycopy(from, at, bytes, length, taken);
        escapes = escapes || Lines.find(ESC, from, at, at + taken) >= at;
        length += taken;
        text = null;
    }

    /** The line is complete: takes its end and its escape sequences away. */
    void finish() {
        while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
            length--;
        }
        if (escapes) {
            removeEscapes();
        }
        text = null;
    }

    private void removeEscapes() {
        int kept = 0;
        for (int i = 0; i < length; ) {
            if (bytes[i] == ESC) {
                i = afterEscape(i);
            } else {
                bytes[kept++] = bytes[i++];
            }
        }
        length = kept;
        escapes = false;
    }

    // ECMA-48: a control sequence ends with a byte from 0x40 to 0x7E; a string with BEL or ESC \.
    private int afterEscape(int at) {
        int i = at + 1;
        if (i == length) {
            return i;
        }
        byte kind = bytes[i++];
        if (kind == '[') {
            while (i < length && (bytes[i] < 0x40 || bytes[i] > 0x7E)) {
                i++;
            }
            return Math.min(length, i + 1);
        }
        if (kind == ']' || kind == 'P' || kind == '_' || kind == '^' || kind == 'X') {
            while (i < length && bytes[i] != BEL && bytes[i] != ESC) {
                i++;
            }
            boolean terminator = i + 1 < length && bytes[i] == ESC && bytes[i + 1] == '\\';
            return Math.min(length, terminator ? i + 2 : i < length && bytes[i] == BEL ? i + 1 : i);
        }
        return i;
    }

    /** The bytes; valid until the next call of another method. */
    Slice bytes() {
        return new Slice(bytes, 0, length);
    }

    String text() {
        String known = text;
        if (known == null) {
            known = new String(bytes, 0, length, StandardCharsets.UTF_8);
            text = known;
        }
        return known;
    }
}
