package dev.heddle.core.process;

import java.io.IOException;
import java.nio.file.FileSystemException;

/**
 * A command could not be started because the machine is short of something: processes, memory or open files. That passes, and
 * says nothing of the command, which can be started again later.
 */
public final class ShortageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** With the facts. */
    public ShortageException(String message) {
        super(message);
    }

    private ShortageException(String message, IOException cause) {
        super(message, cause);
    }

    /**
     * The same failure, as a shortage if it is one.
     *
     * @param failure of something that the runner needs for itself, so that no words of a command are in its message
     */
    static IOException orSame(IOException failure) {
        return isShortage(failure) ? new ShortageException(String.valueOf(failure.getMessage()), failure) : failure;
    }

    private static boolean isShortage(IOException failure) {
        // Of what fails with a file the JDK gives no number, only the system's words.
        boolean descriptors = failure instanceof FileSystemException file
                && String.valueOf(file.getReason()).contains("Too many open files");
        return descriptors || SystemError.isShortage(String.valueOf(failure.getMessage()));
    }
}
