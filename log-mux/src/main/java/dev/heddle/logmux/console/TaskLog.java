package dev.heddle.logmux.console;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a task has said, line by line from any place, however long it is and while it grows: every question reads it anew as
 * far as it must. Lines are counted from 0 and have no control sequences.
 *
 * <p><b>Memory.</b> Keeps at most {@value #WINDOW_LINES} lines of one place, of at most {@value #LINE_BYTES} bytes each and
 * {@value #WINDOW_CHARS} characters in all. Owned by the display's thread.
 */
final class TaskLog {

    static final int WINDOW_LINES = 1000;
    static final int LINE_BYTES = 4096;
    static final int WINDOW_CHARS = 1 << 20;

    /** Where it is read from. */
    @FunctionalInterface
    interface Source {
        /** Writes all that was said so far; gives false if nobody said anything. */
        boolean copy(OutputStream to) throws IOException;
    }

    /** Takes a line; gives false if it wants no more. */
    private interface Taker {
        boolean take(long index, String line);
    }

    /** Ends a reading before its end. */
    private static final class Enough extends IOException {
        private static final long serialVersionUID = 1;

        Enough() {
            super("enough was read");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private final Source source;
    private final List<String> window = new ArrayList<>();
    private long first;
    private long total;

    TaskLog(Source source) {
        this.source = source;
    }

    /** Looks how long it is now; false if there is nothing. */
    boolean measure() throws IOException {
        Counter counter = new Counter();
        if (!source.copy(counter)) {
            return false;
        }
        total = counter.lines + (counter.open ? 1 : 0);
        // Its last line may have been unfinished.
        window.clear();
        return true;
    }

    /** How many lines there were when it was measured. */
    long total() {
        return total;
    }

    /** Lines from one on, as many as there are and as are wanted, or as fit. */
    List<String> lines(long from, int count) throws IOException {
        long end = Math.min(total, from + count);
        if (from < first || end > first + window.size()) {
            // With some before, so that one can go both ways.
            read(Math.max(0, from - (WINDOW_LINES - count) / 4));
            if (end > first + window.size()) {
                read(from);
            }
        }
        int begin = (int) Math.min(window.size(), from - first);
        return List.copyOf(window.subList(begin, (int) Math.min(window.size(), end - first)));
    }

    private void read(long from) throws IOException {
        window.clear();
        first = from;
        long[] chars = {0};
        scan(from, (index, line) -> {
            chars[0] += line.length();
            boolean fits = window.size() < WINDOW_LINES && (chars[0] <= WINDOW_CHARS || window.isEmpty());
            if (fits) {
                window.add(line);
            }
            return fits;
        });
    }

    /** The next line from one on, that line included, that has these words in it, or -1; capitals count if there are any. */
    long next(String words, long from) throws IOException {
        long[] found = {-1};
        scan(from, (index, line) -> {
            found[0] = has(line, words) ? index : -1;
            return found[0] < 0;
        });
        return found[0];
    }

    /** The last line before one that has these words in it, or -1. */
    long previous(String words, long before) throws IOException {
        long[] found = {-1};
        scan(0, (index, line) -> {
            found[0] = index < before && has(line, words) ? index : found[0];
            return index < before;
        });
        return found[0];
    }

    private static boolean has(String line, String words) {
        String small = words.toLowerCase(Locale.ROOT);
        return words.equals(small) ? line.toLowerCase(Locale.ROOT).contains(words) : line.contains(words);
    }

    private void scan(long from, Taker taker) throws IOException {
        Lines lines = new Lines(from, taker);
        try {
            var unused = source.copy(lines);
            lines.finish();
        } catch (Enough e) {
            // As it was meant.
        }
    }

    private static final class Counter extends OutputStream {
        private long lines;
        private boolean open;

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            for (int i = from; i < from + count; i++) {
                lines += bytes[i] == '\n' ? 1 : 0;
            }
            open = count > 0 ? bytes[from + count - 1] != '\n' : open;
        }
    }

    private static final class Lines extends OutputStream {
        private final Taker taker;
        private final PlainLines plain = new PlainLines(LINE_BYTES, this::line);
        private long skip;
        private long index;
        private boolean open;
        private @Nullable Enough enough;

        Lines(long from, Taker taker) {
            this.skip = from;
            this.index = from;
            this.taker = taker;
        }

        private void line(String text) {
            if (enough == null && !taker.take(index++, text)) {
                enough = new Enough();
            }
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            int at = from;
            int end = from + count;
            while (skip > 0 && at < end) {
                skip -= bytes[at++] == '\n' ? 1 : 0;
            }
            plain.take(bytes, at, end);
            open = at < end ? bytes[end - 1] != '\n' : open;
            if (enough != null) {
                throw enough;
            }
        }

        void finish() {
            if (open && skip == 0) {
                line(plain.unfinished());
            }
        }
    }
}
