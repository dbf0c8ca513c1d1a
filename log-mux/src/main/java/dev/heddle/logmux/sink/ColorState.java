package dev.heddle.logmux.sink;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The colours and attributes that one source has switched on, followed through its SGR sequences (ECMA-48, 8.3.117). */
final class ColorState {

    static final byte[] RESET = "\u001b[0m".getBytes(StandardCharsets.US_ASCII);

    private int attributes;
    private @Nullable String foreground;
    private @Nullable String background;
    private @Nullable String underline;

    boolean isDefault() {
        return attributes == 0 && foreground == null && background == null && underline == null;
    }

    /** The sequence that switches everything on again, from a terminal that was reset. */
    byte[] open() {
        StringBuilder codes = new StringBuilder("\u001b[0");
        for (int code = 1; code <= 9; code++) {
            if ((attributes & 1 << code) != 0) {
                codes.append(';').append(code);
            }
        }
        for (String color : new @Nullable String[] {foreground, background, underline}) {
            if (color != null) {
                codes.append(';').append(color);
            }
        }
        return codes.append('m').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes the parameters of a sequence: what stands between the bracket and the {@code m}. */
    void apply(String parameters) {
        String[] codes = parameters.split(";", -1);
        for (int i = 0; i < codes.length; i++) {
            int colon = codes[i].indexOf(':');
            int code = number(colon < 0 ? codes[i] : codes[i].substring(0, colon));
            if (code == 38 || code == 48 || code == 58) {
                int parts = colon >= 0 ? 1 : colorParts(codes, i);
                color(code, String.join(";", java.util.Arrays.copyOfRange(codes, i, i + parts)));
                i += parts - 1;
            } else {
                simple(code, codes[i]);
            }
        }
    }

    private static int colorParts(String[] codes, int at) {
        int kind = at + 1 < codes.length ? number(codes[at + 1]) : -1;
        int wanted = kind == 5 ? 3 : kind == 2 ? 5 : 1;
        return Math.min(wanted, codes.length - at);
    }

    private void color(int code, String sequence) {
        switch (code) {
            case 38 -> foreground = sequence;
            case 48 -> background = sequence;
            default -> underline = sequence;
        }
    }

    private void simple(int code, String text) {
        if (code == 0) {
            attributes = 0;
            foreground = null;
            background = null;
            underline = null;
        } else if (code >= 1 && code <= 9) {
            attributes |= 1 << code;
        } else if (code == 21) {
            attributes |= 1 << 4;
        } else if (code == 22) {
            attributes &= ~((1 << 1) | (1 << 2));
        } else if (code >= 23 && code <= 29) {
            attributes &= ~((1 << (code - 20)) | (code == 25 ? 1 << 6 : 0));
        } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
            foreground = text;
        } else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) {
            background = text;
        } else if (code == 39) {
            foreground = null;
        } else if (code == 49) {
            background = null;
        } else if (code == 59) {
            underline = null;
        }
    }

    // An empty parameter is 0; a number too long to mean anything is -1.
    private static int number(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        return text.length() > 4 ? -1 : Integer.parseInt(text);
    }
}
