package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.SourceNote;

/** Hands everything on, and remembers whether the writer has said that it is all. */
final class JournalFeed implements JournalScanner.Target {

    private final FrameVisitor to;
    private boolean complete;
    private boolean growing;

    JournalFeed(FrameVisitor to) {
        this.to = to;
    }

    /** Whether more may come, so that a frame that is cut now is handed on only when it is whole. */
    void growing(boolean more) {
        growing = more;
    }

    @Override
    public void torn(int source, Channel channel, long offset, Slice slice) {
        if (!growing) {
            to.data(source, channel, offset, slice);
        }
    }

    /** Whether the last writer has closed the journal. */
    boolean isComplete() {
        return complete;
    }

    @Override
    public void session(long epochMillis) {
        complete = false;
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
    public void data(int source, Channel channel, long offset, Slice slice) {
        to.data(source, channel, offset, slice);
    }

    @Override
    public void event(Slice json) {
        to.event(json);
    }

    @Override
    public void note(int source, SourceNote note, long value) {
        complete |= note == SourceNote.WRITER_CLOSED;
        to.note(source, note, value);
    }

    @Override
    public void end(int source, JobEnding ending, long[] totals) {
        to.end(source, ending, totals);
    }
}
