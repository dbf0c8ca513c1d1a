package dev.heddle.core.derivation;

/** Bytes that are not the text of a derivation; the message says what was wanted and found. */
public final class DerivationFormatException extends Exception {

    private static final long serialVersionUID = 1;

    private final int offset;

    DerivationFormatException(int offset, String message) {
        super("derivation, offset " + offset + ": " + message);
        this.offset = offset;
    }

    /** Where the fault lies, in bytes from the beginning. */
    public int offset() {
        return offset;
    }
}
