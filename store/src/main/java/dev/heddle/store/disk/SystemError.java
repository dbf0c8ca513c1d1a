package dev.heddle.store.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The errors of calls by handle, which know a file's last name at most, retold with the whole path. */
final class SystemError {

    private static final String FULL = "No space left on device";

    /** Below it a full disk may be meant: file systems keep some blocks back. */
    private static final long MUCH_FREE = 1 << 20;

    private SystemError() {}

    /** {@code error} of a call for {@code path}, of the same kind. */
    static IOException at(Path path, IOException error) {
        return (IOException)
                retold(RawPaths.toName(path).toString(), error, null).initCause(error);
    }

    /** {@code error} of a call that wanted a new entry at {@code path}; tells a lack of inodes from one of space. */
    static IOException making(Path path, IOException error) {
        return (IOException) retold(RawPaths.toName(path).toString(), error, inodes(path, error))
                .initCause(error);
    }

    private static IOException retold(String path, IOException error, @Nullable String hint) {
        String reason = error instanceof FileSystemException known ? known.getReason() : error.getMessage();
        if (error instanceof NoSuchFileException) {
            return new NoSuchFileException(path, null, reason);
        }
        if (error instanceof FileAlreadyExistsException) {
            return new FileAlreadyExistsException(path, null, reason);
        }
        if (error instanceof DirectoryNotEmptyException) {
            return new DirectoryNotEmptyException(path);
        }
        if (error instanceof AccessDeniedException) {
            return new AccessDeniedException(path, null, reason == null ? "no permission" : reason);
        }
        if (error instanceof NotDirectoryException) {
            return new NotDirectoryException(path);
        }
        if (error instanceof AtomicMoveNotSupportedException move) {
            return new AtomicMoveNotSupportedException(path, move.getOtherFile(), reason);
        }
        return new FileSystemException(path, null, hint == null ? reason : reason + hint);
    }

    private static @Nullable String inodes(Path path, IOException error) {
        if (!String.valueOf(error.getMessage()).endsWith(FULL)) {
            return null;
        }
        try {
            Path parent = path.getParent();
            long free = Files.getFileStore(parent == null ? path : parent).getUsableSpace();
            return free < MUCH_FREE
                    ? null
                    : " (but " + free + " bytes are free: its inodes are used up; remove files, or collect garbage)";
        } catch (IOException unknown) {
            return null;
        }
    }
}
