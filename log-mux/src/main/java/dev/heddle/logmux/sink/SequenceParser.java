package dev.heddle.logmux.sink;

import java.nio.charset.StandardCharsets;

/**
 * Finds the end of a control sequence and what it does (ECMA-48, xterm's list of sequences). Takes nothing for a sequence that
 * is longer than {@value #LONGEST} bytes or has a control or a byte in it that does not belong there. Owned by one thread.
 */
final class SequenceParser {

    /** Longest sequence in bytes. */
    static final int LONGEST = 256;
    /** What {@link #parse} gives for the beginning of a sequence that may go on. */
    static final int CUT = -1;
    /** What {@link #parse} gives for something that is no sequence. */
    static final int NONE = -2;

    private static final int ESC = 0x1B;
    private static final int BEL = 0x07;

    private ControlCategory category = ControlCategory.OTHER;

    /** What the sequence does that was found last. */
    ControlCategory category() {
        return category;
    }

    /** Index behind the sequence whose escape character stands at {@code at}, or {@link #CUT}, or {@link #NONE}. */
    int parse(byte[] bytes, int at, int to) {
        int limit = Math.min(to, at + LONGEST);
        int end = limit - at < 2 ? CUT : kind(bytes, at, limit);
        return end == CUT && limit - at == LONGEST ? NONE : end;
    }

    /**
     * Whether a sequence erases the line from the cursor on: gcc puts one behind every colour. Where text is only added, nothing is
     * right of the place where it is, so there is nothing to erase.
     */
    static boolean erasesToEnd(byte[] bytes, int at, int end) {
        return bytes[at + 1] == '['
                && bytes[end - 1] == 'K'
                && (end == at + 3 || (end == at + 4 && bytes[at + 2] == '0'));
    }

    private int kind(byte[] bytes, int at, int limit) {
        return switch (bytes[at + 1]) {
            case '[' -> csi(bytes, at, limit);
            case ']' -> {
                int end = string(bytes, at, limit, true);
                category = end > 0 ? command(bytes, at + 2, end) : category;
                yield end;
            }
            case 'P', 'X', '^', '_' -> {
                category = ControlCategory.DEVICE_STRING;
                yield string(bytes, at, limit, false);
            }
            default -> escape(bytes, at, limit);
        };
    }

    private int csi(byte[] bytes, int at, int limit) {
        int i = at + 2;
        while (i < limit && bytes[i] >= 0x30 && bytes[i] <= 0x3F) {
            i++;
        }
        int intermediate = i;
        while (i < limit && bytes[i] >= 0x20 && bytes[i] <= 0x2F) {
            i++;
        }
        if (i == limit) {
            return CUT;
        }
        if (bytes[i] < 0x40 || bytes[i] == 0x7F) {
            return NONE;
        }
        int first = bytes[at + 2];
        if (i > intermediate) {
            category = withIntermediate(bytes[i]);
        } else if (hasStrayPrefix(bytes, at + 3, i)) {
            category = ControlCategory.OTHER;
        } else if (first >= '<' && first <= '?') {
            category = privateCsi(first, bytes[i]);
        } else {
            category = standardCsi(bytes[i]);
        }
        return i + 1;
    }

    // The characters of private sequences have a meaning at the beginning alone.
    private static boolean hasStrayPrefix(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] >= '<' && bytes[i] <= '?') {
                return true;
            }
        }
        return false;
    }

    private static ControlCategory standardCsi(int last) {
        return switch (last) {
            case 'm' -> ControlCategory.COLOR;
            case 'K', 'X', 'P', '@' -> ControlCategory.ERASE_IN_LINE;
            case 'C', 'D', 'G', 'I', 'Z', '`', 'a', 'j' -> ControlCategory.CURSOR_IN_LINE;
            case 'A', 'B', 'E', 'F', 'H', 'L', 'M', 'S', 'T', 'd', 'e', 'f', 'k', 'r', 's', 'u' ->
                ControlCategory.CURSOR;
            case 'J' -> ControlCategory.ERASE_SCREEN;
            case 'c', 'n', 't', 'x' -> ControlCategory.DEVICE_QUERY;
            case 'g', 'h', 'l' -> ControlCategory.MODE;
            default -> ControlCategory.OTHER;
        };
    }

    private static ControlCategory privateCsi(int prefix, int last) {
        return switch (last) {
            case 'J' -> ControlCategory.ERASE_SCREEN;
            case 'K' -> ControlCategory.ERASE_IN_LINE;
            case 'c', 'n' -> ControlCategory.DEVICE_QUERY;
            case 'S', 'm', 'u' -> prefix == '?' ? ControlCategory.DEVICE_QUERY : ControlCategory.MODE;
            case 'q' -> prefix == '>' ? ControlCategory.DEVICE_QUERY : ControlCategory.MODE;
            case 'h', 'l', 'p', 'r', 's', 't' -> ControlCategory.MODE;
            default -> ControlCategory.OTHER;
        };
    }

    // The questions for modes, settings and checksums; the orders that fill, copy or erase rectangles.
    private static ControlCategory withIntermediate(int last) {
        return switch (last) {
            case 'u', 'w', 'y', '|' -> ControlCategory.DEVICE_QUERY;
            case 'r', 't', 'v', 'x', 'z', '{' -> ControlCategory.ERASE_SCREEN;
            case 'p' -> ControlCategory.DEVICE_QUERY;
            case 'q' -> ControlCategory.MODE;
            default -> ControlCategory.OTHER;
        };
    }

    private int escape(byte[] bytes, int at, int limit) {
        int i = at + 1;
        while (i < limit && bytes[i] >= 0x20 && bytes[i] <= 0x2F) {
            i++;
        }
        if (i == limit) {
            return CUT;
        }
        int last = bytes[i];
        if (last < 0x30 || last == 0x7F) {
            return NONE;
        }
        if (i > at + 1) {
            category = bytes[at + 1] == '#' ? ControlCategory.ERASE_SCREEN : ControlCategory.MODE;
        } else {
            category = switch (last) {
                case '7', '8', 'D', 'E', 'M' -> ControlCategory.CURSOR;
                case 'Z' -> ControlCategory.DEVICE_QUERY;
                case 'H', 'N', 'O', 'c', 'n', 'o', '=', '>', '|', '}', '~' -> ControlCategory.MODE;
                default -> ControlCategory.OTHER;
            };
        }
        return i + 1;
    }

    // A string ends with ESC \, and an operating system command with BEL as well.
    private static int string(byte[] bytes, int at, int limit, boolean bell) {
        int i = at + 2;
        while (i < limit) {
            int b = bytes[i];
            if (b == BEL && bell) {
                return i + 1;
            }
            if (b == ESC) {
                return i + 1 == limit ? CUT : bytes[i + 1] == '\\' ? i + 2 : NONE;
            }
            int code = b >= ' ' && b < 0x7F ? b : b >= 0 ? Characters.INVALID : Characters.decode(bytes, i, limit);
            if (code == Characters.CUT) {
                return CUT;
            }
            if (code < 0 || Characters.isEightBitControl(code) || Characters.turnsDirection(code)) {
                return NONE;
            }
            i += Characters.length(code);
        }
        return CUT;
    }

    private static ControlCategory command(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
            i++;
        }
        String number = new String(bytes, from, i - from, StandardCharsets.US_ASCII);
        return switch (number) {
            case "0", "1", "2" -> ControlCategory.TITLE;
            case "8" -> isLink(bytes, i, end) ? ControlCategory.HYPERLINK : ControlCategory.MALFORMED;
            case "9", "99", "777" -> ControlCategory.NOTIFICATION;
            case "52" -> ControlCategory.CLIPBOARD;
            default -> asks(bytes, i, end) ? ControlCategory.DEVICE_QUERY : ControlCategory.OTHER;
        };
    }

    // Parameters and an address, either of which may be empty.
    private static boolean isLink(byte[] bytes, int from, int end) {
        int semicolons = 0;
        for (int i = from; i < end; i++) {
            semicolons += bytes[i] == ';' ? 1 : 0;
        }
        return semicolons >= 2;
    }

    private static boolean asks(byte[] bytes, int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] == '?') {
                return true;
            }
        }
        return false;
    }
}
