package dev.heddle.logmux.wire;

import java.io.IOException;

/** Bytes that are not what the format says; {@link #offset} tells where. */
public final class WireFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    /**
     * Describes bad bytes.
     *
     * @param offset offset in bytes from the start of the stream
     * @param message what was wrong there
     */
    public WireFormatException(long offset, String message) {
        super("at byte " + offset + ": " + message);
        this.offset = offset;
    }

    /** Offset of the bad frame in bytes from the start of the stream. */
    public long offset() {
        return offset;
    }
}
