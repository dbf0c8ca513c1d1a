package dev.heddle.logmux.console;

/**
 * Text by the cells it takes on a terminal. Widths are an upper bound: terminals disagree about emoji and what joins them, and
 * a line that is counted too wide leaves a gap, while one that is counted too narrow wraps and spoils the screen.
 *
 * <p>Wide characters are those that Unicode 15.1 gives the East Asian width W or F, with the gaps between blocks of emoji
 * counted wide as well, and the regional indicators of flags.
 */
final class CellText {

    /** First and last code point of each range of wide characters, ascending. */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3, 0x25FD, 0x25FE,
        0x2614, 0x2615, 0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE,
        0x26C4, 0x26C5, 0x26CE, 0x26CE, 0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA,
        0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B, 0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755,
        0x2757, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27B0, 0x27BF, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55,
        0x2E80, 0x303E, 0x3041, 0x4DBF, 0x4E00, 0xA4C6, 0xA960, 0xA97C, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19,
        0xFE30, 0xFE6B, 0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18D08, 0x1AFF0, 0x1B2FB, 0x1F004, 0x1F004, 0x1F0CF,
        0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F1E6, 0x1F265, 0x1F300, 0x1F64F, 0x1F680, 0x1F6FF, 0x1F7E0,
        0x1F7F0, 0x1F900, 0x1FAFF, 0x20000, 0x3FFFD
    };

    static final char ELLIPSIS = '\u2026';
    private static final char UNKNOWN = '\uFFFD';

    private CellText() {}

    /** Cells of a character: 0, 1 or 2. Control characters are not for a line and count 1. */
    static int width(int code) {
        if (code < 0x300) {
            return 1;
        }
        int type = Character.getType(code);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        int low = 0;
        int high = WIDE.length / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (code < WIDE[2 * middle]) {
                high = middle - 1;
            } else if (code > WIDE[2 * middle + 1]) {
                low = middle + 1;
            } else {
                return 2;
            }
        }
        return 1;
    }

    /** Cells of a text without control characters. */
    static int width(String text) {
        int cells = 0;
        for (int i = 0, code; i < text.length(); i += Character.charCount(code)) {
            code = text.codePointAt(i);
            cells += width(code);
        }
        return cells;
    }

    /**
     * A text as it may stand in a line: a tab is a blank, other control characters and what is no character are replaced, and
     * characters that cannot be seen but change how others look (joiners, variation selectors, direction marks) are left out.
     */
    static String visible(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0, code; i < text.length(); i += Character.charCount(code)) {
            code = text.codePointAt(i);
            if (code >= 0x20 && code < 0x7F) {
                shown.append((char) code);
                continue;
            }
            int type = Character.getType(code);
            boolean hidden = type == Character.FORMAT || (code >= 0xFE00 && code <= 0xFE0F);
            if (code == '\t') {
                shown.append(' ');
            } else if (type == Character.CONTROL
                    || type == Character.SURROGATE
                    || type == Character.UNASSIGNED
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                shown.append(UNKNOWN);
            } else if (!hidden) {
                shown.appendCodePoint(code);
            }
        }
        return shown.toString();
    }

    /** The beginning of a text, with an ellipsis if it takes more than so many cells. */
    static String start(String text, int cells) {
        if (width(text) <= cells) {
            return text;
        }
        if (cells <= 0) {
            return "";
        }
        int used = 0;
        int end = 0;
        while (end < text.length()) {
            int code = text.codePointAt(end);
            used += width(code);
            if (used > cells - 1) {
                break;
            }
            end += Character.charCount(code);
        }
        return text.substring(0, end) + ELLIPSIS;
    }

    /** The end of a text, with an ellipsis before it if it takes more than so many cells. */
    static String end(String text, int cells) {
        if (width(text) <= cells) {
            return text;
        }
        if (cells <= 0) {
            return "";
        }
        int used = 0;
        int from = text.length();
        int found = from;
        while (from > 0) {
            int code = text.codePointBefore(from);
            used += width(code);
            if (used > cells - 1) {
                break;
            }
            from -= Character.charCount(code);
            if (width(code) > 0) {
                // A mark without what it stands on would fall on the ellipsis.
                found = from;
            }
        }
        return ELLIPSIS + text.substring(found);
    }

    /** What is left of a text without its first cells. */
    static String without(String text, int cells) {
        int used = 0;
        int from = 0;
        while (from < text.length() && used < cells) {
            int code = text.codePointAt(from);
            used += width(code);
            from += Character.charCount(code);
        }
        return text.substring(from);
    }

    /** The text with blanks behind it up to a width. */
    static String padded(String text, int cells) {
        return text + " ".repeat(Math.max(0, cells - width(text)));
    }

    /** The text with blanks before it up to a width. */
    static String right(String text, int cells) {
        return " ".repeat(Math.max(0, cells - width(text))) + text;
    }
}
