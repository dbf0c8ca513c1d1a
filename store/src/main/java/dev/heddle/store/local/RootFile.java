package dev.heddle.store.local;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A file of temporary roots of this process: store paths, each with a zero byte behind it, as Nix writes them. Locked as long
 * as it is open, which tells others that its owner lives.
 *
 * <p>Written through a {@code RandomAccessFile}, which no interrupt closes. Nothing else in this process may open the file,
 * since closing it would give up the lock. Used by one thread at a time.
 */
final class RootFile implements Closeable {

    /** Names that may be taken by processes of other containers with the same number, or by dead ones. */
    private static final int MOST_NAMES = 10_000;
    /** Far more than a path is long. */
    private static final int COPIED_AT_ONCE = 1 << 16;

    private final Path path;
    private final RandomAccessFile content;
    private final AsynchronousFileChannel lock;
    private long size;

    private RootFile(Path path, RandomAccessFile content, AsynchronousFileChannel lock) {
        this.path = path;
        this.content = content;
        this.lock = lock;
    }

    /** Makes the file of the process {@code pid}: {@code PID}, or {@code PID-1} and so on, which Nix reads as well. */
    static RootFile create(Path directory, long pid) throws IOException {
        for (int i = 0; i < MOST_NAMES; i++) {
            Path path = directory.resolve(i == 0 ? Long.toString(pid) : pid + "-" + i);
            try {
                Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } catch (FileAlreadyExistsException taken) {
                continue;
            }
            RootFile file = locked(path);
            // A collector that cannot see this process may have taken the file for a dead one's before it was locked.
            if (Files.exists(path)) {
                return file;
            }
            file.close();
        }
        throw new IOException(directory + ": every name for the temporary roots of process " + pid
                + " is taken; remove the files of processes that are no more");
    }

    private static RootFile locked(Path path) throws IOException {
        AsynchronousFileChannel lock = CollectorLock.openToLock(path);
        try {
            if (lock.tryLock() == null) {
                throw new IOException(path + ": another process has locked the file of this one's temporary roots");
            }
            return new RootFile(path, new RandomAccessFile(path.toFile(), "rw"), lock);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /** Notes paths, whole or not at all. */
    void append(Iterable<String> paths) throws IOException {
        StringBuilder text = new StringBuilder();
        paths.forEach(root -> text.append(root).append('\0'));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try {
            content.seek(size);
            content.write(bytes);
        } catch (IOException e) {
            content.setLength(size);
            throw new IOException(path + ": cannot note what must not be collected: " + e.getMessage(), e);
        }
        size += bytes.length;
    }

    /** Reads bytes from {@code offset} on, which is below {@link #size}. */
    int read(long offset, byte[] into) throws IOException {
        content.seek(offset);
        return content.read(into, 0, (int) Math.min(into.length, size - offset));
    }

    /** Appends to another file the paths of this one that {@code wanted} takes. */
    void copy(RootFile to, Predicate<String> wanted) throws IOException {
        byte[] buffer = new byte[COPIED_AT_ONCE];
        int kept = 0;
        for (long at = 0; at < size; ) {
            content.seek(at);
            int count = kept + content.read(buffer, kept, (int) Math.min(buffer.length - kept, size - at));
            at += count - kept;
            List<String> paths = new ArrayList<>();
            int from = 0;
            for (int i = 0; i < count; i++) {
                if (buffer[i] == 0) {
                    paths.add(new String(buffer, from, i - from, StandardCharsets.UTF_8));
                    from = i + 1;
                }
            }
            paths.removeIf(wanted.negate());
            to.append(paths);
            kept = count - from;
            System.arraycopy(buffer, from, buffer, 0, kept);
        }
    }

    /** Removes the file's name; the lock lasts until it is closed. */
    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            content.close();
        }
    }
}
