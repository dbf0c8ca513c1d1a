package dev.heddle.logmux;

import dev.heddle.logmux.wire.FrameVisitor;
import java.io.IOException;

/**
 * A sink that also shows what jobs are doing right now, before a strategy lets their words through.
 *
 * <p>It is given every frame of the journal as soon as it is written, by way of {@link #feed}, and is asked from time to time
 * to {@link #refresh} what it shows. Both happen on the sink's own thread, with the sink's own cursor into the journal, so a
 * display that is slow delays no job.
 */
public interface LiveSink extends Sink {

    /**
     * Called once, before anything else, when the multiplexer starts.
     *
     * @param wake makes the sink be refreshed soon; may be called from any thread, even after the sink was closed
     */
    void begin(Runnable wake);

    /**
     * Whether it shows lines that are not complete by itself, as the feed tells them. Then it is given no half line because
     * the rest did not come for a while: only whole lines, what a source left when it ended, and pieces of lines of more than
     * 64 KiB. Asked once, after {@link #begin}.
     */
    default boolean showsHalfLines() {
        return false;
    }

    /** Takes every frame of the journal, each before the groups that come of it. Asked for once, after {@link #begin}. */
    FrameVisitor feed();

    /**
     * Shows what has changed. Called after everything at hand was fed and written, between long runs of data, when the time
     * that the last call asked for has come, and after a wake.
     *
     * @param nanos time of the journal in nanoseconds, as the feed tells it
     * @return when to call again at the latest, or {@code Long.MAX_VALUE} if only news matter
     */
    long refresh(long nanos) throws IOException;
}
