package dev.heddle.store.nar;

/** The modes and times that everything in a store has, so that a tree is its archive and nothing else. */
public final class CanonicalForm {

    /** The mode of a file that nobody executes. */
    public static final int PLAIN = 0444;

    /** The mode of a directory, and of a file that can be executed. */
    public static final int EXECUTABLE = 0555;

    /** The time of the last change, in seconds since the epoch: not zero, which some programs take for none. */
    public static final long SECONDS = 1;

    private CanonicalForm() {}
}
