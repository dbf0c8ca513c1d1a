package dev.heddle.logmux.console;

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

    private final ArrayDeque<String> lines = new ArrayDeque<>(LINES);
    private final PlainLines line = new PlainLines(LINE_BYTES, this::endLine);

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
            line.reset();
        }
        line.take(bytes, start, end);
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

    private void endLine(String text) {
        if (!text.isBlank()) {
            if (lines.size() == LINES) {
                lines.removeFirst();
            }
            lines.addLast(text);
        }
    }

    /** The unfinished line if there is something on it, otherwise the last whole one; may be empty. */
    String current() {
        String text = line.unfinished();
        if (!text.isBlank()) {
            return text.strip();
        }
        return lines.isEmpty() ? "" : lines.getLast().strip();
    }

    /** The last lines that are not blank, an unfinished one included. */
    List<String> last() {
        ArrayDeque<String> all = new ArrayDeque<>(lines);
        String text = line.unfinished();
        if (!text.isBlank()) {
            all.addLast(text);
        }
        while (all.size() > LINES) {
            all.removeFirst();
        }
        return List.copyOf(all);
    }
}
