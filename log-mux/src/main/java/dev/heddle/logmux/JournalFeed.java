package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.SourceNote;

/** Hands everything on, and remembers whether the writer has said that it is all. */
final class JournalFeed extends ForwardingVisitor implements JournalScanner.Target {

    private boolean complete;
    private boolean growing;

    JournalFeed(FrameVisitor to) {
        super(to);
    }

    /** Whether more may come, so that a frame that is cut now is handed on only when it is whole. */
    void growing(boolean more) {
        growing = more;
    }

    @Override
    public void torn(int source, Channel channel, long offset, Slice slice) {
        if (!growing) {
            data(source, channel, offset, slice);
        }
    }

    /** Whether the last writer has closed the journal. */
    boolean isComplete() {
        return complete;
    }

    @Override
    public void session(long epochMillis) {
        complete = false;
        super.session(epochMillis);
    }

    @Override
    public void note(int source, SourceNote note, long value) {
        complete |= note == SourceNote.WRITER_CLOSED;
        super.note(source, note, value);
    }
}
