package dev.heddle.core.event;

import java.io.IOException;

/** Text is not a recording of events. The message begins with {@code NAME:LINE:COLUMN} and says what is wrong there. */
public final class EventFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    EventFormatException(String place, String message) {
        super(place + ": " + message);
    }
}
