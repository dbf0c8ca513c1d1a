package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.logmux.wire.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last bytes of what one job said on all its channels, and the lines in them. Of each piece it copies no more than it keeps,
 * so a flood costs no more than a trickle. Holds at most {@value #KEPT} bytes. Owned by one thread.
 */
final class LastLines {

    static final int KEPT = 4096;
    private static final int FIRST = 256;

    private byte[] bytes = new byte[FIRST];
    private int length;
    /** Whether something before the first byte is gone. */
    private boolean cut;

    private @Nullable Channel last;

    /** Takes a piece. */
    void add(Channel channel, Slice piece) {
        if (channel != last && length > 0 && bytes[length - 1] != '\n') {
            // Half a line of one channel is not glued to the other's.
            append(new Slice(new byte[] {'\n'}, 0, 1));
        }
        last = channel;
        append(piece);
    }

    private void append(Slice piece) {
        int count = Math.min(piece.length(), KEPT);
        int stay = Math.min(length, KEPT - count);
        cut |= stay < length || count < piece.length();
        if (stay + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(KEPT, Math.max(stay + count, 2 * bytes.length)));
        }
        System.arraycopy(bytes, length - stay, bytes, 0, stay);
        System.arraycopy(piece.array(), piece.from() + piece.length() - count, bytes, stay, count);
        length = stay + count;
    }

    /** The last lines that are not blank, without escape sequences, each as it was written over last; the earliest first. */
    List<String> lines(int most) {
        List<String> lines = new ArrayList<>();
        int start = cut ? firstWhole() : 0;
        while (start < length) {
            int end = start;
            while (end < length && bytes[end] != '\n') {
                end++;
            }
            String line = line(start, end);
            if (!line.isBlank()) {
                lines.add(line);
            }
            start = end + 1;
        }
        return List.copyOf(lines.subList(Math.max(0, lines.size() - most), lines.size()));
    }

    // Where a line begins; if all is one line, its rest is better than nothing.
    private int firstWhole() {
        int end = Lines.afterFirst(bytes, 0, length);
        if (end > 0 && end < length) {
            return end;
        }
        int from = 0;
        while (from < length && (bytes[from] & 0xC0) == 0x80) {
            from++;
        }
        return from;
    }

    private String line(int start, int end) {
        int to = end;
        while (to > start && bytes[to - 1] == '\r') {
            to--;
        }
        int from = to;
        while (from > start && bytes[from - 1] != '\r') {
            from--;
        }
        LineText text = new LineText();
        text.add(bytes, from, to - from);
        text.finish();
        return text.text();
    }
}
