package dev.heddle.store.nar;

import java.io.IOException;

/** Bytes that are not a NAR, or a NAR or tree that goes beyond the limits; the message says what was wanted and found. */
public final class NarException extends IOException {

    private static final long serialVersionUID = 1;

    private final long offset;

    NarException(long offset, String message) {
        super("NAR offset " + offset + ": " + message);
        this.offset = offset;
    }

    /** Where in the archive the fault lies, in bytes from its beginning: the first byte of the field that is wrong. */
    public long offset() {
        return offset;
    }
}
