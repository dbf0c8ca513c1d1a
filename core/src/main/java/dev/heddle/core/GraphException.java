package dev.heddle.core;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A graph is not one: a name is given twice, a dependency is unknown, a cycle is closed. The message says what, where and what
 * to do; it needs no stack trace beside it.
 */
public class GraphException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String place;
    private final @Nullable String task;

    /** With the facts. */
    public GraphException(String message) {
        this(message, null, null);
    }

    GraphException(String message, @Nullable String task, @Nullable String place) {
        super(place == null ? message : place + ": " + message);
        this.place = place;
        this.task = task;
    }

    /** Where it was read: {@code FILE:LINE:COLUMN} or what the source of the tasks named, if it is known. */
    public Optional<String> place() {
        return Optional.ofNullable(place);
    }

    /** The name of the task that is at fault, if it is one. */
    public Optional<String> task() {
        return Optional.ofNullable(task);
    }

    /** The same error with the place where its cause was read; one that has a place keeps it. */
    GraphException at(String where) {
        return place != null ? this : new GraphException(String.valueOf(getMessage()), task, where);
    }
}
