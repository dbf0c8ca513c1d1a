package dev.heddle.logmux.sink;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How text looks: what SGR sequences (ECMA-48, 8.3.117; the colours of ISO 8613-6) and hyperlinks (OSC 8) have switched on.
 * Immutable.
 *
 * <p>A colour is {@value #NONE} for the reader's own, 0 to 255 for one of xterm's table, or {@link #RGB} with a red, a green
 * and a blue byte below.
 *
 * @param foreground colour of the text
 * @param background colour behind it
 * @param attributes bits of {@link #BOLD} and the like
 * @param link an {@code http} or {@code https} address in visible ASCII without quotes or angle brackets, or null
 */
record TextStyle(
        int foreground,
        int background,
        int attributes,
        @Nullable String link) {

    /** The reader's own colour. */
    static final int NONE = -1;
    /** Set in colours that are not of the table. */
    static final int RGB = 1 << 24;

    static final int BOLD = 1;
    static final int DIM = 1 << 1;
    static final int ITALIC = 1 << 2;
    static final int UNDERLINE = 1 << 3;
    /** Text and background change places. */
    static final int INVERSE = 1 << 4;

    static final int STRIKE = 1 << 5;

    /** Text as the reader has it. */
    static final TextStyle PLAIN = new TextStyle(NONE, NONE, 0, null);

    private static final int LONGEST_NUMBER = 5;

    boolean has(int attribute) {
        return (attributes & attribute) != 0;
    }

    TextStyle withLink(@Nullable String address) {
        return new TextStyle(foreground, background, attributes, address);
    }

    // Those that the compiler makes for a record take long until the optimising compiler has come.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TextStyle style
                && foreground == style.foreground
                && background == style.background
                && attributes == style.attributes
                && Objects.equals(link, style.link);
    }

    @Override
    public int hashCode() {
        return ((foreground * 31 + background) * 31 + attributes) * 31 + Objects.hashCode(link);
    }

    /** The style behind a sequence with these parameters: what stands between the bracket and the {@code m}. */
    TextStyle after(String parameters) {
        TextStyle style = this;
        int from = 0;
        int code = 0;
        // Nearly all have nothing but a few small numbers.
        for (int i = 0; i < parameters.length(); i++) {
            int c = parameters.charAt(i);
            if (c == ';') {
                style = style.after(code);
                code = 0;
                from = i + 1;
            } else if (c >= '0' && c <= '9' && i - from < 3) {
                code = code * 10 + c - '0';
            } else {
                return afterAny(parameters);
            }
            if (code == 38 || code == 48 || code == 58) {
                return afterAny(parameters);
            }
        }
        return style.after(code);
    }

    private TextStyle afterAny(String parameters) {
        TextStyle style = this;
        String[] codes = parameters.split(";", -1);
        int at = 0;
        while (at < codes.length) {
            String[] parts = codes[at].split(":", -1);
            int code = number(parts[0]);
            if (code == 38 || code == 48 || code == 58) {
                boolean joined = parts.length > 1;
                int color = joined ? color(parts, 1, parts.length > 5 ? 3 : 2) : color(codes, at + 1, at + 2);
                style = style.colored(code, color);
                at += joined ? 1 : 1 + colorParts(codes, at + 1);
            } else {
                style = code == 4 && parts.length > 1
                        ? style.with(UNDERLINE, number(parts[1]) > 0)
                        : parts.length > 1 ? style : style.after(code);
                at++;
            }
        }
        return style;
    }

    private TextStyle after(int code) {
        if (code >= 30 && code <= 37) {
            return colored(38, code - 30);
        }
        if (code >= 40 && code <= 47) {
            return colored(48, code - 40);
        }
        if (code >= 90 && code <= 97) {
            return colored(38, code - 90 + 8);
        }
        if (code >= 100 && code <= 107) {
            return colored(48, code - 100 + 8);
        }
        return switch (code) {
            case 0 -> PLAIN.withLink(link);
            case 1 -> with(BOLD, true);
            case 2 -> with(DIM, true);
            case 3 -> with(ITALIC, true);
            case 4, 21 -> with(UNDERLINE, true);
            case 7 -> with(INVERSE, true);
            case 9 -> with(STRIKE, true);
            case 22 -> with(BOLD | DIM, false);
            case 23 -> with(ITALIC, false);
            case 24 -> with(UNDERLINE, false);
            case 27 -> with(INVERSE, false);
            case 29 -> with(STRIKE, false);
            case 39 -> new TextStyle(NONE, background, attributes, link);
            case 49 -> new TextStyle(foreground, NONE, attributes, link);
            default -> this;
        };
    }

    private TextStyle with(int bits, boolean on) {
        return new TextStyle(foreground, background, on ? attributes | bits : attributes & ~bits, link);
    }

    // The colour of underlines, 58, is left out.
    private TextStyle colored(int code, int color) {
        if (color == NONE || code == 58) {
            return this;
        }
        return code == 38
                ? new TextStyle(color, background, attributes, link)
                : new TextStyle(foreground, color, attributes, link);
    }

    // How many parameters behind 38 belong to it.
    private static int colorParts(String[] codes, int kindAt) {
        int kind = kindAt < codes.length ? number(codes[kindAt]) : -1;
        return Math.min(kind == 5 ? 2 : kind == 2 ? 4 : 0, codes.length - kindAt);
    }

    private static int color(String[] parts, int kindAt, int rgbAt) {
        int kind = kindAt < parts.length ? number(parts[kindAt]) : -1;
        if (kind == 5 && kindAt + 1 < parts.length) {
            int index = number(parts[kindAt + 1]);
            return index >= 0 && index <= 255 ? index : NONE;
        }
        if (kind != 2 || rgbAt + 3 > parts.length) {
            return NONE;
        }
        int rgb = 0;
        for (int i = rgbAt; i < rgbAt + 3; i++) {
            int part = number(parts[i]);
            if (part < 0 || part > 255) {
                return NONE;
            }
            rgb = rgb << 8 | part;
        }
        return RGB | rgb;
    }

    // An empty parameter is 0; what is no number, or too long to mean anything, is -1.
    private static int number(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        if (text.length() > LONGEST_NUMBER) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
