package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.SourceNote;

/** Gives every frame to one visitor and then to another. */
record Tee(FrameVisitor first, FrameVisitor second) implements FrameVisitor {

    @Override
    public void session(long epochMillis) {
        first.session(epochMillis);
        second.session(epochMillis);
    }

    @Override
    public void time(long nanos) {
        first.time(nanos);
        second.time(nanos);
    }

    @Override
    public void task(int source, JobInfo job, boolean live) {
        first.task(source, job, live);
        second.task(source, job, live);
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice bytes) {
        first.data(source, channel, offset, bytes);
        second.data(source, channel, offset, bytes);
    }

    @Override
    public void note(int source, SourceNote note, long value) {
        first.note(source, note, value);
        second.note(source, note, value);
    }

    @Override
    public void event(Slice json) {
        first.event(json);
        second.event(json);
    }

    @Override
    public void end(int source, JobEnding ending, long[] totals) {
        first.end(source, ending, totals);
        second.end(source, ending, totals);
    }

    @Override
    public void checkpoint(long offset, int nextSource) {
        first.checkpoint(offset, nextSource);
        second.checkpoint(offset, nextSource);
    }
}
