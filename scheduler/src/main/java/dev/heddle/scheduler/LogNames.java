package dev.heddle.scheduler;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names in lines that are split at blanks and at other characters. A byte that would be taken for something else is written as
 * {@code %} and two hexadecimal digits, as in addresses of the web; package paths stay as they are.
 */
final class LogNames {

    private static final String HEX = "0123456789ABCDEF";

    private LogNames() {}

    /**
     * Writes a name as ASCII.
     *
     * @param special characters besides blanks, controls and {@code %} that are not to stand for themselves
     */
    static String escape(String name, String special) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        StringBuilder text = null;
        for (int i = 0; i < bytes.length; i++) {
            int value = bytes[i] & 0xff;
            boolean plain = value > ' ' && value < 0x7f && value != '%' && special.indexOf(value) < 0;
            if (!plain && text == null) {
                text = new StringBuilder(name.substring(0, i)); // Up to here all was ASCII.
            }
            if (text != null) {
                if (plain) {
                    text.append((char) value);
                } else {
                    text.append('%').append(HEX.charAt(value >> 4)).append(HEX.charAt(value & 15));
                }
            }
        }
        return text == null ? name : text.toString();
    }

    /** The bytes, a char for each, that a word stands for; null if a {@code %} stands alone. */
    static @Nullable String unescape(String word) {
        if (word.indexOf('%') < 0) {
            return word;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '%') {
                int high = i + 2 < word.length() ? Character.digit(word.charAt(i + 1), 16) : -1;
                int low = i + 2 < word.length() ? Character.digit(word.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                c = (char) (high << 4 | low);
                i += 2;
            }
            text.append(c);
        }
        return text.toString();
    }
}
