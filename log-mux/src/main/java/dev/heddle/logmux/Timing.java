package dev.heddle.logmux;

/** Times that several strategies share, in nanoseconds. */
final class Timing {

    /** How long a half line waits for its rest before it is shown with a mark. */
    static final long HALF_LINE_NANOS = 2_000_000_000L;

    private Timing() {}
}
