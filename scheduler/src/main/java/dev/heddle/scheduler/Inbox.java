package dev.heddle.scheduler;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What other threads have to tell the loop, in the order of arrival.
 *
 * <p>As long as the jobs that run, times a few messages each: whoever could send without end waits for a permit first.
 * {@link #post} may be called from any thread; the rest belongs to the loop's thread.
 */
final class Inbox {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private ArrayDeque<Runnable> messages = new ArrayDeque<>();
    private ArrayDeque<Runnable> spare = new ArrayDeque<>();
    private boolean waiting;
    private boolean woken;
    private boolean closed;

    /** Leaves a message; false if nobody will read it any more. */
    boolean post(Runnable message) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            messages.add(message);
            if (waiting) {
                filled.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a wait, now or the next one. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return messages.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** What has arrived; the answer is valid until the next call. */
    ArrayDeque<Runnable> take() {
        lock.lock();
        try {
            ArrayDeque<Runnable> taken = messages;
            messages = spare;
            spare = taken;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something arrives, or {@link #wake} is called, or time is up. */
    void await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            waiting = true;
            while (messages.isEmpty() && !woken && left > 0) {
                if (left == Long.MAX_VALUE) {
                    filled.await();
                } else {
                    left = filled.awaitNanos(left);
                }
            }
        } finally {
            waiting = false;
            woken = false;
            lock.unlock();
        }
    }

    /** Takes no further message. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
