package dev.heddle.samples.cli;

import dev.heddle.core.FileFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Something a user of the launcher did or has that does not work: told as {@code heddle: WHERE: WHAT} and a hint, never as a
 * stack trace.
 */
public final class UserError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final @Nullable String hint;

    /**
     * An error that ends the launcher with {@link ExitCode#USAGE}.
     *
     * @param where the place: a file with line and column, an option, a task
     * @param what what is wrong there
     * @param hint what to do, or null
     */
    public UserError(String where, String what, @Nullable String hint) {
        this(ExitCode.USAGE, where, what, hint);
    }

    /** An error that ends the launcher with a given exit code. */
    public UserError(int exitCode, String where, String what, @Nullable String hint) {
        super(where.isEmpty() ? what : where + ": " + what);
        this.exitCode = exitCode;
        this.hint = hint;
    }

    /** What is wrong in a file that the user named. */
    public static UserError of(FileFormatException wrong) {
        return new UserError(wrong.place(), wrong.problem(), wrong.hint().orElse(null));
    }

    /** The exit code it ends the launcher with. */
    public int exitCode() {
        return exitCode;
    }

    /** What to do, or null. */
    public @Nullable String hint() {
        return hint;
    }
}
