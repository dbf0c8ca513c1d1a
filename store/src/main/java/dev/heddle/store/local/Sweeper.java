package dev.heddle.store.local;

import java.io.Closeable;
import java.io.IOException;

/** Removes, once, what dead processes left in the staging directory: apart, since there may be much of it. */
final class Sweeper implements Closeable {

    private final Thread thread;
    private final Staging staging;

    private Sweeper(Staging staging) {
        this.staging = staging;
        this.thread = new Thread(() -> sweep(staging), "heddle-store-sweeper");
        thread.setDaemon(true);
    }

    /** @param apart whether a thread is started; else everything is removed when this returns */
    static Sweeper start(Staging staging, boolean apart) {
        Sweeper sweeper = new Sweeper(staging);
        if (apart) {
            sweeper.thread.start();
        } else {
            sweep(staging);
        }
        return sweeper;
    }

    private static void sweep(Staging staging) {
        try {
            staging.sweep();
        } catch (IOException leftForTheNext) {
            // It costs space and nothing else; whoever opens the store next tries again.
            return;
        }
    }

    /** Waits until the tree that is being removed is gone; the others stay for the next who opens the store. */
    @Override
    public void close() {
        staging.endSweep();
        await();
    }

    /** Waits until the sweep has ended. */
    void await() {
        ThreadEnd.await(thread);
    }
}
