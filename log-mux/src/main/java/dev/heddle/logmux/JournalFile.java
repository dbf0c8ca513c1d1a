package dev.heddle.logmux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Opens journal files. A file handle of the old kind is used on purpose: an interrupted thread that reads or writes through a
 * {@code FileChannel} closes it for all.
 */
final class JournalFile {

    private JournalFile() {}

    /**
     * A file that is to become a journal, beside it.
     *
     * @param file open and locked
     * @param begun its name while it is no journal yet
     * @param path its name as a journal
     */
    record Fresh(RandomAccessFile file, Path begun, Path path) {

        /** Gives it its name, in place of a journal that is there. Who has the old one open keeps it. */
        void publish() throws IOException {
            requireFree(path);
            Files.move(begun, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        /** Removes it. */
        void discard() throws IOException {
            Files.deleteIfExists(begun);
            file.close();
        }
    }

    /** A new, locked file that only its owner may read; one that a killed process left in the middle of this is removed. */
    static Fresh begin(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        requireFree(path);
        Path begun = path.resolveSibling(path.getFileName() + ".new");
        requireFree(begun);
        Files.deleteIfExists(begun);
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(begun, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(begun);
        }
        return new Fresh(lock(begun), begun, path);
    }

    private static void requireFree(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            lock(path).close();
        }
    }

    /** An existing journal file, locked. */
    static RandomAccessFile lock(Path path) throws IOException {
        requireFile(path);
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        boolean locked = false;
        try {
            locked = tryLock(file) != null;
        } finally {
            if (!locked) {
                file.close();
            }
        }
        if (!locked) {
            throw new FileSystemException(path.toString(), null, "another build is writing this journal");
        }
        return file;
    }

    private static @Nullable FileLock tryLock(RandomAccessFile file) throws IOException {
        try {
            return file.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void requireFile(Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(path.toString(), null, "a journal must be a regular file");
        }
    }
}
