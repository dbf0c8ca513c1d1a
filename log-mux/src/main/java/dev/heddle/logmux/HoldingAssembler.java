package dev.heddle.logmux;

import dev.heddle.logmux.Runs.Ending;

/**
 * Holds whole lines that belong together, and behind them the line that is not complete. At {@value #MOST_BYTES} bytes of whole
 * lines these pass, and so does a half line of {@link LineAssembler#LONGEST_LINE} bytes. When lines pass before, the kinds of it
 * decide.
 */
abstract class HoldingAssembler extends Assembler {

    static final int MOST_BYTES = 256 * 1024;

    final long halfLineNanos;
    /** Whole lines that more may belong to. */
    final Runs lines = new Runs();

    final Runs half = new Runs();
    long lastByte;

    /**
     * Holds lines.
     *
     * @param halfLineNanos for how long a half line waits, or {@link #NEVER}
     */
    HoldingAssembler(Lane lane, int channel, long halfLineNanos) {
        super(lane, channel);
        this.halfLineNanos = halfLineNanos;
    }

    /** Lets pass what is too much to hold. */
    final void relieve() {
        if (half.bytes() >= LineAssembler.LONGEST_LINE) {
            flushAll(Ending.OPEN);
        } else if (lines.bytes() >= MOST_BYTES) {
            flushLines();
        }
    }

    @Override
    final void flushLines() {
        lane.queue.takeAll(lines, Ending.LINE);
    }

    @Override
    final void flushAll(Ending ending) {
        flushLines();
        lane.queue.takeAll(half, ending);
    }

    @Override
    final boolean holdsHalfLine() {
        return !half.isEmpty();
    }

    @Override
    final void timer(long now) {
        if (due(half, halfLineNanos) <= now) {
            flushAll(Ending.HALF);
        } else if (deadline() <= now) {
            flushLines();
        }
    }
}
