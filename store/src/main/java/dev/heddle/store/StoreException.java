package dev.heddle.store;

import java.io.IOException;

/** A store cannot do what was asked; the message names the path and the cause. */
public class StoreException extends IOException {

    private static final long serialVersionUID = 1;

    /** What was wanted, and why it cannot be. */
    public StoreException(String message) {
        super(message);
    }

    /** What was wanted, and what went wrong below. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
