package dev.heddle.logmux;

import dev.heddle.logmux.Runs.Ending;
import dev.heddle.logmux.wire.Slice;

/**
 * Keeps a line and the lines behind it that begin with white space together. They pass when the next such group begins, when
 * nothing came for {@link #IDLE_NANOS}, after {@link #AGE_NANOS}, or at {@value #MOST_BYTES} bytes. A half line waits for
 * {@link Grouping#halfLineNanos}.
 */
final class IndentAssembler extends HoldingAssembler {

    static final long IDLE_NANOS = 250_000_000;
    static final long AGE_NANOS = 1_000_000_000;
    private boolean lineStart = true;

    IndentAssembler(Lane lane, int channel, long halfLineNanos) {
        super(lane, channel, halfLineNanos);
    }

    @Override
    void accept(long offset, Slice bytes, long now) {
        lastByte = now;
        int head = Lines.lastHead(bytes.array(), bytes.from(), bytes.length(), lineStart);
        int from = 0;
        if (head >= 0) {
            lane.queue.takeAll(lines, Ending.LINE);
            lane.queue.takeAll(half, head == 0 ? Ending.LINE : Ending.OPEN);
            if (head > 0) {
                lane.queue.add(offset, head, channel, Ending.LINE, now);
            }
            from = head;
        }
        int whole = Lines.afterLast(bytes.array(), bytes.from() + from, bytes.length() - from);
        if (whole > 0) {
            lines.takeAll(half, Ending.OPEN);
            lines.add(offset + from, whole, channel, Ending.LINE, now);
        }
        if (from + whole < bytes.length()) {
            half.add(offset + from + whole, bytes.length() - from - whole, channel, Ending.OPEN, now);
        }
        lineStart = bytes.array()[bytes.from() + bytes.length() - 1] == '\n';
        relieve();
    }

    @Override
    long deadline() {
        long due = due(half, halfLineNanos);
        if (!lines.isEmpty()) {
            due = Math.min(due, lines.nanos(0) + AGE_NANOS);
            if (half.isEmpty()) {
                due = Math.min(due, lastByte + IDLE_NANOS);
            }
        }
        return due;
    }
}
