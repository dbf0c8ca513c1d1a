package dev.heddle.scheduler;

import dev.heddle.core.FileFormatException;
import org.jspecify.annotations.Nullable;

/** A log of earlier builds is not one. */
public final class HistoryException extends FileFormatException {
    private static final long serialVersionUID = 1L;

    HistoryException(String place, String problem, @Nullable String hint) {
        super(place, problem, hint);
    }
}
