package dev.heddle.logmux.sink;

import java.util.HexFormat;

/** Characters in UTF-8, of which neither the beginning nor the end can be relied on. */
final class Characters {

    /** What {@link #decode} gives for bytes that are not UTF-8. */
    static final int INVALID = -1;
    /** What {@link #decode} gives for bytes that may become a character when more come. */
    static final int CUT = -2;

    private Characters() {}

    /** The character that begins at {@code at} and ends before {@code to}, or {@link #INVALID}, or {@link #CUT}. */
    static int decode(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xFF;
        if (lead < 0x80) {
            return lead;
        }
        if (lead < 0xC2 || lead > 0xF4) {
            return INVALID;
        }
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        int code = lead & (0xFF >> (length + 1));
        for (int i = 1; i < length; i++) {
            if (at + i == to) {
                return CUT;
            }
            int next = bytes[at + i] & 0xFF;
            if ((next & 0xC0) != 0x80) {
                return INVALID;
            }
            code = (code << 6) | (next & 0x3F);
        }
        boolean overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
        return overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ? INVALID : code;
    }

    /** How a byte that is no character is shown: {@code \x9b}. Cheap, as whole files of such bytes are printed. */
    static String byteEscape(int value) {
        return "\\x" + HexFormat.of().toHexDigits((byte) value);
    }

    /** How a character up to U+FFFF that is not to do its work is shown: a backslash, {@code u} and four digits. */
    static String characterEscape(int code) {
        return "\\u" + HexFormat.of().toHexDigits((char) code);
    }

    /** Number of bytes of a character. */
    static int length(int code) {
        return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }

    /** Whether it is a control from U+0080 on. */
    static boolean isEightBitControl(int code) {
        return code >= 0x80 && code < 0xA0;
    }

    /** Whether it turns the direction of writing, or ends a line where UTF-8 has another sign for it. */
    static boolean turnsDirection(int code) {
        return code == 0x061C
                || code == 0x200E
                || code == 0x200F
                || (code >= 0x2028 && code <= 0x202E)
                || (code >= 0x2066 && code <= 0x206F);
    }

    /** Whether it is a blank that a reader of lines may skip at their beginning. */
    static boolean isBlank(int code) {
        return code == ' ' || code == '\t' || code == 0xA0 || (code > 0xA0 && Character.isSpaceChar(code));
    }
}
