package dev.heddle.store.wire;

import java.io.IOException;

/** Bytes that are not what a format wants at their place; the message says what was wanted and found. */
public final class WireFormatException extends IOException {

    private static final long serialVersionUID = 1;

    private final long offset;

    /**
     * A fault in what is read.
     *
     * @param offset the first byte of the field that is wrong, counted from the beginning of the stream
     */
    public WireFormatException(long offset, String message) {
        super("offset " + offset + ": " + message);
        this.offset = offset;
    }

    /** The first byte of the field that is wrong, counted from the beginning of the stream. */
    public long offset() {
        return offset;
    }
}
