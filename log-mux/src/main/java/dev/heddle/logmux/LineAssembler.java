package dev.heddle.logmux;

import dev.heddle.logmux.Runs.Ending;
import dev.heddle.logmux.wire.Slice;
import java.util.function.BooleanSupplier;

/**
 * Lets whole lines pass at once and holds the line that is not complete: for the time given, then it passes as a half line.
 * A line is cut into pieces of {@value #LONGEST_LINE} bytes, between characters.
 */
final class LineAssembler extends Assembler {

    /** Longest line that is held as a whole, in bytes. */
    static final int LONGEST_LINE = 64 * 1024;

    private final long halfLineNanos;
    private final BooleanSupplier passing;
    private final Runs half = new Runs();

    /**
     * Holds half lines.
     *
     * @param halfLineNanos for how long, or {@link #NEVER}
     * @param passing asked for every piece: true lets bytes pass as they come
     */
    LineAssembler(Lane lane, int channel, long halfLineNanos, BooleanSupplier passing) {
        super(lane, channel);
        this.halfLineNanos = halfLineNanos;
        this.passing = passing;
    }

    @Override
    void accept(long offset, Slice bytes, long now) {
        int lines = Lines.afterLast(bytes.array(), bytes.from(), bytes.length());
        if (lines > 0) {
            lane.queue.takeAll(half, Ending.OPEN);
            lane.queue.add(offset, lines, channel, Ending.LINE, now);
        }
        if (lines < bytes.length()) {
            holdHalf(offset, bytes, lines, now);
        }
        if (passing.getAsBoolean()) {
            lane.queue.takeAll(half, Ending.OPEN);
        }
    }

    private void holdHalf(long offset, Slice bytes, int start, long now) {
        int from = start;
        while (half.bytes() + bytes.length() - from >= LONGEST_LINE) {
            int fits = (int) (LONGEST_LINE - half.bytes());
            int cut = Lines.characterBoundary(bytes.array(), bytes.from() + from, fits, bytes.length() - from);
            half.add(offset + from, cut, channel, Ending.OPEN, now);
            lane.queue.takeAll(half, Ending.OPEN);
            from += cut;
        }
        if (from < bytes.length()) {
            half.add(offset + from, bytes.length() - from, channel, Ending.OPEN, now);
        }
    }

    @Override
    void flushLines() {
        // Whole lines never wait here.
    }

    @Override
    void flushAll(Ending ending) {
        lane.queue.takeAll(half, ending);
    }

    @Override
    boolean holdsHalfLine() {
        return !half.isEmpty();
    }

    @Override
    long deadline() {
        return due(half, halfLineNanos);
    }

    @Override
    void timer(long now) {
        if (deadline() <= now) {
            lane.queue.takeAll(half, Ending.HALF);
        }
    }
}
