package dev.heddle.logmux;

import dev.heddle.logmux.Runs.Ending;
import dev.heddle.logmux.wire.Slice;

/**
 * Keeps a line and the lines behind it that begin with white space together. They pass when the next such group begins, when
 * nothing came for {@link #IDLE_NANOS}, after {@link #AGE_NANOS}, or at {@value #MOST_BYTES} bytes. A half line waits for
 * {@link Grouping#halfLineNanos}.
 */
final class IndentAssembler extends Assembler {

    static final long IDLE_NANOS = 250_000_000;
    static final long AGE_NANOS = 1_000_000_000;
    static final int MOST_BYTES = 256 * 1024;

    private final long halfLineNanos;
    private final Runs lines = new Runs();
    private final Runs half = new Runs();
    private boolean lineStart = true;
    private long lastByte;

    IndentAssembler(Lane lane, int channel, long halfLineNanos) {
        super(lane, channel);
        this.halfLineNanos = halfLineNanos;
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
        if (half.bytes() >= LineAssembler.LONGEST_LINE) {
            flushAll(Ending.OPEN);
        } else if (lines.bytes() >= MOST_BYTES) {
            flushLines();
        }
    }

    @Override
    void flushLines() {
        lane.queue.takeAll(lines, Ending.LINE);
    }

    @Override
    void flushAll(Ending ending) {
        flushLines();
        lane.queue.takeAll(half, ending);
    }

    @Override
    boolean holdsHalfLine() {
        return !half.isEmpty();
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

    @Override
    void timer(long now) {
        if (due(half, halfLineNanos) <= now) {
            flushAll(Ending.HALF);
        } else if (deadline() <= now) {
            flushLines();
        }
    }
}
