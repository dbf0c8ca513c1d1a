package dev.heddle.store.cache;

import java.io.IOException;

/** Bytes that are no narinfo; the message says which line is wrong, and what was wanted. */
public final class NarInfoException extends IOException {

    private static final long serialVersionUID = 1;

    private final int line;

    NarInfoException(int line, String message) {
        super("narinfo line " + line + ": " + message);
        this.line = line;
    }

    /** The line that is wrong, counted from one; one more than there are where something is missing. */
    public int line() {
        return line;
    }
}
