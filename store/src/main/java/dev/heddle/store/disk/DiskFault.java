package dev.heddle.store.disk;

import dev.heddle.store.disk.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** What the system may answer to a call instead of doing it, and to which ones it does. */
public enum DiskFault {
    /** No block or no inode is left. */
    ENOSPC("No space left on device", taking()),
    /** The medium fails. */
    EIO("Input/output error", EnumSet.allOf(Operation.class)),
    /** This process has as many files open as it may. */
    EMFILE("Too many open files", opening()),
    /** A signal came. */
    EINTR(
            "Interrupted system call",
            EnumSet.of(Operation.READ, Operation.WRITE, Operation.SYNC, Operation.SYNC_ALL, Operation.CLOSE)),
    /** The user has as much on the disk as he may. */
    EDQUOT("Disk quota exceeded", taking()),
    /** The file system became read-only, as some do after an error. */
    EROFS("Read-only file system", changing()),
    /** Two directories are on different file systems. */
    EXDEV("Invalid cross-device link", EnumSet.of(Operation.MOVE, Operation.HARD_LINK));

    private final String words;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that cannot be changed
    private final Set<Operation> operations;

    DiskFault(String words, Set<Operation> operations) {
        this.words = words;
        this.operations = Set.copyOf(operations);
    }

    private static Set<Operation> taking() {
        return EnumSet.of(
                Operation.OPEN_OR_CREATE,
                Operation.SYNC_ALL,
                Operation.CREATE,
                Operation.APPEND,
                Operation.CREATE_FOLDER,
                Operation.CREATE_LINK,
                Operation.HARD_LINK,
                Operation.MOVE,
                Operation.SYNC,
                Operation.WRITE,
                Operation.CLOSE);
    }

    private static Set<Operation> opening() {
        return EnumSet.of(
                Operation.OPEN_DIRECTORY,
                Operation.OPEN_OR_CREATE,
                Operation.LIST,
                Operation.OPEN_FOLDER,
                Operation.OPEN_TO_READ,
                Operation.CREATE,
                Operation.APPEND,
                Operation.CREATE_FOLDER,
                Operation.SET_MODE,
                Operation.SET_TIME,
                Operation.SYNC,
                Operation.SYNC_ALL);
    }

    private static Set<Operation> changing() {
        Set<Operation> all = EnumSet.copyOf(taking());
        all.addAll(EnumSet.of(Operation.DELETE, Operation.SET_MODE, Operation.SET_TIME));
        all.removeAll(EnumSet.of(Operation.SYNC, Operation.SYNC_ALL, Operation.CLOSE));
        return all;
    }

    /** The calls to which the system gives this answer. */
    public Set<Operation> operations() {
        return operations;
    }

    /** The exception that the JDK makes of it. */
    IOException exception(Operation operation, Path path) {
        if (this == EXDEV && operation == Operation.MOVE) {
            return new AtomicMoveNotSupportedException(path.toString(), null, words);
        }
        return new FileSystemException(path.toString(), null, words);
    }
}
