package dev.heddle.store.faults;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;

/** How a call of the system fails, in the words that the JDK has for it. */
enum Fault {
    ENOSPC("No space left on device"),
    EIO("Input/output error"),
    EMFILE("Too many open files"),
    EINTR("Interrupted system call"),
    EDQUOT("Disk quota exceeded"),
    EROFS("Read-only file system"),
    EXDEV("Invalid cross-device link");

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    /** What a call of this name throws. */
    IOException at(String call) {
        return this == EXDEV && call.equals("move")
                ? new AtomicMoveNotSupportedException(call, call, text)
                : new FileSystemException(call, null, text);
    }
}
