package dev.heddle.samples.cli;

/** Exit codes of the launcher; scripts rely on them. */
public final class ExitCode {

    /** All that was asked for is done. */
    public static final int DONE = 0;

    /** Something failed to build, or what was built could not be recorded or shown in full. */
    public static final int FAILED = 1;

    /** Wrong usage or input; nothing was started. */
    public static final int USAGE = 2;

    /** No usable host. */
    public static final int NO_HOST = 3;

    /** Interrupted. */
    public static final int INTERRUPTED = 130;

    /** Whoever read standard output has gone; as if {@code SIGPIPE} had ended the launcher. */
    public static final int UNREAD = 141;

    private ExitCode() {}
}
