package dev.heddle.logmux.console;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Makes lines of what one job says, without control sequences and as they look when they are done: what a carriage return or a
 * backspace has taken back is gone. Takes any bytes. Holds one line. Owned by one thread.
 */
final class PlainLines {

    private enum State {
        TEXT,
        ESCAPE,
        CSI,
        STRING,
        STRING_ESCAPE
    }

    private final Consumer<String> lines;
    private final byte[] line;
    private int length;
    private boolean cut;
    private boolean returned;
    private State state = State.TEXT;

    /**
     * Begins before a line.
     *
     * @param mostBytes longest beginning of a line that is kept; what stands behind is left out, and an ellipsis tells it
     * @param lines takes each line that has ended
     */
    PlainLines(int mostBytes, Consumer<String> lines) {
        this.line = new byte[mostBytes];
        this.lines = lines;
    }

    /** Begins anew, as before a line. */
    void reset() {
        length = 0;
        cut = false;
        returned = false;
        state = State.TEXT;
    }

    void take(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            take(bytes[i]);
        }
    }

    // A line feed ends the line wherever it stands, so that lines can be counted without being read.
    private void take(byte value) {
        if (value == '\n') {
            endLine();
            return;
        }
        switch (state) {
            case TEXT -> text(value);
            case ESCAPE -> state = afterEscape(value);
            case CSI -> state = value >= 0x40 || value < 0 ? State.TEXT : State.CSI;
            case STRING -> state = value == 0x1B ? State.STRING_ESCAPE : value == 0x07 ? State.TEXT : State.STRING;
            case STRING_ESCAPE -> state = value == '\\' ? State.TEXT : State.STRING;
        }
    }

    private static State afterEscape(byte value) {
        return switch (value) {
            case '[' -> State.CSI;
            case ']', 'P', '_', '^', 'X' -> State.STRING;
            default -> value >= 0x20 && value < 0x30 ? State.ESCAPE : State.TEXT;
        };
    }

    private void text(byte value) {
        if (value == '\r') {
            returned = true;
        } else if (value == 0x1B) {
            state = State.ESCAPE;
        } else if (value == '\b') {
            length = Math.max(0, length - 1);
        } else {
            if (returned) {
                returned = false;
                length = 0;
                cut = false;
            }
            if (length < line.length) {
                line[length++] = value;
            } else {
                cut = true;
            }
        }
    }

    private void endLine() {
        lines.accept(unfinished());
        reset();
    }

    /** The line that is not finished; empty if there is none. */
    String unfinished() {
        String text = CellText.visible(new String(line, 0, whole(), StandardCharsets.UTF_8));
        return cut ? text + CellText.ELLIPSIS : text;
    }

    // A character whose rest has not come yet, or was cut off, is not shown as a broken one.
    private int whole() {
        int start = length;
        while (start > 0 && length - start < 4 && (line[start - 1] & 0xC0) == 0x80) {
            start--;
        }
        if (start == 0 || line[start - 1] >= 0) {
            return length;
        }
        int lead = line[start - 1] & 0xFF;
        int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        return length - start + 1 < needed ? start - 1 : length;
    }
}
