package dev.heddle.logmux;

/** Lets time pass. */
@FunctionalInterface
interface Pause {

    /** Waits so many nanoseconds. */
    void await(long nanos) throws InterruptedException;
}
