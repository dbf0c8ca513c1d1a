package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The locks between processes: one byte of an empty file for each place, locked by {@code fcntl}. The system gives them up
 * when their process ends, so nothing is ever stuck, and none leaves a file behind. Nix locks otherwise ({@code flock} on a
 * file for each path), which Java cannot: the two do not keep one another out.
 *
 * <p>Opened once in a process, as closing any opening gives up the locks of all; {@link SingleOpener} of the database sees to
 * that. The channel is asynchronous because an interrupt would close another kind.
 */
final class LockFile implements LockTable.Outside {

    private final Path path;
    private final AsynchronousFileChannel file;

    private LockFile(Path path, AsynchronousFileChannel file) {
        this.path = path;
        this.file = file;
    }

    static Path in(Path directory) {
        return directory.resolve("locks");
    }

    /** Opens the file in {@code directory}, and makes both where they are missing. */
    static LockFile open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path path = in(directory);
        return new LockFile(path, CollectorLock.openToLock(path));
    }

    @Override
    public Optional<Closeable> tryLock(long place) throws IOException {
        try {
            FileLock lock = file.tryLock(place, 1, false);
            return lock == null ? Optional.empty() : Optional.of(lock::release);
        } catch (IOException e) {
            throw new StoreException(
                    path + ": cannot be locked (" + e.getMessage()
                            + "); a network mount without a lock service cannot hold a store that is written to",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
