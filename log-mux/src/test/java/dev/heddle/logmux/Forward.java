package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;

/** Hands on everything, so that a test can add something of its own. */
class Forward implements JournalScanner.Target {

    private final FrameVisitor to;

    Forward(FrameVisitor to) {
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
    public void end(int source, JobEnding ending, long[] totals) {
        to.end(source, ending, totals);
    }
}
