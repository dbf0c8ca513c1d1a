package dev.heddle.scheduler;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A log of earlier builds is not one. The message is {@code FILE:LINE:COLUMN: what is wrong}, {@link #hint} says what to do; it
 * needs no stack trace beside it.
 */
public final class HistoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final String problem;
    private final @Nullable String hint;

    HistoryException(String place, String problem, @Nullable String hint) {
        super(place + ": " + problem + (hint == null ? "" : "; " + hint));
        this.place = place;
        this.problem = problem;
        this.hint = hint;
    }

    /** {@code FILE:LINE:COLUMN}, both from 1; a column counts bytes. */
    public String place() {
        return place;
    }

    /** What is wrong there. */
    public String problem() {
        return problem;
    }

    /** What to do. */
    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
