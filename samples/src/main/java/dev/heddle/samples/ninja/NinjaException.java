package dev.heddle.samples.ninja;

import dev.heddle.samples.cli.ExitCode;
import org.jspecify.annotations.Nullable;

/**
 * What a person must put right before or instead of building: the message says what and where, and is the whole of what is
 * shown, but for {@link #hint}, which says what to do.
 *
 * <p>{@link #exitCode} is {@link ExitCode#USAGE} for wrong input and wrong usage, {@link ExitCode#FAILED} for what went wrong with
 * a build under way.
 */
public final class NinjaException extends Exception {

    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final @Nullable String hint;

    NinjaException(String message) {
        this(message, ExitCode.USAGE);
    }

    NinjaException(String message, int exitCode) {
        this(message, exitCode, null);
    }

    private NinjaException(String message, int exitCode, @Nullable String hint) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.hint = hint;
    }

    /** What the program ends with. */
    public int exitCode() {
        return exitCode;
    }

    /** What to do about it, or null if the message says that already. */
    public @Nullable String hint() {
        return hint;
    }

    /** The same with a line that says what to do. */
    NinjaException hint(String whatToDo) {
        return new NinjaException(getMessage(), exitCode, whatToDo);
    }

    /** The same with an exit code. */
    NinjaException exitCode(int code) {
        return new NinjaException(getMessage(), code, hint);
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }

    /** The message alone: where an engine shows what a job threw, the name of a class would help nobody. */
    @Override
    public String toString() {
        return getMessage();
    }
}
