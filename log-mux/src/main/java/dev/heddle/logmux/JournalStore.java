package dev.heddle.logmux;

import dev.heddle.logmux.wire.CompactEncoder;
import dev.heddle.logmux.wire.Slice;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where a journal's bytes are: in a file, in memory, or, when the file could not be written any more, first in one and then in
 * the other. Only what was written is published to readers.
 *
 * <p><b>Threads.</b> One appends, any may read and wait.
 *
 * <p><b>Memory.</b> What is in memory never exceeds the limit. When it is reached, the oldest bytes go as soon as no
 * {@link Reader} that must see everything still needs them; the appender waits for that, at most {@link #PATIENCE_NANOS},
 * then they go anyway.
 */
final class JournalStore {

    static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long SHORT_NANOS = 10_000_000;
    private static final Slice NOTHING = new Slice(new byte[0], 0, 0);

    /** A view that reads the store. */
    interface Reader {
        /** Offset of the first byte it may still ask for; {@code Long.MAX_VALUE} if it can do without any. */
        long needed();

        /** Asks it to need less. */
        void letGo();

        /** Whether it has something to do, so that it must not wait. Called with the store's lock held. */
        boolean hasWork();
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** What is behind {@link #fileLength}. Guarded by the lock. */
    private final MemoryBlocks memory;

    private final ArrayDeque<Reader> readers = new ArrayDeque<>();
    private final long memoryLimit;
    /** The end of the file. */
    private final RecentBytes recent;

    private @Nullable RandomAccessFile file;
    /** Handles on the file that nobody reads with any more. Guarded by the lock. */
    private final ArrayDeque<Closeable> retired = new ArrayDeque<>();
    /** Length of the part that is in the file. */
    private long fileLength;

    private volatile long published;
    /** A reader that waits is to be woken when so much is published; {@code Long.MAX_VALUE} if none waits. */
    private long awaited = Long.MAX_VALUE;

    private int idle;
    private boolean ended;

    JournalStore(@Nullable RandomAccessFile file, long length, long memoryLimit) {
        this.file = file;
        this.fileLength = length;
        this.memory = new MemoryBlocks(length);
        this.published = length;
        this.recent = new RecentBytes(length);
        this.memoryLimit = Math.max(memoryLimit, 4L * MemoryBlocks.BLOCK);
    }

    long published() {
        return published;
    }

    /** Whether a reader waits for more. */
    boolean isAwaited() {
        lock.lock();
        try {
            return idle > 0;
        } finally {
            lock.unlock();
        }
    }

    void add(Reader reader) {
        lock.lock();
        try {
            readers.add(reader);
            recent.wanted(true);
        } finally {
            lock.unlock();
        }
    }

    void remove(Reader reader) {
        lock.lock();
        try {
            readers.remove(reader);
            recent.wanted(!readers.isEmpty());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Appends and publishes what an encoder has; as {@link #append(Slice, Slice)}. */
    @Nullable
    IOException append(CompactEncoder encoder) {
        byte[] bytes = encoder.buffer();
        int length = encoder.take();
        return length == 0 ? null : append(new Slice(bytes, 0, length), NOTHING);
    }

    /**
     * Appends two pieces and publishes them as one.
     *
     * @param tail comes behind {@code head}
     * @return what went wrong with the file; it is left and memory takes the bytes, or null
     */
    @Nullable
    IOException append(Slice head, Slice tail) {
        RandomAccessFile out = file;
        IOException failure = null;
        if (out != null) {
            try {
                out.write(head.array(), head.from(), head.length());
                if (tail.length() > 0) {
                    out.write(tail.array(), tail.from(), tail.length());
                }
                recent.append(head);
                recent.append(tail);
                publish(head.length() + tail.length());
                return null;
            } catch (IOException e) {
                failure = e;
                abandonFile(out);
            }
        }
        remember(head);
        remember(tail);
        return failure;
    }

    // A write that failed may have written a part; a reader must not take it for more than the last whole frame.
    private void abandonFile(RandomAccessFile out) {
        lock.lock();
        try {
            fileLength = published;
            memory.begin(published);
            file = null;
        } finally {
            lock.unlock();
        }
        try {
            out.setLength(fileLength);
        } catch (IOException e) {
            // The torn frame stays; recovery cuts it off.
        }
        closeQuietly(out);
    }

    private void publish(int length) {
        lock.lock();
        try {
            long end = published + length;
            published = end;
            fileLength = end;
            memory.begin(end);
            wakeReaders();
        } finally {
            lock.unlock();
        }
    }

    // Called with the lock held.
    private void wakeReaders() {
        if (published >= awaited) {
            awaited = Long.MAX_VALUE;
            changed.signalAll();
        }
    }

    private void remember(Slice bytes) {
        for (int done = 0; done < bytes.length(); ) {
            lock.lock();
            try {
                if (memory.isFull()) {
                    makeRoom();
                }
                int count = memory.append(bytes.array(), bytes.from() + done, bytes.length() - done);
                done += count;
                long end = published + count;
                published = end;
                if (done == bytes.length()) {
                    wakeReaders();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void makeRoom() {
        long patience = PATIENCE_NANOS;
        boolean interrupted = false;
        while (memory.bytes() + MemoryBlocks.BLOCK > memoryLimit) {
            long needed = readers.stream().mapToLong(Reader::needed).min().orElse(Long.MAX_VALUE);
            if (needed >= memory.start() + MemoryBlocks.BLOCK || patience <= 0) {
                memory.removeFirst();
                continue;
            }
            readers.forEach(Reader::letGo);
            changed.signalAll();
            try {
                patience = changed.awaitNanos(patience);
            } catch (InterruptedException e) {
                // The bytes come first; whoever interrupted this thread finds the flag set when they are safe.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until more than {@code offset} bytes are published, the reader has something to do, something else changed, or the
     * time is up.
     *
     * @param waiting called when the reader begins to wait: whoever holds bytes back should publish them. Must not wait for
     *     the appender, which may wait for this reader.
     */
    @SuppressWarnings("WaitNotInLoop") // the caller looks again whatever woke it
    void await(Reader reader, long offset, long nanos, Runnable waiting) throws InterruptedException {
        lock.lock();
        try {
            if (published > offset || ended || reader.hasWork()) {
                return;
            }
            idle++;
        } finally {
            lock.unlock();
        }
        waiting.run();
        lock.lock();
        try {
            if (published <= offset && !ended && !reader.hasWork() && nanos > 0) {
                awaited = Math.min(awaited, offset + 1);
                changed.await(nanos, TimeUnit.NANOSECONDS);
            }
        } finally {
            idle--;
            lock.unlock();
        }
    }

    /**
     * Waits until {@code end} bytes are published, nothing more will be, the reader has something to do, or the time is up.
     * For a reader that has just read much: to be woken for every piece would cost it more than the pieces do.
     */
    void awaitMuch(Reader reader, long end, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (published < end && !ended && !reader.hasWork() && left > 0) {
                awaited = Math.min(awaited, end);
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits a little, or until something changes.
     *
     * @return whether the thread was interrupted meanwhile; the flag is cleared
     */
    @SuppressWarnings("WaitNotInLoop") // the caller looks again whatever woke it
    boolean awaitChange() {
        lock.lock();
        try {
            return !changed.await(SHORT_NANOS, TimeUnit.NANOSECONDS) && Thread.interrupted();
        } catch (InterruptedException e) {
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes everybody who waits. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will be appended. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Offset of the first byte that can be read at or behind {@code offset}. */
    long floor(long offset) {
        lock.lock();
        try {
            return offset < fileLength ? offset : Math.max(offset, memory.start());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads what was written to the file a moment ago.
     *
     * @return number of bytes; 0 if the caller must read the file, with a handle of its own
     */
    int readRecent(long offset, byte[] to, int at, int length) {
        return recent.read(offset, to, at, length);
    }

    /** Reads what is in no file. */
    int readMemory(long offset, byte[] to, int at, int length) {
        lock.lock();
        try {
            return memory.read(offset, to, at, length);
        } finally {
            lock.unlock();
        }
    }

    long fileLength() {
        lock.lock();
        try {
            return fileLength;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes a handle on the file, at once or with the store: in a process that closes any handle on a file the system forgets that
     * the file is locked.
     */
    void retire(Closeable handle) throws IOException {
        lock.lock();
        try {
            if (file != null) {
                retired.add(handle);
                return;
            }
        } finally {
            lock.unlock();
        }
        handle.close();
    }

    @Nullable
    IOException close() {
        RandomAccessFile out = file;
        lock.lock();
        try {
            file = null;
            retired.forEach(JournalStore::closeQuietly);
            retired.clear();
        } finally {
            lock.unlock();
        }
        return out == null ? null : closeQuietly(out);
    }

    private static @Nullable IOException closeQuietly(Closeable out) {
        try {
            out.close();
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
