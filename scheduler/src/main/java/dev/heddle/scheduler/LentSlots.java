package dev.heddle.scheduler;

/**
 * Slots of one running step that may become more and fewer. Whoever uses them is told nothing; it finds more or fewer of them free.
 * May be used from any thread; {@link #close} may wait a moment.
 */
interface LentSlots {

    /** There are so many more. */
    void lend(int slots);

    /** Says how many are wanted back from now on; each that comes back is told to whom this was made for. */
    void want(int slots);

    /** The step is over: there are none. */
    void close();
}
