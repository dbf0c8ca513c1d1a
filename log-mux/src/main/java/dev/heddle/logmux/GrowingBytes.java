package dev.heddle.logmux;

import java.io.IOException;

/** The bytes of a journal that another program writes at the same time. Owned by one thread, but for {@link #interrupt}. */
interface GrowingBytes extends RunReader.Bytes {

    /**
     * Waits until there are more bytes than when this was asked last, or the time is up.
     *
     * @param nanos how long to wait at most
     * @param complete whether the writer has said, in the bytes there are, that they are all
     * @return false if no more will come
     */
    boolean await(long nanos, boolean complete) throws IOException;

    /** Whether it would be good to {@link #forget} something. */
    default boolean isCrowded() {
        return false;
    }

    /** Nothing before this offset will be asked for again. */
    default void forget(long offset) {}

    /** Lets the thread that waits, and every later one, find that no more will come. May be called from any thread. */
    void interrupt();
}
