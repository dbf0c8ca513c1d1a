package dev.heddle.core.json;

/** JSON text is not what it should be. The message says what, and {@link #place} where; no other exception lies behind it. */
public final class JsonInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String place;

    JsonInputException(String message, String place) {
        super(message);
        this.place = place;
    }

    /** {@code NAME:LINE:COLUMN}, both from 1; a column counts bytes. */
    public String place() {
        return place;
    }
}
