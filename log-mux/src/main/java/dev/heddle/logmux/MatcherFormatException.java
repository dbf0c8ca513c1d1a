package dev.heddle.logmux;

import java.io.IOException;

/** A file of matchers is not what it should be. The message begins with {@code FILE:LINE:COLUMN}. */
public final class MatcherFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String place;

    MatcherFormatException(String place, String message) {
        super(place + ": " + message);
        this.place = place;
    }

    /** {@code FILE:LINE:COLUMN}, both counted from 1; a column counts bytes. */
    public String place() {
        return place;
    }
}
