package dev.heddle.logmux;

import dev.heddle.logmux.Runs.Ending;
import dev.heddle.logmux.wire.Slice;

/** An embedder's {@link LineGrouping} at work: holds what it holds, lets pass what it lets pass. */
final class CustomAssembler extends Assembler {

    private final LineGrouping grouping;
    /** What is held, a run for each line. */
    private final Runs held = new Runs();

    CustomAssembler(Lane lane, int channel, LineGrouping grouping) {
        super(lane, channel);
        this.grouping = grouping;
    }

    @Override
    void accept(long offset, Slice bytes, long now) {
        long before = held.bytes();
        long passing = grouping.accept(bytes.array(), bytes.from(), bytes.length(), now);
        release(passing);
        int through = (int) Math.max(0, Math.min(bytes.length(), passing - before));
        if (through > 0) {
            Ending ending = bytes.array()[bytes.from() + through - 1] == '\n' ? Ending.LINE : Ending.OPEN;
            lane.queue.add(offset, through, channel, ending, now);
        }
        hold(offset, bytes, through, now);
        if (held.bytes() >= LineGrouping.MOST_HELD) {
            flushAll(Ending.OPEN);
        }
    }

    private void hold(long offset, Slice bytes, int from, long now) {
        int start = from;
        for (int i = from; i < bytes.length(); i++) {
            boolean line = bytes.array()[bytes.from() + i] == '\n';
            if (line || i == bytes.length() - 1) {
                held.add(offset + start, i + 1 - start, channel, line ? Ending.LINE : Ending.OPEN, now);
                start = i + 1;
            }
        }
    }

    // A cut inside a run is inside a line.
    private void release(long count) {
        for (long left = Math.min(count, held.bytes()); left > 0; ) {
            int length = held.length(0);
            int taken = (int) Math.min(left, length);
            Ending ending = taken == length ? held.ending(0) : Ending.OPEN;
            lane.queue.add(held.offset(0), taken, channel, ending, held.nanos(0));
            held.removeFirst(taken);
            left -= taken;
        }
    }

    @Override
    void flushLines() {
        release(grouping.interrupted(lane.lastByte));
    }

    @Override
    void flushAll(Ending ending) {
        boolean line = !held.isEmpty() && held.ending(held.size() - 1) == Ending.LINE;
        lane.queue.takeAll(held, line ? Ending.LINE : ending);
        grouping.passed();
    }

    @Override
    boolean holdsHalfLine() {
        return !held.isEmpty() && held.ending(held.size() - 1) != Ending.LINE;
    }

    @Override
    long deadline() {
        return held.isEmpty() ? NEVER : grouping.deadline();
    }

    @Override
    void timer(long now) {
        if (deadline() <= now) {
            release(grouping.timer(now));
            if (deadline() <= now) {
                // Asked for a time that has come already, it would be asked for ever.
                flushAll(Ending.HALF);
            }
        }
    }
}
