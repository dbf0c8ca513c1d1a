package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.SourceNote;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Hands on what some jobs and the engine said on some channels. Remembers the numbers of the other jobs that have not ended. */
final class SelectedJobs extends ForwardingVisitor {

    private final Predicate<JobInfo> wanted;
    private final Set<Channel> channels;
    private final Set<Integer> unwanted = new HashSet<>();

    SelectedJobs(FrameVisitor to, Predicate<JobInfo> wanted, Set<Channel> channels) {
        super(to);
        this.wanted = wanted;
        this.channels = channels;
    }

    @Override
    public void session(long epochMillis) {
        unwanted.clear();
        super.session(epochMillis);
    }

    @Override
    public void task(int source, JobInfo job, boolean live) {
        if (wanted.test(job)) {
            super.task(source, job, live);
        } else {
            unwanted.add(source);
        }
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice bytes) {
        if (channels.contains(channel) && !unwanted.contains(source)) {
            super.data(source, channel, offset, bytes);
        }
    }

    @Override
    public void note(int source, SourceNote note, long value) {
        if (!unwanted.contains(source)) {
            super.note(source, note, value);
        }
    }

    @Override
    public void end(int source, JobEnding ending, long[] totals) {
        if (!unwanted.remove(source)) {
            super.end(source, ending, totals);
        }
    }
}
