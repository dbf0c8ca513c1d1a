package dev.heddle.core;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** Words for failures of the world that the JDK tells by the names of its classes. May be used from any thread. */
public final class FailureText {

    private FailureText() {}

    /** What went wrong, behind the path where that is known: for a caller who cannot tell which of several files it was. */
    public static String located(IOException e) {
        String path = e instanceof FileSystemException file ? file.getFile() : null;
        return path == null ? of(e) : path + ": " + of(e);
    }

    /** What went wrong, without the path, which the caller names anyway. */
    public static String of(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (e instanceof DirectoryNotEmptyException) {
            return "a directory that is not empty";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "there is a file of that name already";
        }
        if (e instanceof FileSystemException file) {
            // Its message would be the path again.
            return file.getReason() != null ? file.getReason() : "cannot be used";
        }
        String message = e.getMessage();
        if (e instanceof FileNotFoundException && message != null && message.endsWith(")")) {
            // java.io names the file and puts the system's reason behind it.
            String reason = message.substring(message.lastIndexOf('(') + 1, message.length() - 1);
            return reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1);
        }
        return message == null ? "an input or output error" : message;
    }
}
