package dev.heddle.store.open;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The encoding of characters in URIs (RFC 3986, section 2.1); a plus sign stands for itself, as for Nix. */
final class Percent {

    private static final String PLAIN = "/-._~:@!$'()*,;";
    private static final int HEX = 16;

    private Percent() {}

    static String encode(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (letterOrDigit || PLAIN.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append(String.format("%%%02X", (int) c));
            }
        }
        return out.toString();
    }

    /**
     * The text that {@link #encode} was given.
     *
     * @throws IllegalArgumentException if two hexadecimal digits are missing behind a percent sign
     */
    static String decode(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); ) {
            if (text.charAt(i) != '%') {
                int end = text.offsetByCodePoints(i, 1);
                out.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end;
                continue;
            }
            int high = i + 1 < text.length() ? Character.digit(text.charAt(i + 1), HEX) : -1;
            int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), HEX) : -1;
            if (high < 0 || low < 0) {
                throw new IllegalArgumentException(
                        "has a percent sign without two hexadecimal digits in '" + text + "'; the sign itself is %25");
            }
            out.write(high * HEX + low);
            i += 3;
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
