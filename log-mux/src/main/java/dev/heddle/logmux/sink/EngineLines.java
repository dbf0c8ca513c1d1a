package dev.heddle.logmux.sink;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * How the engine's own lines look in plain text: they begin with two box-drawing lines. A line of a job that begins with such
 * a character, or with one that looks like it, gets a backslash before it.
 */
final class EngineLines {

    static final String START = "\u2500\u2500 ";
    static final byte[] LEAD = START.getBytes(StandardCharsets.UTF_8);
    /** Stands where a line was closed before its end, and where it goes on. */
    static final byte[] MARK = "\u2026".getBytes(StandardCharsets.UTF_8);

    static final int MARK_CODE = 0x2026;

    private EngineLines() {}

    /** Whether a line of a job that begins with this character could pass for one of the engine's. */
    static boolean isLead(int code) {
        return (code >= 0x2010 && code <= 0x2015)
                || code == 0x2026
                || code == 0x2212
                || (code >= 0x2500 && code <= 0x257F)
                || code == 0x30FC
                || code == 0x4E00
                || code == 0xFE58
                || code == 0xFF0D
                || (code >= 0x23AF && code <= 0x23BD);
    }

    /** What stands in ASCII for a character that {@link #isLead}, or for a bracket: as wide, and drawn much like it. */
    static String inAscii(int lead) {
        return switch (lead) {
            case '[' -> "(";
            case 0xFE58, 0xFF0D -> "--";
            case 0x2026 -> ".";
            case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551 -> "|";
            case 0x2575, 0x2577, 0x2579, 0x257B, 0x257D, 0x257F -> "|";
            default -> isCorner(lead) ? "+" : "-";
        };
    }

    private static boolean isCorner(int code) {
        return (code >= 0x250C && code <= 0x254B) || (code >= 0x2552 && code <= 0x2573);
    }

    /** Whether the character takes no room, so that the one behind it looks as if it were the first. */
    static boolean isInvisible(int code) {
        int type = Character.getType(code);
        return type == Character.FORMAT
                || type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || code == 0x115F
                || code == 0x1160
                || code == 0x3164
                || code == 0xFFA0;
    }

    /** A number of bytes for people. */
    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        double kibibytes = bytes / 1024.0;
        return kibibytes < 1024
                ? String.format(Locale.ROOT, "%.1f KiB", kibibytes)
                : String.format(Locale.ROOT, "%.1f MiB", kibibytes / 1024);
    }

    /** A name as a shell takes it for one word. */
    static String word(String text) {
        boolean plain =
                text.chars().allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || "._/+-:@%,=".indexOf(c) >= 0));
        return plain && !text.isEmpty() && !text.startsWith("-")
                ? text
                : "'" + name(text).replace("'", "'\\''") + "'";
    }

    /** A name as it may stand in a line of the engine's: every character that is no sign to look at is made visible. */
    static String name(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(code -> {
            boolean plain = code >= 0x20
                    && code != 0x7F
                    && Character.isDefined(code)
                    && !Character.isISOControl(code)
                    && Character.getType(code) != Character.FORMAT
                    && Character.getType(code) != Character.SURROGATE
                    && code != 0x2028
                    && code != 0x2029;
            if (plain) {
                shown.appendCodePoint(code);
            } else {
                shown.append(String.format("\\u%04x", code));
            }
        });
        return shown.toString();
    }
}
