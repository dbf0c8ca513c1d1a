package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactDecoder;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Knows where in a journal that is being written a reader can begin, and which jobs have not ended there. Keeps the running jobs,
 * nothing of what they say. One thread reads on; any may ask.
 */
final class JournalTracker implements FrameVisitor {

    /** A job that has not ended. */
    record Running(JobInfo job, boolean live) {}

    /**
     * A place where reading can begin.
     *
     * @param checkpoint where it is
     * @param running the jobs that have not ended there, by their numbers
     * @param epochMillis wall time when the time of the journal was 0
     */
    record Place(CompactDecoder.Checkpoint checkpoint, Map<Integer, Running> running, long epochMillis) {}

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final JournalCursor cursor;
    private final CompactDecoder decoder;
    private final CompactDecoder.Checkpoint beginning;
    private final Map<Integer, Running> running = new HashMap<>();
    private Place latest;
    private long nanos;
    private long epochMillis;

    /** Begins at the beginning of what the writer writes. */
    JournalTracker(JournalOpening opening, RunReader reader) throws IOException {
        JournalOpening.Position position = opening.position();
        this.beginning = position == null
                ? new CompactDecoder.Checkpoint(CompactFormat.HEAD_LENGTH, CompactFormat.HEAD_LENGTH, 0, 1)
                : position.checkpoint();
        this.latest = new Place(beginning, Map.of(), 0);
        this.nanos = opening.nanos();
        this.decoder = opening.decoder(this);
        this.cursor = new JournalCursor(opening.store(), reader, decoder, bytes -> {});
    }

    /** Offset up to which everything was read. */
    long end() {
        return cursor.end();
    }

    void readOn() throws IOException {
        cursor.readOn();
    }

    /** A decoder for the same journal that stands at a place. */
    CompactDecoder decoder(FrameVisitor visitor, CompactDecoder.Checkpoint at) {
        CompactDecoder sibling = decoder.sibling(visitor);
        sibling.resume(at);
        return sibling;
    }

    /** Where everything begins that the writer wrote. */
    synchronized Place beginning() {
        return new Place(beginning, Map.of(), epochMillis);
    }

    /** The last place that was come by. */
    synchronized Place latest() {
        return latest;
    }

    /** A job that has not ended, or null. */
    synchronized @Nullable Running running(int source) {
        return running.get(source);
    }

    @Override
    public synchronized void session(long millis) {
        epochMillis = millis - nanos / NANOS_PER_MILLI;
        running.clear();
    }

    @Override
    public void time(long now) {
        nanos = now;
    }

    @Override
    public synchronized void task(int source, JobInfo job, boolean live) {
        running.put(source, new Running(job, live));
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice bytes) {}

    @Override
    public synchronized void end(int source, JobEnding ending, long[] totals) {
        running.remove(source);
    }

    @Override
    public synchronized void checkpoint(long offset, int nextSource) {
        latest = new Place(decoder.place(), Map.copyOf(running), epochMillis);
    }
}
