package dev.heddle.logmux.sink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The colours and attributes that one source has switched on, followed through its SGR sequences (ECMA-48, 8.3.117), and the
 * hyperlink it has opened.
 */
final class ColorState {

    private static final byte[] RESET = "\u001b[0m".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESET_WITH_LINK = "\u001b[0m\u001b]8;;\u001b\\".getBytes(StandardCharsets.US_ASCII);

    private static final int CONCEAL = 8;
    private static final int MOST_CODES = 16;

    /** The colour of the channel, which stands where the source has none of its own. */
    private @Nullable String paint;

    private int attributes;
    private @Nullable String foreground;
    private @Nullable String background;
    private @Nullable String underline;
    /** Whether something may be on that is not followed here, until everything is switched off. */
    private boolean unknown;
    /** The sequence that opened the link. */
    private byte @Nullable [] link;

    private boolean linked;

    boolean isDefault() {
        return isColorless() && link == null;
    }

    private boolean isColorless() {
        return paint == null
                && attributes == 0
                && foreground == null
                && background == null
                && underline == null
                && !unknown;
    }

    /** Puts a colour under those of the source, or none; whether that is a change. */
    boolean paint(@Nullable String sgr) {
        boolean changed = !Objects.equals(paint, sgr);
        paint = sgr;
        return changed;
    }

    boolean isPainted() {
        return paint != null;
    }

    /** The sequence that switches everything off. */
    byte[] close() {
        return linked ? RESET_WITH_LINK : RESET;
    }

    /** The sequence that switches everything on again, from a terminal that was reset. */
    byte[] open() {
        byte[] opened = link;
        byte[] colors = isColorless() ? new byte[0] : openColors();
        if (opened == null) {
            return colors;
        }
        byte[] both = Arrays.copyOf(colors, colors.length + opened.length);
        System.arraycopy(opened, 0, both, colors.length, opened.length);
        return both;
    }

    private byte[] openColors() {
        StringBuilder codes = new StringBuilder("\u001b[0");
        if (paint != null) {
            codes.append(';').append(paint);
        }
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

    /** Takes a whole sequence that opens or closes a hyperlink: {@code ESC ] 8 ; parameters ; address} and its end. */
    void link(byte[] sequence) {
        linked = true;
        int semicolons = 0;
        int at = 0;
        while (at < sequence.length && semicolons < 2) {
            semicolons += sequence[at++] == ';' ? 1 : 0;
        }
        boolean address = semicolons == 2 && sequence[at] > ' ';
        link = address ? sequence : null;
    }

    /** Whether a sequence with these parameters hides text. */
    static boolean conceals(String parameters) {
        if (parameters.indexOf('0' + CONCEAL) < 0) {
            return false;
        }
        String[] codes = parameters.split(";", -1);
        for (int i = 0; i < codes.length; i += partsAt(codes, i)) {
            if (codeAt(codes, i) == CONCEAL) {
                return true;
            }
        }
        return false;
    }

    /** Takes the parameters of a sequence: what stands between the bracket and the {@code m}. */
    void apply(String parameters) {
        String[] codes = parameters.split(";", -1);
        for (int i = 0; i < codes.length; i += partsAt(codes, i)) {
            int code = codeAt(codes, i);
            if (isColor(code)) {
                color(code, String.join(";", Arrays.copyOfRange(codes, i, i + partsAt(codes, i))));
            } else {
                simple(code, codes[i]);
            }
        }
        // Terminals leave out what is more than they have room for, at least 16, so that they may have missed a reset.
        unknown |= parameters.chars().filter(c -> c == ';' || c == ':').count() >= MOST_CODES;
    }

    private static int codeAt(String[] codes, int at) {
        int colon = codes[at].indexOf(':');
        return number(colon < 0 ? codes[at] : codes[at].substring(0, colon));
    }

    private static boolean isColor(int code) {
        return code == 38 || code == 48 || code == 58;
    }

    private static int partsAt(String[] codes, int at) {
        return isColor(codeAt(codes, at)) && codes[at].indexOf(':') < 0 ? colorParts(codes, at) : 1;
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
            unknown = false;
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
        } else {
            unknown = true;
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
