package dev.heddle.samples.cli;

/** Makes text from outside safe to show on one line of a terminal. */
public final class Printable {

    private static final int LONGEST = 2000;

    private Printable() {}

    /** The text with line ends kept and every other control character shown as an escape, cut when very long. */
    public static String line(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST) + 16);
        for (int i = 0; i < text.length(); i++) {
            if (shown.length() >= LONGEST) {
                return shown.append("... (")
                        .append(text.length())
                        .append(" characters)")
                        .toString();
            }
            append(text.charAt(i), shown);
        }
        return shown.toString();
    }

    /** The text as {@link #line} gives it, however long it is. */
    public static String whole(String text) {
        StringBuilder shown = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            append(text.charAt(i), shown);
        }
        return shown.toString();
    }

    private static void append(char c, StringBuilder shown) {
        if (c == '\n' || c == '\t' || !(Character.isISOControl(c) || isBidi(c))) {
            shown.append(c);
        } else {
            shown.append(String.format("\\u%04x", (int) c));
        }
    }

    /** The text as {@link #line} gives it, on one line: line ends and tabs are escapes too. */
    public static String oneLine(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(code -> {
            if (code == '\n' || code == '\t' || code == 0x2028 || code == 0x2029) {
                shown.append(String.format("\\u%04x", code));
            } else {
                shown.appendCodePoint(code);
            }
        });
        return line(shown.toString());
    }

    // Characters that make a terminal show text in another order than it is in.
    private static boolean isBidi(char c) {
        return (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
    }
}
