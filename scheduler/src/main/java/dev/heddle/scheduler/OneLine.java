package dev.heddle.scheduler;

import java.util.Locale;

/** Texts of others, such as names of tasks, in messages of one line. */
final class OneLine {

    private OneLine() {}

    /** The text with control characters and ends of lines as {@code \\uHHHH}. */
    static String of(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(code -> {
            if (Character.isISOControl(code) || code == 0x2028 || code == 0x2029) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", code));
            } else {
                shown.appendCodePoint(code);
            }
        });
        return shown.toString();
    }
}
