package dev.heddle.logmux.sink;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines on their way to a stream: a buffer that knows where the current line began, so that the line can be folded while it
 * is still here. Holds at most {@value #LIMIT} bytes and one piece more. Owned by one thread.
 */
final class Screen {

    private static final int LIMIT = 128 * 1024;

    private final OutputStream out;
    private byte[] buffer = new byte[1 << 12];
    private int length;
    private byte[] prefix = new byte[0];
    private ColorState color = new ColorState();
    /** The last byte that went out. */
    private byte lastOut = '\n';

    private boolean lineOpen;
    /** Index of the first byte of the line's own text, behind the prefix; -1 if it has gone out. */
    private int content;
    /** Whether the terminal's colours are not the default at this point. */
    private boolean colored;
    /** Whether they were not where the line's own text begins. */
    private boolean coloredAtContent;

    Screen(OutputStream out) {
        this.out = out;
    }

    /** From here on lines begin with {@code linePrefix}, and colours are those of {@code state}. The line must be closed. */
    void begin(byte[] linePrefix, ColorState state) {
        prefix = linePrefix;
        color = state;
    }

    /**
     * The colour of the channel, which stands wherever the source has none of its own. It is on inside lines only, so that it opens
     * and closes in one write.
     *
     * @param sgr parameters of the sequence that switches it on, or null for none
     */
    void paint(@Nullable String sgr) {
        if (color.paint(sgr)) {
            if (!lineOpen || color.isDefault()) {
                resetColors();
            } else {
                sequence(color.open());
            }
        }
    }

    boolean isLineOpen() {
        return lineOpen;
    }

    /** Makes sure that a line is open. */
    void open() {
        if (!lineOpen) {
            lineOpen = true;
            raw(prefix, 0, prefix.length);
            content = length;
            coloredAtContent = colored;
        }
        if (!color.isDefault() && !colored) {
            sequence(color.open());
        }
    }

    void put(byte[] bytes, int from, int count) {
        if (count > 0) {
            open();
            raw(bytes, from, count);
        }
    }

    void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    /** Puts whole lines and perhaps the beginning of one more. Nothing in them needs a second look. */
    void putLines(byte[] bytes, int from, int to) throws IOException {
        int last = to;
        while (last > from && bytes[last - 1] != '\n') {
            last--;
        }
        if (last == from) {
            put(bytes, from, to - from);
            return;
        }
        if (prefix.length > 0 || color.isPainted()) {
            putEach(bytes, from, last);
        } else {
            // Without a prefix colours stay on from line to line, so that these need nothing between them.
            open();
            raw(bytes, from, last - from);
            lineOpen = false;
            content = length;
        }
        relieve();
        put(bytes, last, to - last);
    }

    private void putEach(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                put(bytes, at, i - at);
                endText();
                at = i + 1;
            }
        }
    }

    /** Ends a line of the source, which may be empty. */
    void endText() throws IOException {
        open();
        endLine(false);
        relieve();
    }

    /** Puts a sequence that changes the terminal, or brings it to what the source's colours are now. */
    void sequence(byte[] bytes, int from, int count) {
        raw(bytes, from, count);
        colored = !color.isDefault();
    }

    private void sequence(byte[] bytes) {
        sequence(bytes, 0, bytes.length);
    }

    /** Throws the line's text so far away; false if it is not here any more. */
    boolean fold() {
        if (!lineOpen) {
            return true;
        }
        if (content < 0) {
            return false;
        }
        // What the text that goes away switched on or off never reached the terminal.
        length = content;
        if (coloredAtContent || !color.isDefault()) {
            colored = true;
            resetColors();
            if (!color.isDefault()) {
                sequence(color.open());
            }
        }
        return true;
    }

    /** Ends the line. Colours stay on only if the same source goes on without a prefix. */
    void endLine(boolean reset) {
        if (colored && (reset || prefix.length > 0 || color.isPainted())) {
            resetColors();
        }
        room(1);
        buffer[length++] = '\n';
        lineOpen = false;
        content = length;
    }

    /** Closes an open line with a mark, and the colours. */
    void close(byte[] mark) {
        if (lineOpen) {
            resetColors();
            raw(mark, 0, mark.length);
            endLine(true);
        }
        resetColors();
    }

    /** Leaves no colour on, and what is written next at the very beginning of a line. No line may be open. */
    void rest() {
        if (colored) {
            resetColors();
        }
        // The sequence that resets colours may stand behind the last line's end.
        byte last = length > 0 ? buffer[length - 1] : lastOut;
        if (last != '\n') {
            raw(new byte[] {'\n'}, 0, 1);
            content = length;
        }
    }

    private void resetColors() {
        if (colored) {
            byte[] close = color.close();
            raw(close, 0, close.length);
            colored = false;
        }
    }

    /** Passes lines on once there are enough of them. */
    void relieve() throws IOException {
        if (length > LIMIT / 2) {
            write(lineOpen && content >= 0 && length - content < LIMIT / 2 ? lineStart() : length);
        }
    }

    private int lineStart() {
        return content - prefix.length;
    }

    /**
     * Passes on what there is.
     *
     * @param unfinished whether the line that is open goes out as well
     */
    void flush(boolean unfinished) throws IOException {
        if (unfinished && lineOpen && color.isPainted()) {
            resetColors();
        }
        write(lineOpen && content >= 0 && !unfinished ? lineStart() : length);
        out.flush();
    }

    private void write(int count) throws IOException {
        int amount = Math.max(0, count);
        lastOut = amount > 0 ? buffer[amount - 1] : lastOut;
        out.write(buffer, 0, amount);
        System.arraycopy(buffer, amount, buffer, 0, length - amount);
        length -= amount;
        content = content < amount || (lineOpen && content - amount < prefix.length) ? -1 : content - amount;
        if (!lineOpen) {
            content = length;
        }
    }

    private void raw(byte[] bytes, int from, int count) {
        room(count);
        System.arraycopy(bytes, from, buffer, length, count);
        length += count;
    }

    private void room(int count) {
        if (buffer.length - length < count) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + count));
        }
    }
}
