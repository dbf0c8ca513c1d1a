package dev.heddle.scheduler.testing;

import dev.heddle.core.Expansion;
import dev.heddle.core.TaskSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A source whose thread does nothing but what the engine's thread lets it do, while that waits: what it brings comes at an imagined
 * time, the same each time.
 */
final class SimulatedSource implements TaskSource {

    private final CountDownLatch entered = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile @Nullable Expansion next;
    private volatile boolean ending;

    @Override
    public void feed(Feed feed) throws InterruptedException {
        thread = Thread.currentThread();
        entered.countDown();
        while (!ending) {
            Expansion given = next;
            if (given != null) {
                feed.add(given, "a source");
                next = null;
            } else if (Thread.currentThread().isInterrupted()) {
                // The flag stays set: the engine's thread sees by it that this one is about to end.
                throw new InterruptedException("told to stop");
            } else {
                LockSupport.park(this);
            }
        }
    }

    private Thread thread() {
        try {
            entered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Thread known = thread;
        if (known == null) {
            throw new AssertionError("BUG: a source was not entered");
        }
        return known;
    }

    // On the engine's thread.

    /** Whether it has ended, or was told to, which is waited for. */
    boolean hasLeft() {
        Thread feeding = thread();
        if (feeding.isInterrupted()) {
            VirtualTime.join(feeding);
        }
        return !feeding.isAlive();
    }

    /** Lets it hand something over, and waits until it has. */
    void bring(Expansion expansion) {
        next = expansion;
        while (next != null && thread().isAlive()) {
            LockSupport.unpark(thread());
            Thread.onSpinWait();
        }
    }

    /** Lets it end, and waits until it has. */
    void end() {
        ending = true;
        LockSupport.unpark(thread());
        VirtualTime.join(thread());
    }
}
