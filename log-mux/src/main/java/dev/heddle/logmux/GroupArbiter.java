package dev.heddle.logmux;

/**
 * Decides whose groups are shown next: the half of a {@link GroupingStrategy} that looks at all sources. An embedder writes one for a
 * strategy of its own.
 *
 * <p>A pure machine: it has no thread, no clock and does no I/O; time is an argument, and {@link #deadline} says when it wants to be
 * asked again. It never sees the engine's own words nor a source that has the stage to itself. What it never shows is shown when
 * the journal ends, when someone asks to see what is held, or when there is too much of it.
 *
 * <p><b>Threads.</b> One object for each sink, called by that sink's thread only.
 */
public interface GroupArbiter {

    /** No deadline. */
    long NEVER = Long.MAX_VALUE;

    /** Shows what the line groupings let through. */
    interface Stage {
        /**
         * Shows everything that passed of a source and was not shown yet, in one piece; if the source has ended, its end too. Does
         * nothing if there is no such source.
         */
        void show(int source);

        /** How many bytes of a source have passed and wait to be shown. */
        long waiting(int source);
    }

    /** A source began. */
    default void opened(int source) {}

    /** A source spoke; some of what it said may have passed. */
    void spoke(int source, long nanos, Stage stage);

    /**
     * A source ended: all that it said has passed.
     *
     * @param failed whether it ended badly
     */
    void ended(int source, boolean failed, long nanos, Stage stage);

    /** When {@link #timer} wants to be called, or {@link #NEVER}. Asked after each call. */
    default long deadline() {
        return NEVER;
    }

    /** The deadline has come. */
    default void timer(long nanos, Stage stage) {}
}
