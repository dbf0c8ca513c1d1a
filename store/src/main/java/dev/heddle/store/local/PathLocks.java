package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * Who may make which paths just now, so that none is built or repaired twice at a time. A lock is held by whoever has its
 * {@code Closeable}, on whatever thread, until that is closed or the process ends however it ends. It says nothing about
 * validity: ask the database again once it is held.
 *
 * <p>Any thread may call. Paths that are needed together are taken in one call, which orders them: a holder that waits for
 * more may wait for one who waits for it.
 */
interface PathLocks extends Closeable {

    /**
     * Waits until all of {@code paths} are free and takes them.
     *
     * @throws java.io.InterruptedIOException if the thread is interrupted while it waits; its flag is set again, and nothing is
     *     held
     * @throws IllegalStateException if the locks are closed, before or while it waits
     */
    Closeable lock(Collection<StorePath> paths) throws IOException;

    /** Takes {@code paths} if all are free at this moment; empty, and nothing is held, if one is not. */
    Optional<Closeable> tryLock(Collection<StorePath> paths) throws IOException;

    /** Refuses what is asked from now on, waiting ones included; and gives up what is held. */
    @Override
    void close() throws IOException;

    /** Locks that hold between all processes that open the same store. */
    static PathLocks open(StoreLayout layout) throws IOException {
        return new LockTable(LockFile.open(layout.own()));
    }

    /** Locks that hold between the threads that share the result, for a store that nobody else can see. */
    static PathLocks inMemory() {
        return new LockTable(new LockTable.Outside() {
            @Override
            public Optional<Closeable> tryLock(long place) {
                return Optional.of(() -> {});
            }

            @Override
            public void close() {}
        });
    }

    /** The file of the locks of a store, for messages. */
    static Path file(StoreLayout layout) {
        return LockFile.in(layout.own());
    }
}
