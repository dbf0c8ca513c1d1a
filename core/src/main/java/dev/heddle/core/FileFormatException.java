package dev.heddle.core;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that somebody names, such as a hosts file or a log of earlier builds, is not in its format. The message is
 * {@code FILE:LINE:COLUMN: what is wrong}, {@link #hint} says what to do; it needs no stack trace beside it.
 */
public abstract class FileFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final String problem;
    private final @Nullable String hint;

    /**
     * With the facts.
     *
     * @param place {@code FILE:LINE:COLUMN}, both from 1; a column counts bytes
     * @param hint what to do, or null if that is plain
     */
    protected FileFormatException(String place, String problem, @Nullable String hint) {
        super(place + ": " + problem + (hint == null ? "" : "; " + hint));
        this.place = place;
        this.problem = problem;
        this.hint = hint;
    }

    /** {@code FILE:LINE:COLUMN}, both from 1; a column counts bytes. */
    public final String place() {
        return place;
    }

    /** What is wrong there. */
    public final String problem() {
        return problem;
    }

    /** What to do. */
    public final Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
