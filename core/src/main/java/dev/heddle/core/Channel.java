package dev.heddle.core;

/**
 * The virtual stream a piece of output is on.
 *
 * <p>{@link #STDOUT} and {@link #STDERR} are what a job wrote. {@link #ERROR} is apart from {@code STDERR} because many
 * tools print normal text to stderr: an {@code ERROR} means that something is wrong. The order of the constants is part of
 * the journal format and does not change.
 */
public enum Channel {
    /** A job's standard output; also both streams of a job whose output is captured merged. */
    STDOUT,
    /** A job's standard error, where it is captured apart from its standard output. */
    STDERR,
    /** Something is wrong. */
    ERROR,
    /** Something may be wrong. */
    WARNING,
    /** What the engine or the embedding program tells the user. */
    MESSAGE,
    /** Details, shown only for the groups asked for. */
    VERBOSE,
    /** Details for those who look for a fault, shown only for the groups asked for. */
    TRACE,
    /** Progress and animation: for a terminal only, never logged unless mapped to another channel. */
    CONSOLE
}
