package dev.heddle.samples.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a build in order when the launcher is interrupted or terminated.
 *
 * <p>A signal starts the JVM's shutdown, which runs the hook that this class installs: it asks the build to end and holds the
 * shutdown back until {@link #close} says that everything was written, at most for {@link #PATIENCE_SECONDS}. The JVM then ends
 * with the exit code that belongs to the signal: 130 after an interrupt.
 */
public final class Interruption implements AutoCloseable {

    /** Longest time a build gets to end after a signal. */
    static final int PATIENCE_SECONDS = 20;

    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final Thread hook;

    private Interruption(Runnable cancel, Runnable last) {
        hook = new Thread(
                () -> {
                    interrupted.set(true);
                    cancel.run();
                    awaitDone();
                    last.run();
                },
                "heddle-interrupted");
    }

    /**
     * Installs a hook.
     *
     * @param cancel asks what runs to end soon; must not wait for it
     * @param last done before the process ends, when everything was written or took too long
     */
    public static Interruption cancels(Runnable cancel, Runnable last) {
        Interruption interruption = new Interruption(cancel, last);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void awaitDone() {
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LastWords.say("the build did not end within " + PATIENCE_SECONDS + " s after the signal");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a signal came. */
    public boolean happened() {
        return interrupted.get();
    }

    /** Says that everything has ended and is written. */
    @Override
    public void close() {
        done.countDown();
        if (!happened()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The shutdown began just now; the hook finds the latch open.
                return;
            }
        }
    }
}
