package dev.heddle.store.local;

/** The end of a thread that was told to end. */
final class ThreadEnd {

    private ThreadEnd() {}

    /** Waits for it, interrupted or not; an interrupt is kept for later. A thread that was not started has ended. */
    static void await(Thread thread) {
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
