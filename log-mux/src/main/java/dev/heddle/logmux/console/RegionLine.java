package dev.heddle.logmux.console;

/**
 * One line of the live region.
 *
 * @param text what can be read, without control characters
 * @param painted the same with colours, which end within the line
 */
record RegionLine(String text, String painted) {

    /** Colours of parts of a line, as parameters of an SGR sequence. */
    enum Style {
        PLAIN(""),
        BOLD("1"),
        DIM("2"),
        GOOD("32"),
        WARNING("33"),
        BAD("31"),
        BAD_BOLD("1;31"),
        NAME("36");

        private final String parameters;

        Style(String parameters) {
            this.parameters = parameters;
        }
    }

    /** Puts a line together; what does not fit any more is cut or left out. */
    static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder painted = new StringBuilder();
        private final boolean colors;
        private int left;

        Builder(int cells, boolean colors) {
            this.left = cells;
            this.colors = colors;
        }

        /** Adds a text, or as much of its beginning as fits. */
        Builder add(String part, Style style) {
            String shown = CellText.start(part, left);
            if (!shown.isEmpty()) {
                left -= CellText.width(shown);
                text.append(shown);
                boolean painting = colors && style != Style.PLAIN && !shown.isBlank();
                painted.append(painting ? "\u001b[" + style.parameters + "m" + shown + "\u001b[0m" : shown);
            }
            return this;
        }

        /** Adds a text behind two blanks if all of it fits. */
        Builder item(String part, Style style) {
            int gap = text.length() == 0 ? 0 : 2;
            if (CellText.width(part) + gap <= left) {
                add(" ".repeat(gap), Style.PLAIN).add(part, style);
            }
            return this;
        }

        /** Cells that are left. */
        int left() {
            return left;
        }

        RegionLine build() {
            return new RegionLine(text.toString(), painted.toString());
        }
    }
}
