package dev.heddle.scheduler;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes on their way from what a listing prints to what reads its records; whoever is ahead waits.
 *
 * <p>Not a {@code PipedInputStream}, which takes a writer's thread that ended for a writer that broke off. May be used from any
 * thread.
 */
final class ListingPipe extends InputStream {

    private static final int ROOM = 1 << 16;

    private final byte[] ring = new byte[ROOM];
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private int first;
    private int count;
    private boolean ended;
    private boolean abandoned;

    /** Takes all bytes, waiting for room; when nobody reads any more it throws them away. */
    void write(byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            int done = 0;
            while (done < length) {
                while (count == ROOM && !abandoned) {
                    changed.awaitUninterruptibly();
                }
                if (abandoned) {
                    return;
                }
                int at = (first + count) % ROOM;
                int some = Math.min(length - done, Math.min(ROOM - count, ROOM - at));
                System.arraycopy(bytes, offset + done, ring, at, some);
                count += some;
                done += some;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Says that nothing more comes. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Says that nothing more is read. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws InterruptedIOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws InterruptedIOException {
        lock.lock();
        try {
            while (count == 0 && !ended && length > 0) {
                changed.await();
            }
            int some = Math.min(length, Math.min(count, ROOM - first));
            if (some == 0) {
                return length == 0 ? 0 : -1;
            }
            System.arraycopy(ring, first, target, offset, some);
            first = (first + some) % ROOM;
            count -= some;
            changed.signalAll();
            return some;
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted while a listing was read");
        } finally {
            lock.unlock();
        }
    }
}
