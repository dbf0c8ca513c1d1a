package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import java.util.Arrays;

/** Tells of frames what {@link JobTimes} wants to know. */
record JobFrames(JobTimes to) implements FrameVisitor {

    /** Frames for a sink that wants to know the times, and for what leads them to it. */
    static FrameVisitor before(Sink sink, FrameVisitor driver) {
        JobTimes times = sink.times();
        return times == null ? driver : new Tee(new JobFrames(times), driver);
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
        to.began(source, job);
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice bytes) {}

    @Override
    public void end(int source, JobEnding ending, long[] totals) {
        to.ended(source, ending, Arrays.stream(totals).sum());
    }
}
