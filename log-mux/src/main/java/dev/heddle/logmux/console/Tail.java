package dev.heddle.logmux.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The last words of one job: its unfinished line and the last whole ones, without control sequences.
 *
 * <p><b>Bounds.</b> Keeps {@value #LINES} lines of at most {@value #LINE_BYTES} bytes each. Of a piece it looks at the last
 * {@value #LOOK_BYTES} bytes, so a flood costs no more than a trickle. Owned by the display's thread.
 */
final class Tail {

    /** Lines that are kept for the summary of a failure. */
    static final int LINES = 10;
    /** Longest beginning of a line that is kept. */
    static final int LINE_BYTES = 512;
    /** How much of a piece is looked at. */
    static final int LOOK_BYTES = 4096;

    private enum State {
        TEXT,
        ESCAPE,
        CSI,
        STRING,
        STRING_ESCAPE
    }

    private final ArrayDeque<String> lines = new ArrayDeque<>(LINES);
    private final byte[] line = new byte[LINE_BYTES];
    private int length;
    private boolean returned;
    private State state = State.TEXT;

    /** Takes a piece of what the job said. */
    void add(byte[] bytes, int from, int count) {
        int start = from;
        int end = from + count;
        if (count > LOOK_BYTES) {
            start = end - LOOK_BYTES;
            // A sequence that begins further back must not show its end as text.
            while (start < end && bytes[start - 1] != '\n') {
                start++;
            }
            start = lastLines(bytes, start == end ? end - LOOK_BYTES : start, end);
            length = 0;
            returned = false;
            state = State.TEXT;
        }
        for (int i = start; i < end; i++) {
            take(bytes[i]);
        }
    }

    // Those before would be taken only to be forgotten.
    private static int lastLines(byte[] bytes, int from, int end) {
        int whole = 0;
        boolean blank = true;
        for (int i = end - 1; i >= from; i--) {
            if (bytes[i] != '\n') {
                blank &= bytes[i] >= 0 && bytes[i] <= ' ';
            } else if (!blank && ++whole > LINES) {
                return i + 1;
            } else {
                blank = true;
            }
        }
        return from;
    }

    private void take(byte value) {
        switch (state) {
            case TEXT -> text(value);
            case ESCAPE ->
                state = value == '['
                        ? State.CSI
                        : value == ']' || value == 'P' || value == '_' || value == '^' || value == 'X'
                                ? State.STRING
                                : value >= 0x20 && value < 0x30 ? State.ESCAPE : State.TEXT;
            case CSI -> {
                if (value >= 0x40 || value < 0) {
                    state = State.TEXT;
                } else if (value == '\n') {
                    text(value);
                }
            }
            case STRING -> {
                if (value == 0x1B) {
                    state = State.STRING_ESCAPE;
                } else if (value == 0x07) {
                    state = State.TEXT;
                } else if (value == '\n') {
                    text(value);
                }
            }
            case STRING_ESCAPE -> state = value == '\\' ? State.TEXT : State.STRING;
        }
    }

    private void text(byte value) {
        state = State.TEXT;
        if (value == '\n') {
            endLine();
        } else if (value == '\r') {
            returned = true;
        } else if (value == 0x1B) {
            state = State.ESCAPE;
        } else if (value == '\b') {
            length = Math.max(0, length - 1);
        } else {
            if (returned) {
                returned = false;
                length = 0;
            }
            if (length < LINE_BYTES) {
                line[length++] = value;
            }
        }
    }

    private void endLine() {
        String text = decoded();
        if (!text.isBlank()) {
            if (lines.size() == LINES) {
                lines.removeFirst();
            }
            lines.addLast(text);
        }
        length = 0;
        returned = false;
    }

    private String decoded() {
        return CellText.visible(new String(line, 0, whole(), StandardCharsets.UTF_8));
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

    /** The unfinished line if there is something on it, otherwise the last whole one; may be empty. */
    String current() {
        String text = decoded();
        if (!text.isBlank()) {
            return text.strip();
        }
        return lines.isEmpty() ? "" : lines.getLast().strip();
    }

    /** The last lines that are not blank, an unfinished one included. */
    List<String> last() {
        ArrayDeque<String> all = new ArrayDeque<>(lines);
        String text = decoded();
        if (!text.isBlank()) {
            all.addLast(text);
        }
        while (all.size() > LINES) {
            all.removeFirst();
        }
        return List.copyOf(all);
    }
}
