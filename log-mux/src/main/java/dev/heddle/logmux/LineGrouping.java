package dev.heddle.logmux;

/**
 * Decides how much of what one source says on one channel may be shown: the half of a {@link GroupingStrategy} that looks at the
 * bytes. An embedder writes one for a strategy of its own.
 *
 * <p>A pure machine: it has no thread, no clock and does no I/O; time is an argument, and {@link #deadline} says when it wants to be
 * asked again. It is given all bytes in order and says how many of those that are held may pass, counted from the oldest. So it
 * cannot lose, double or mix any. What it holds when the source ends, passes then.
 *
 * <p><b>Threads.</b> One object for each source and channel of each sink, called by that sink's thread only.
 *
 * <p><b>Bounds.</b> {@value #MOST_HELD} bytes are held, beyond which everything passes. A half line is best let through only when a
 * person has waited for it: when it passes, it is closed with a mark if another source speaks.
 */
public interface LineGrouping {

    /** No deadline. */
    long NEVER = Long.MAX_VALUE;

    /** Most bytes that are held. */
    int MOST_HELD = 256 * 1024;

    /**
     * Takes bytes.
     *
     * @param bytes an array that belongs to the caller, valid during the call, not to be changed
     * @param from index of the first byte
     * @param length number of bytes, at least 1
     * @param nanos the time
     * @return how many of the bytes held, these included, may pass; more than there are means all
     */
    long accept(byte[] bytes, int from, int length, long nanos);

    /**
     * The source speaks on another channel.
     *
     * @param nanos the time
     * @return how many of the bytes held may pass
     */
    default long interrupted(long nanos) {
        return 0;
    }

    /** When {@link #timer} wants to be called, or {@link #NEVER}. Asked after each call. */
    default long deadline() {
        return NEVER;
    }

    /**
     * The deadline has come.
     *
     * @param nanos the time
     * @return how many of the bytes held may pass
     */
    default long timer(long nanos) {
        return 0;
    }

    /** Everything that is held has passed, because the source ended, too much was held, or someone asked to see it. */
    default void passed() {}
}
