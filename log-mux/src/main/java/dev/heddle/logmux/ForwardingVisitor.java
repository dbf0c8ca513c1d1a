package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.SourceNote;

/**
 * Hands every frame on but checkpoints, which belong to the stream they stand in. What is to be different overrides its frame
 * alone, so that a new kind of frame is lost by none.
 */
class ForwardingVisitor implements FrameVisitor {

    private final FrameVisitor to;

    ForwardingVisitor(FrameVisitor to) {
        this.to = to;
    }

    @Override
    public void session(long epochMillis) {
        to.session(epochMillis);
    }

    @Override
    public void time(long nanos) {
        to.time(nanos);
    }

    @Override
    public void task(int source, JobInfo job, boolean live) {
        to.task(source, job, live);
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice bytes) {
        to.data(source, channel, offset, bytes);
    }

    @Override
    public void event(Slice json) {
        to.event(json);
    }

    @Override
    public void note(int source, SourceNote note, long value) {
        to.note(source, note, value);
    }

    @Override
    public void end(int source, JobEnding ending, long[] totals) {
        to.end(source, ending, totals);
    }
}
