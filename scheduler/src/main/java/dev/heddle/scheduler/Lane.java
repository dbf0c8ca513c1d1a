package dev.heddle.scheduler;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages on one after the other, in the order given, on a thread that may block.
 *
 * <p>At most {@value #WAITING} wait; further ones are counted, and their number is handed on in their place. May be used from
 * any thread.
 *
 * @param <T> the kind of message
 */
final class Lane<T> {

    static final int WAITING = 1_024;

    /** Makes a message of the number of those left out. */
    interface LeftOut<T> {
        T message(long count);
    }

    private final Executor hands;
    private final Consumer<T> receiver;
    private final LeftOut<T> leftOut;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private long lost;
    private boolean running;

    /**
     * @param receiver must not throw
     */
    Lane(Executor hands, Consumer<T> receiver, LeftOut<T> leftOut) {
        this.hands = hands;
        this.receiver = receiver;
        this.leftOut = leftOut;
    }

    void add(T message) {
        lock.lock();
        try {
            if (waiting.size() == WAITING) {
                lost++;
            } else {
                waiting.add(message);
            }
            if (running) {
                return;
            }
            running = true;
        } finally {
            lock.unlock();
        }
        hands.execute(this::drain);
    }

    private void drain() {
        for (T message = next(); message != null; message = next()) {
            receiver.accept(message);
        }
    }

    private @Nullable T next() {
        lock.lock();
        try {
            T message = waiting.poll();
            if (message == null && lost > 0) {
                message = leftOut.message(lost);
                lost = 0;
            }
            if (message == null) {
                running = false;
                emptied.signalAll();
            }
            return message;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all was handed on, or time is up, or the thread is interrupted, which it then still is. */
    void await(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (running && left > 0) {
                left = emptied.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
