package dev.heddle.scheduler.host;

import dev.heddle.core.FileFormatException;
import org.jspecify.annotations.Nullable;

/** A hosts file is not one. */
public final class HostFileException extends FileFormatException {
    private static final long serialVersionUID = 1L;

    HostFileException(String place, String problem, @Nullable String hint) {
        super(place, problem, hint);
    }
}
