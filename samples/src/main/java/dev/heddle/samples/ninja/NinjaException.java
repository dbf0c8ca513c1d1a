package dev.heddle.samples.ninja;

/**
 * What a person must put right before or instead of building: the message says what, where, and what to do, and is the whole
 * of what is shown.
 *
 * <p>{@link #exitCode} is 2 for wrong input and wrong usage, 1 for what went wrong with a build under way.
 */
final class NinjaException extends Exception {

    static final int WRONG_INPUT = 2;
    static final int FAILED = 1;

    private static final long serialVersionUID = 1;

    private final int exitCode;

    NinjaException(String message) {
        this(message, WRONG_INPUT);
    }

    NinjaException(String message, int exitCode) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
