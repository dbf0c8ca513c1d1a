package dev.heddle.store.faults;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets time pass while something else is at work, to find it at a moment that nobody chose. */
final class Pause {

    private Pause() {}

    /** Waits at least so long. */
    static void milliseconds(int count) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(count);
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
