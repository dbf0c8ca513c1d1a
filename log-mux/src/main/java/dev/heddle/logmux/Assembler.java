package dev.heddle.logmux;

import dev.heddle.logmux.Runs.Ending;
import dev.heddle.logmux.wire.Slice;

/**
 * Cuts what one source says on one channel into pieces that may be shown, and puts them into the queue of its {@link Lane}.
 * A pure machine: time is an argument, {@link #deadline} says when it wants to be asked again.
 */
abstract class Assembler implements Comparable<Assembler> {

    /** No deadline. */
    static final long NEVER = Long.MAX_VALUE;

    final Lane lane;
    final int channel;
    /** Deadline under which it stands in the queue of deadlines, or {@link #NEVER}; owned by {@link Grouping}. */
    long queuedFor = NEVER;

    Assembler(Lane lane, int channel) {
        this.lane = lane;
        this.channel = channel;
    }

    /** Takes bytes that stand at {@code offset}. */
    abstract void accept(long offset, Slice bytes, long now);

    /** Another channel of the same source speaks, or everything is to be shown: what is complete goes. */
    abstract void flushLines();

    /** Everything goes, half lines with the ending told. */
    abstract void flushAll(Ending ending);

    /** Whether it holds a line that is not complete. */
    abstract boolean holdsHalfLine();

    /** When {@link #timer} wants to be called, or {@link #NEVER}. */
    abstract long deadline();

    /** When a half line has waited for {@code nanos}, or {@link #NEVER}. */
    static long due(Runs half, long nanos) {
        return half.isEmpty() || nanos == NEVER ? NEVER : half.nanos(0) + nanos;
    }

    /** Does what is due. */
    abstract void timer(long now);

    @Override
    public int compareTo(Assembler that) {
        int byTime = Long.compare(queuedFor, that.queuedFor);
        int bySource = Integer.compare(lane.source, that.lane.source);
        return byTime != 0 ? byTime : bySource != 0 ? bySource : Integer.compare(channel, that.channel);
    }
}
