package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactEncoder;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.SourceNote;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the journal. Whatever a source says goes into a {@link Batch}; the batch is written when it is full (by the thread
 * that filled it), when a source ends, when a reader waits, or when {@link #COALESCE_NANOS} have passed (by the journal's own
 * thread). A piece of {@link #LARGE_BYTES} is written at once, behind the batch. What was written is published to the
 * readers, never before.
 *
 * <p><b>Threads.</b> Everything may be called from any thread; a call blocks while another one writes, and so slows jobs to
 * the speed of the disk.
 */
final class JournalWriter implements Intake, AutoCloseable {

    /** How long bytes may wait for company while nobody waits for them. */
    static final long COALESCE_NANOS = 20_000_000;
    /** A checkpoint comes at least after so many bytes. */
    static final int CHECKPOINT_BYTES = 64 * 1024;

    /** A piece of this size is worth a frame of its own. */
    static final int LARGE_BYTES = 16 * 1024;

    private static final int CHECKPOINT_FEW_BYTES = 4096;
    private static final long CHECKPOINT_NANOS = 1_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Batch batch = new Batch();
    private final CompactEncoder encoder;
    private final JournalStore store;
    private final LongSupplier ticker;
    private final long start;
    private final BiConsumer<JournalWriter, IOException> failed;
    private final Thread thread;
    private int nextSource;
    private long lastCheckpoint;
    private boolean closed;

    /**
     * Begins to write.
     *
     * @param encoder has written its head, if there is one to write
     * @param store takes what is written
     * @param ticker gives the time in nanoseconds
     * @param start where to begin
     * @param failed told when the file cannot be written any more
     * @throws IOException if not even the beginning can be written
     */
    JournalWriter(
            CompactEncoder encoder,
            JournalStore store,
            LongSupplier ticker,
            Start start,
            BiConsumer<JournalWriter, IOException> failed)
            throws IOException {
        this.encoder = encoder;
        this.store = store;
        this.ticker = ticker;
        this.start = ticker.getAsLong() - start.nanos;
        this.nextSource = start.nextSource;
        this.lastCheckpoint = start.nanos;
        this.failed = failed;
        encoder.session(start.epochMillis);
        IOException failure = store.append(encoder);
        if (failure != null) {
            throw failure;
        }
        this.thread = new Thread(this::run, "heddle-journal");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Where a writer begins.
     *
     * @param nanos time of the journal
     * @param nextSource number of the next source
     * @param epochMillis wall time
     */
    record Start(long nanos, int nextSource, long epochMillis) {}

    /** Time of the journal in nanoseconds. */
    long now() {
        return ticker.getAsLong() - start;
    }

    /**
     * What is certain to all readers alike.
     *
     * @param end the journal up to here
     * @param nanos says what happened up to this time, and nothing before it will be written any more
     */
    record Settled(long end, long nanos) {}

    /** The first time of the journal, in its precision, that is not before {@code nanos}. */
    long tickAt(long nanos) {
        long tick = encoder.tickNanos();
        return nanos > Long.MAX_VALUE - tick ? nanos : (nanos + tick - 1) / tick * tick;
    }

    /**
     * How far the past is certain: a reader that lets time pass up to there sees the same as one that comes much later. Null if
     * that cannot be told without waiting for others, who may wait for this very reader.
     */
    @Nullable
    Settled settled() {
        if (!lock.tryLock()) {
            return null;
        }
        try {
            long known = batch.isEmpty() ? now() : batch.began();
            return new Settled(store.published(), known - known % encoder.tickNanos());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Batch.Slot open(JobInfo job, boolean live) {
        lock.lock();
        try {
            Batch.Slot slot = new Batch.Slot(nextSource++);
            makeRoom();
            if (batch.isEmpty()) {
                work.signal();
            }
            batch.opened(slot, job, live, now());
            return slot;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean data(Batch.Slot slot, Channel channel, byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            lock.lock();
            try {
                if (closed || slot.ended) {
                    return false;
                }
                if (length - done >= LARGE_BYTES) {
                    int size = Math.min(length - done, CompactFormat.MAX_DATA);
                    writeLarge(slot, channel, new Slice(bytes, offset + done, size));
                    done += size;
                    continue;
                }
                makeRoom();
                if (slot.source == 0 && batch.hasOthersThan(slot)) {
                    // What the engine says has its place among the words of all jobs.
                    write();
                }
                if (batch.isEmpty()) {
                    work.signal();
                }
                done += batch.add(slot, channel, bytes, offset + done, length - done, now());
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    @Override
    public void event(Batch.Slot engine, byte[] json) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            makeRoom();
            if (batch.hasOthersThan(engine)) {
                write();
            }
            if (batch.isEmpty()) {
                work.signal();
            }
            batch.noted(engine, json, now());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean message(Batch.Slot engine, Channel channel, byte[] text) {
        return data(engine, channel, text, 0, text.length);
    }

    @Override
    public void note(Batch.Slot slot, SourceNote note, long value) {
        lock.lock();
        try {
            if (!slot.ended && !closed) {
                makeRoom();
                if (batch.isEmpty()) {
                    work.signal();
                }
                batch.fact(slot, note, value, now());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end(Batch.Slot slot, JobEnding ending) {
        lock.lock();
        try {
            if (!slot.ended && !closed) {
                makeRoom();
                batch.ended(slot, ending, now());
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long flush() {
        lock.lock();
        try {
            write();
            return store.published();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A reader waits: does not hold back what there is. Never blocks, because who holds the lock may wait for that reader to
     * let go of memory; it sees for itself that a reader waits, or what it adds comes {@link #COALESCE_NANOS} later.
     */
    void hurry() {
        if (!lock.tryLock()) {
            return;
        }
        try {
            if (!batch.isEmpty()) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    // Everything said before goes first, as it would from the batch.
    private void writeLarge(Batch.Slot slot, Channel channel, Slice bytes) {
        encodeBatch();
        slot.totals[CompactFormat.code(channel)] += bytes.length();
        encoder.time(now());
        encoder.data(slot.source, channel, bytes.length());
        Slice head = new Slice(encoder.buffer(), 0, encoder.take());
        encoder.passed(bytes.array(), bytes.from(), bytes.length());
        tell(store.append(head, bytes));
    }

    private void makeRoom() {
        if (batch.isFull()) {
            write();
        }
    }

    private void write() {
        encodeBatch();
        tell(store.append(encoder));
    }

    private void encodeBatch() {
        // A large piece may have gone by since the last look.
        makeCheckpoint();
        batch.encode(encoder);
        makeCheckpoint();
    }

    private void makeCheckpoint() {
        long now = now();
        long since = encoder.sinceCheckpoint();
        if (since >= CHECKPOINT_BYTES || (since >= CHECKPOINT_FEW_BYTES && now - lastCheckpoint >= CHECKPOINT_NANOS)) {
            encoder.checkpoint(nextSource);
            lastCheckpoint = now;
        }
    }

    private void tell(@Nullable IOException failure) {
        if (failure != null) {
            failed.accept(this, failure);
        }
    }

    private void run() {
        lock.lock();
        try {
            while (!closed) {
                if (batch.isEmpty()) {
                    work.awaitUninterruptibly();
                } else {
                    if (!store.isAwaited()) {
                        awaitCompany();
                    }
                    write();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    // Ends early when a reader begins to wait; the bytes are written then or when the time is up.
    @SuppressWarnings("WaitNotInLoop")
    private void awaitCompany() {
        try {
            if (work.awaitNanos(COALESCE_NANOS) > 0) {
                return;
            }
        } catch (InterruptedException e) {
            // Only a stranger can interrupt this thread; what there is gets written and the thread goes on.
            return;
        }
    }

    /** Writes what is left and a last checkpoint. A second close does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            encodeBatch();
            encoder.time(now());
            encoder.note(0, SourceNote.WRITER_CLOSED, 0);
            encoder.checkpoint(nextSource);
            tell(store.append(encoder));
            closed = true;
            // What the engine said of a file that could not take this.
            batch.encode(encoder);
            tell(store.append(encoder));
            store.end();
            work.signalAll();
        } finally {
            lock.unlock();
        }
        joinUninterruptibly(thread);
    }

    static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
