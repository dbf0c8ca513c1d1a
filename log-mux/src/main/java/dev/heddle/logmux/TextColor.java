package dev.heddle.logmux;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A colour of text on a terminal: one of the sixteen that every terminal has, bright or dim, and what is behind it. Immutable.
 *
 * @param foreground 0 to 15, or -1 for the terminal's own
 * @param background 0 to 15, or -1 for the terminal's own
 * @param weight whether the text is bright, dim or neither
 */
public record TextColor(int foreground, int background, Weight weight) {

    /** How strong the text is. */
    public enum Weight {
        /** As usual. */
        NORMAL,
        /** Bold, or brighter. */
        BRIGHT,
        /** Fainter. */
        DIM
    }

    /** The terminal's own. */
    public static final TextColor DEFAULT = new TextColor(-1, -1, Weight.NORMAL);

    private static final List<String> NAMES =
            List.of("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white");

    /** Checks the ranges. */
    public TextColor {
        if (foreground < -1 || foreground > 15 || background < -1 || background > 15) {
            throw new IllegalArgumentException(
                    "colours are numbered from 0 to 15, not " + foreground + " on " + background);
        }
    }

    /**
     * Reads {@code [bright|dim] [FG][:BG]}: each a number from 0 to 15, a name, or {@code default}; parts may be joined by a blank or
     * a hyphen. {@code red}, {@code bright-red}, {@code dim}, {@code 9}, {@code white:red}.
     *
     * @throws IllegalArgumentException if it is no colour; the message lists the names
     */
    public static TextColor parse(String text) {
        String rest = text.strip().toLowerCase(Locale.ROOT);
        Weight weight = Weight.NORMAL;
        for (String word : List.of("bright", "bold", "dim")) {
            if (rest.equals(word)
                    || rest.startsWith(word + "-")
                    || rest.startsWith(word + " ")
                    || rest.startsWith(word + ":")) {
                weight = word.equals("dim") ? Weight.DIM : Weight.BRIGHT;
                rest = rest.substring(word.length());
                rest = rest.startsWith("-") || rest.startsWith(" ") ? rest.substring(1) : rest;
                if (rest.isEmpty()) {
                    return new TextColor(-1, -1, weight);
                }
                break;
            }
        }
        int colon = rest.indexOf(':');
        int foreground = colon == 0 ? -1 : number(colon < 0 ? rest : rest.substring(0, colon), text);
        int background = colon < 0 ? -1 : number(rest.substring(colon + 1), text);
        return new TextColor(foreground, background, weight);
    }

    private static int number(String word, String text) {
        int named = NAMES.indexOf(word);
        if (named >= 0 || word.equals("default")) {
            return named;
        }
        if (word.equals("gray") || word.equals("grey")) {
            return 8;
        }
        if (word.matches("\\d{1,2}") && Integer.parseInt(word) <= 15) {
            return Integer.parseInt(word);
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no colour: write [bright-|dim-]COLOR[:BACKGROUND], each a "
                        + "number from 0 to 15 or one of " + String.join(", ", NAMES) + ", gray, default");
    }

    /** The parameters of the SGR sequence (ECMA-48, 8.3.117) that switches it on, or null if it is the terminal's own. */
    public @Nullable String sgr() {
        StringBuilder codes = new StringBuilder();
        if (weight != Weight.NORMAL) {
            codes.append(weight == Weight.BRIGHT ? "1" : "2");
        }
        append(codes, foreground, 30, 90);
        append(codes, background, 40, 100);
        return codes.isEmpty() ? null : codes.toString();
    }

    private static void append(StringBuilder codes, int color, int normal, int light) {
        if (color >= 0) {
            codes.append(codes.isEmpty() ? "" : ";").append(color < 8 ? normal + color : light + color - 8);
        }
    }
}
