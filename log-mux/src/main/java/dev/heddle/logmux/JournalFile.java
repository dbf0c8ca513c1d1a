package dev.heddle.logmux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Opens journal files. A file handle of the old kind is used on purpose: an interrupted thread that reads or writes through a
 * {@code FileChannel} closes it for all.
 */
final class JournalFile {

    private JournalFile() {}

    /**
     * A new, locked journal file that only its owner may read, in place of one that is there. Who has the old one open keeps
     * it.
     */
    static RandomAccessFile create(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            requireFile(path);
            lock(path).close();
            Files.delete(path);
        }
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(path);
        }
        return lock(path);
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
