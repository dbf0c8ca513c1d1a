package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactEncoder;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.SourceNote;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a journal, from some place on, a journal of its own for one client: jobs that run at that place are announced first.
 * Owned by one thread.
 */
final class JournalRelay implements FrameVisitor {

    private static final int CHECKPOINT_BYTES = 64 * 1024;
    private static final int CHECKPOINT_FEW_BYTES = 4096;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final CompactEncoder encoder;
    private final long epochMillis;
    private final IntFunction<JournalTracker.@Nullable Running> lookup;
    private final Map<Integer, JournalTracker.Running> before;
    private final Set<Integer> announced = new HashSet<>();
    private long nanos;
    private LongSupplier offset = () -> 0;
    private long from;
    private boolean begun;
    private int nextSource = 1;

    /**
     * Begins at a place, still silent.
     *
     * @param lookup finds a job that was announced where the journal is no longer kept
     */
    JournalRelay(JournalTracker.Place place, IntFunction<JournalTracker.@Nullable Running> lookup) {
        byte[] mark = new byte[8];
        new SecureRandom().nextBytes(mark);
        this.encoder = new CompactEncoder(mark);
        this.epochMillis = place.epochMillis();
        this.lookup = lookup;
        this.before = new HashMap<>(place.running());
    }

    /**
     * Lets it begin with the first frame at or behind an offset.
     *
     * @param place tells the offset of the frame that is being given
     */
    void beginAt(long first, LongSupplier place) {
        this.from = first;
        this.offset = place;
    }

    private boolean isOpen() {
        if (!begun && offset.getAsLong() >= from) {
            begin();
        }
        return begun;
    }

    /** From now on everything is handed on; what runs at this moment is announced. A second call does nothing. */
    void begin() {
        if (begun) {
            return;
        }
        begun = true;
        encoder.time(nanos);
        encoder.session(epochMillis + nanos / NANOS_PER_MILLI);
        before.forEach((source, running) -> announce(source, running.job(), running.live()));
        before.clear();
    }

    boolean hasBegun() {
        return begun;
    }

    /** What is to be sent; valid until the next call of another method. Empty if there is nothing. */
    ByteBuffer take() {
        long since = encoder.sinceCheckpoint();
        if (begun && since >= CHECKPOINT_FEW_BYTES) {
            encoder.checkpoint(nextSource);
        }
        byte[] bytes = encoder.buffer();
        return ByteBuffer.wrap(bytes, 0, encoder.take());
    }

    /** The journal has ended. */
    void finish() {
        encoder.checkpoint(nextSource);
    }

    /**
     * Says that some of the journal is missing.
     *
     * @param running jobs that may have begun there, by their numbers
     */
    void gap(long bytes, Map<Integer, JournalTracker.Running> running) {
        begin();
        running.forEach((source, known) -> {
            if (!announced.contains(source)) {
                announce(source, known.job(), known.live());
            }
        });
        byte[] text = ("the next " + bytes + " bytes of the journal are no longer kept and are missing here\n")
                .getBytes(StandardCharsets.UTF_8);
        encoder.data(0, Channel.WARNING, text.length);
        encoder.payload(text, 0, text.length);
    }

    /** Nothing has been said up to this time. */
    void idle(long now) {
        encoder.time(now);
    }

    private void announce(int source, JobInfo job, boolean live) {
        announced.add(source);
        nextSource = Math.max(nextSource, source + 1);
        encoder.task(source, job, live);
        room();
    }

    // No interval may become longer than a reader takes.
    private void room() {
        if (encoder.sinceCheckpoint() >= CHECKPOINT_BYTES) {
            encoder.checkpoint(nextSource);
        }
    }

    private void find(int source) {
        if (source != 0 && !announced.contains(source)) {
            JournalTracker.Running found = lookup.apply(source);
            if (found != null) {
                announce(source, found.job(), found.live());
            }
        }
    }

    @Override
    public void session(long millis) {
        // There is one writer; where it begins, or this client, is told by begin().
    }

    @Override
    public void time(long now) {
        nanos = now;
        if (isOpen()) {
            encoder.time(now);
        }
    }

    @Override
    public void task(int source, JobInfo job, boolean live) {
        if (isOpen()) {
            announce(source, job, live);
        } else {
            before.put(source, new JournalTracker.Running(job, live));
        }
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice bytes) {
        if (isOpen()) {
            find(source);
            encoder.data(source, channel, bytes.length());
            encoder.payload(bytes.array(), bytes.from(), bytes.length());
            room();
        }
    }

    @Override
    public void note(int source, SourceNote note, long value) {
        if (isOpen()) {
            encoder.note(source, note, value);
        }
    }

    @Override
    public void end(int source, JobEnding ending, long[] totals) {
        if (isOpen()) {
            find(source);
            announced.remove(source);
            encoder.end(source, ending, totals);
            room();
        } else {
            before.remove(source);
        }
    }

    @Override
    public void event(Slice json) {
        if (isOpen()) {
            encoder.event(json.copy());
            room();
        }
    }
}
