package dev.heddle.logmux;

import dev.heddle.logmux.Runs.Ending;
import dev.heddle.logmux.wire.Slice;

/**
 * Keeps the lines of a diagnostic together, as a {@link DiagnosticMachine} finds them. They pass at the line that is not part of it,
 * when nothing came for {@link #IDLE_NANOS}, after {@link #AGE_NANOS}, or when there are {@value #MOST_BYTES} bytes of them. Lines
 * that are part of none pass at once; a half line waits for {@link Grouping#halfLineNanos}.
 */
final class DiagnosticAssembler extends HoldingAssembler {

    static final long IDLE_NANOS = 250_000_000;
    static final long AGE_NANOS = 1_000_000_000;

    private final MatcherSet matchers;
    private final DiagnosticMachine machine;
    private final LineText line = new LineText();
    private long lineLength;

    DiagnosticAssembler(Lane lane, int channel, MatcherSet matchers, long halfLineNanos) {
        super(lane, channel, halfLineNanos);
        this.matchers = matchers;
        this.machine = new DiagnosticMachine(matchers, found -> {});
    }

    @Override
    void accept(long offset, Slice bytes, long now) {
        lastByte = now;
        lines(offset, bytes, now);
        relieve();
    }

    private void lines(long offset, Slice bytes, long now) {
        // Lines from here on stand where those before them stand: in what is held, or in the queue.
        int from = 0;
        int start = plain(bytes, 0);
        for (int length = lineAt(bytes, start); length > 0; length = lineAt(bytes, start)) {
            boolean wasOpen = machine.isOpen();
            line.add(bytes.array(), bytes.from() + start, length);
            DiagnosticMachine.Step step = step(lineLength + length);
            boolean parts = step == DiagnosticMachine.Step.BEGINS || step == DiagnosticMachine.Step.OUTSIDE;
            if (parts && (wasOpen || machine.isOpen())) {
                put(offset + from, start - from, wasOpen, now);
                from = start;
                flushLines();
            }
            start += length;
            if (step == DiagnosticMachine.Step.ENDS) {
                put(offset + from, start - from, true, now);
                from = start;
                flushLines();
            }
            start = plain(bytes, start);
        }
        put(offset + from, start - from, machine.isOpen(), now);
        putHalf(offset, bytes, start, now);
    }

    // Where the first line begins, from the one at `start` on, that must be looked at or is not complete.
    private int plain(Slice bytes, int start) {
        return machine.isOpen() || !line.isEmpty() ? start : matchers.plain(bytes, start);
    }

    // Bytes of the line that begins there; 0 if it does not end here.
    private static int lineAt(Slice bytes, int start) {
        return Lines.afterFirst(bytes.array(), bytes.from() + start, bytes.length() - start);
    }

    private void putHalf(long offset, Slice bytes, int start, long now) {
        int length = bytes.length() - start;
        if (length > 0) {
            line.add(bytes.array(), bytes.from() + start, length);
            lineLength += length;
            half.add(offset + start, length, channel, Ending.OPEN, now);
        }
    }

    private DiagnosticMachine.Step step(long length) {
        line.finish();
        DiagnosticMachine.Step step = machine.line(line, 0, length);
        line.clear();
        lineLength = 0;
        return step;
    }

    // Whole lines; the half line that they complete goes before them.
    private void put(long offset, int length, boolean hold, long now) {
        if (length > 0) {
            Runs to = hold ? lines : lane.queue;
            to.takeAll(half, Ending.OPEN);
            to.add(offset, length, channel, Ending.LINE, now);
        }
    }

    @Override
    long deadline() {
        long due = due(half, halfLineNanos);
        if (!lines.isEmpty()) {
            due = Math.min(due, Math.min(lines.nanos(0) + AGE_NANOS, lastByte + IDLE_NANOS));
        }
        return due;
    }
}
