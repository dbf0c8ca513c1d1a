package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.logmux.wire.Slice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Parts what a strategy lets through, between lines, wherever the {@link LineRules} want lines to be shown in another way. It
 * changes neither bytes nor order. A line that comes in pieces is shown as its first piece was. Owned by one view's thread.
 */
final class LineMarker {

    /** Shows runs of one channel that are shown alike. */
    @FunctionalInterface
    interface Output {
        void show(Lane lane, Runs runs, int from, int to, Mark mark) throws IOException;
    }

    private static final Channel[] CHANNELS = Channel.values();

    private final LineClassifier classifier;
    private final RunReader reader;
    private final Output output;
    private final LineText line = new LineText();

    private Runs part = new Runs();
    private Mark mark = Mark.of(Channel.STDOUT);

    LineMarker(LineClassifier classifier, RunReader reader, Output output) {
        this.classifier = classifier;
        this.reader = reader;
        this.output = output;
    }

    /** Shows runs of one channel. */
    void show(Lane lane, Runs runs, int from, int to) throws IOException {
        int channel = runs.channel(from);
        Mark plain = classifier.plain(CHANNELS[channel]);
        Mark begun = lane.marks[channel];
        mark = lane.midLine[channel] && begun != null ? begun : plain;
        if (mark.equals(plain) && isPlain(lane, runs, from, to)) {
            output.show(lane, runs, from, to, plain);
        } else {
            for (int run = from; run < to; run++) {
                cut(lane, runs, run, to);
            }
            flush(lane);
        }
        lane.marks[channel] = mark;
    }

    private boolean isPlain(Lane lane, Runs runs, int from, int to) throws IOException {
        Channel channel = CHANNELS[runs.channel(from)];
        if (!classifier.looksAt(channel, lane.isEngine())) {
            return true;
        }
        for (int run = from; run < to; run++) {
            // Of what a filter needs, one part may stand in this run and one in the next.
            boolean goesOn = run + 1 < to && runs.ending(run) != Runs.Ending.LINE;
            Slice bytes = goesOn ? null : slice(runs, run);
            if (goesOn || (bytes != null && classifier.mayMark(channel, bytes))) {
                return false;
            }
        }
        return true;
    }

    // Null if it is no longer kept; it is passed on as it is, and what shows it says that it is gone.
    private @Nullable Slice slice(Runs runs, int run) throws IOException {
        try {
            return reader.slice(runs.offset(run), runs.length(run));
        } catch (RunReader.GoneException e) {
            return null;
        }
    }

    private void cut(Lane lane, Runs runs, int run, int to) throws IOException {
        int length = runs.length(run);
        Channel channel = CHANNELS[runs.channel(run)];
        boolean lineStart =
                part.isEmpty() ? !lane.midLine[runs.channel(run)] : part.ending(part.size() - 1) == Runs.Ending.LINE;
        int begin = 0;
        for (int from = 0; from < length; ) {
            // Read anew for each line: looking ahead may have let go of the bytes.
            Slice bytes = slice(runs, run);
            int end =
                    bytes == null ? length : lineStart ? classifier.plain(channel, bytes, from) : lineEnd(bytes, from);
            if (lineStart) {
                Mark next = end > from ? classifier.plain(channel) : look(lane, runs, run, to, from);
                if (!next.equals(mark)) {
                    put(runs, run, begin, from);
                    flush(lane);
                    begin = from;
                    mark = next;
                }
            }
            // The line that was looked at has yet to be passed, as the rest of one that began before.
            lineStart = end > from;
            from = end;
        }
        put(runs, run, begin, length);
    }

    private void put(Runs runs, int run, int from, int to) {
        if (from < to) {
            Runs.Ending ending = to < runs.length(run) ? Runs.Ending.LINE : runs.ending(run);
            part.add(runs.offset(run) + from, to - from, runs.channel(run), ending, runs.nanos(run));
        }
    }

    private static int lineEnd(Slice bytes, int from) {
        int length = Lines.afterFirst(bytes.array(), bytes.from() + from, bytes.length() - from);
        return length == 0 ? bytes.length() : from + length;
    }

    private Mark look(Lane lane, Runs runs, int run, int to, int from) throws IOException {
        line.clear();
        int at = from;
        for (int i = run; i < to && line.length() < LineText.LONGEST; i++) {
            Slice bytes = slice(runs, i);
            if (bytes == null) {
                break;
            }
            int end = lineEnd(bytes, at);
            line.add(bytes.array(), bytes.from() + at, end - at);
            if (end > 0 && bytes.array()[bytes.from() + end - 1] == '\n') {
                break;
            }
            at = 0;
        }
        line.finish();
        return classifier.mark(lane.job, CHANNELS[runs.channel(run)], line, lane.isEngine());
    }

    private void flush(Lane lane) throws IOException {
        if (!part.isEmpty()) {
            Runs full = part;
            part = new Runs();
            output.show(lane, full, 0, full.size(), mark);
        }
    }
}
