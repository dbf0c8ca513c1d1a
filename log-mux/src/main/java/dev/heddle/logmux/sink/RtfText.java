package dev.heddle.logmux.sink;

import java.nio.charset.StandardCharsets;

/**
 * Text with styles in the Rich Text Format (RTF 1.9.1), in bytes of ASCII: colours and attributes as character properties, every
 * character that could be part of the format escaped, every other beyond ASCII as <code>&#92;uN?</code>. Neither fields nor objects nor links
 * are made of anything.
 *
 * <p>Colours are those of xterm's table, as they are read on white paper; others become the nearest of it. Owned by one thread.
 */
final class RtfText {

    /** The text of the engine's own lines. */
    static final TextStyle HEAD = new TextStyle(8, TextStyle.NONE, TextStyle.BOLD, null);
    /** That of its lines about failures, and of errors. */
    static final TextStyle ERROR = new TextStyle(1, TextStyle.NONE, TextStyle.BOLD, null);

    private static final int WHITE = 15;
    private static final int BLACK = 0;
    private static final int DIM = 244;
    /** Tenths of the brightness from which on a colour cannot be read on white. */
    private static final int LIGHT = 2150;
    /** Tenths of the brightness by which text must differ from what is behind it. */
    private static final int CONTRAST = 1250;

    private static final int LEVELS = 6;
    private static final int FIRST_GREY = 232;

    /** The first 16 colours: dark enough for white paper. */
    private static final int[] COMMON = {
        0x000000, 0xA31515, 0x107C10, 0x7A5C00, 0x0451A5, 0x8A2A8A, 0x00707A, 0x6E6E6E,
        0x555555, 0xCD3131, 0x14A114, 0x9A7500, 0x0B6BD0, 0xB83DB8, 0x0598A5, 0xFFFFFF
    };

    /** What begins a document: the font and the table of colours. */
    static final byte[] HEADER = header();
    /** What ends one. */
    static final byte[] FOOTER = ascii("}\n");

    private final StringBuilder out = new StringBuilder(256);

    /** Begins a line. */
    RtfText beginLine() {
        out.setLength(0);
        out.append("\\pard\\plain\\f0\\fs18 ");
        return this;
    }

    /** Puts text on the line. */
    RtfText put(String text, TextStyle style) {
        out.append('{');
        style(style);
        for (int i = 0; i < text.length(); i++) {
            if (i > 0 && text.charAt(i) == ' ' && text.charAt(i - 1) == ' ') {
                // LibreOffice makes two spaces that stand together wider than two characters.
                out.append("{}");
            }
            character(text.charAt(i));
        }
        out.append('}');
        return this;
    }

    /** The line. */
    byte[] end() {
        return ascii(out.append("\\par\n").toString());
    }

    private void character(char c) {
        if (c == '\\' || c == '{' || c == '}') {
            out.append('\\').append(c);
        } else if (c == '\t') {
            out.append("\\tab ");
        } else if (c >= 0x20 && c < 0x7F) {
            out.append(c);
        } else if (c < 0x20 || c == 0x7F) {
            // Those who make the text have made controls visible; one that came here must not become part of the
            // format.
            out.append("\\u").append(c == 0x7F ? 0x2421 : 0x2400 + c).append('?');
        } else {
            // A number of 16 bits with a sign, as the format has it.
            out.append("\\u").append((short) c).append('?');
        }
    }

    private void style(TextStyle style) {
        int foreground = style.foreground();
        int background = style.background();
        if (style.has(TextStyle.INVERSE)) {
            int text = background == TextStyle.NONE ? WHITE : background;
            background = foreground == TextStyle.NONE ? BLACK : foreground;
            foreground = text;
        }
        if (foreground == TextStyle.NONE && style.has(TextStyle.DIM)) {
            foreground = DIM;
        }
        if (foreground != TextStyle.NONE && background == TextStyle.NONE && isLight(foreground)) {
            // White paper hides what a dark terminal shows.
            foreground = DIM;
        }
        if (background != TextStyle.NONE && foreground < COMMON.length && !canBeRead(foreground, background)) {
            // The common colours are darker here than where the job chose them; others are as it wanted them.
            foreground = brightness(background) > CONTRAST ? BLACK : WHITE;
        }
        control(style, TextStyle.BOLD, "\\b");
        control(style, TextStyle.ITALIC, "\\i");
        control(style, TextStyle.UNDERLINE, "\\ul");
        control(style, TextStyle.STRIKE, "\\strike");
        if (foreground != TextStyle.NONE) {
            out.append("\\cf").append(index(foreground));
        }
        if (background != TextStyle.NONE) {
            // Word reads the one, LibreOffice the other.
            out.append("\\chshdng0\\chcbpat")
                    .append(index(background))
                    .append("\\cb")
                    .append(index(background));
        }
        if (out.charAt(out.length() - 1) != '{') {
            // Ends the last control word; without one it would be text.
            out.append(' ');
        }
    }

    private static boolean isLight(int color) {
        return brightness(color) > LIGHT;
    }

    private static boolean canBeRead(int foreground, int background) {
        int text = foreground == TextStyle.NONE ? BLACK : foreground;
        return Math.abs(brightness(text) - brightness(background)) > CONTRAST;
    }

    // In tenths, up to 2,550.
    private static int brightness(int color) {
        int rgb = (color & TextStyle.RGB) == 0 ? table(color) : color;
        return (rgb >> 16 & 0xFF) * 2 + (rgb >> 8 & 0xFF) * 7 + (rgb & 0xFF);
    }

    private void control(TextStyle style, int attribute, String word) {
        if (style.has(attribute)) {
            out.append(word);
        }
    }

    // Entry 0 of the table is the reader's own colour.
    private static int index(int color) {
        return 1 + ((color & TextStyle.RGB) == 0 ? color : nearest(color & 0xFFFFFF));
    }

    private static int nearest(int rgb) {
        int best = 16;
        for (int i = 16; i < 256; i++) {
            if (distance(table(i), rgb) < distance(table(best), rgb)) {
                best = i;
            }
        }
        return best;
    }

    private static int distance(int one, int other) {
        int sum = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            int difference = (one >> shift & 0xFF) - (other >> shift & 0xFF);
            sum += difference * difference;
        }
        return sum;
    }

    // xterm's table of 256 colours: 16 of its own, a cube of 6 levels, 24 greys.
    private static int table(int index) {
        if (index < 16) {
            return COMMON[index];
        }
        if (index >= FIRST_GREY) {
            return 0x010101 * (8 + 10 * (index - FIRST_GREY));
        }
        int cube = index - 16;
        return level(cube / (LEVELS * LEVELS)) << 16 | level(cube / LEVELS % LEVELS) << 8 | level(cube % LEVELS);
    }

    private static int level(int step) {
        return step == 0 ? 0 : 55 + 40 * step;
    }

    private static byte[] header() {
        StringBuilder text = new StringBuilder("{\\rtf1\\ansi\\ansicpg1252\\deff0\\uc1\n")
                .append("{\\fonttbl{\\f0\\fmodern\\fprq1 DejaVu Sans Mono;}}\n{\\colortbl;");
        for (int i = 0; i < 256; i++) {
            int rgb = table(i);
            text.append("\\red").append(rgb >> 16).append("\\green").append(rgb >> 8 & 0xFF);
            text.append("\\blue").append(rgb & 0xFF).append(";\n");
        }
        return ascii(text.append("}\n\\paperw11906\\paperh16838\\margl850\\margr850\\margt850\\margb850\n")
                .toString());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
