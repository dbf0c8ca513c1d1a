package dev.heddle.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings bytes from a thread that writes to one that reads, at most {@value #CAPACITY} of them at a time.
 *
 * <p>The writer ends with {@link #end}, and what it failed with is thrown by the reader. A reader that stops early calls
 * {@link #stop}; then the writer's next write fails. Both waits end when their thread is interrupted.
 */
final class NarPipe {

    private static final int CAPACITY = 1 << 18;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final byte[] ring = new byte[CAPACITY];
    private int from;
    private int count;
    private boolean ended;
    private boolean stopped;
    private @Nullable IOException failure;

    final InputStream in = new In();
    final OutputStream out = new Out();

    /** Nothing more comes; with {@code why}, since that went wrong. */
    void end(@Nullable IOException why) {
        lock.lock();
        try {
            ended = true;
            failure = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is wanted. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Thrown to a writer whose reader has stopped. */
    static final class StoppedException extends IOException {
        private static final long serialVersionUID = 1;

        StoppedException() {
            super("the reader has stopped");
        }
    }

    private int take(byte[] into, int at, int length) throws IOException, InterruptedException {
        lock.lock();
        try {
            while (count == 0 && !ended) {
                changed.await();
            }
            if (count == 0) {
                if (failure != null) {
                    throw failure;
                }
                return -1;
            }
            int taken = Math.min(Math.min(length, count), CAPACITY - from);
            System.arraycopy(ring, from, into, at, taken);
            from = (from + taken) % CAPACITY;
            count -= taken;
            changed.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private int put(byte[] bytes, int at, int length) throws StoppedException, InterruptedException {
        lock.lock();
        try {
            while (count == CAPACITY && !stopped) {
                changed.await();
            }
            if (stopped) {
                throw new StoppedException();
            }
            int to = (from + count) % CAPACITY;
            int given = Math.min(Math.min(length, CAPACITY - count), CAPACITY - to);
            System.arraycopy(bytes, at, ring, to, given);
            count += given;
            changed.signalAll();
            return given;
        } finally {
            lock.unlock();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while a path was copied");
    }

    private final class In extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            Objects.checkFromIndexSize(at, length, into.length);
            try {
                return length == 0 ? 0 : take(into, at, length);
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int at, int length) throws IOException {
            Objects.checkFromIndexSize(at, length, bytes.length);
            try {
                for (int done = 0; done < length; ) {
                    done += put(bytes, at + done, length - done);
                }
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
    }
}
