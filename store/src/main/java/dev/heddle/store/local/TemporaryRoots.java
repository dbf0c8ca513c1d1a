package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What this process uses, so that no collection takes it away: {@code STATE/temproots/PID}, in Nix's format. Lasts until it is
 * released or closed, or the process ends however it ends.
 *
 * <p><b>Why nothing is lost.</b> A collector takes its lock, then reads these files, and reads what was added to them again in
 * each transaction in which it makes paths invalid. {@link #keep} writes first and then looks at the lock. If no collector
 * had it, one that comes reads what was written. If one has it, an empty transaction waits for the one that may be under way;
 * the next reads what was written. Either way a path that is valid after {@code keep} stays valid. The file is only ever
 * replaced by a shorter one under that lock, so that no collector sees neither of them.
 *
 * <p><b>Threads.</b> Any. <b>Limits.</b> 90 bytes of memory and one entry of the file at most for each path that is kept, and for
 * as many that were released, or 1,000 if that is more. While a collection runs the file only grows.
 */
final class TemporaryRoots implements PathKeeper {

    /** So many released entries are not worth a new file. */
    private static final int FEW = 1000;
    /** In the number of a path: set if it was added and not released since. */
    private static final long ADDED = 1;
    /** In the number of a path: one that keeps it. */
    private static final long HOLDER = 2;

    private final CollectorLock collecting;
    private final StoreDatabase database;
    private final Path directory;
    private final long pid;
    /** Written by who replaces the file; taken before {@link #lock}. */
    private final ReadWriteLock replacing = new ReentrantReadWriteLock();
    /** Guards the file and what is known of it. */
    private final Object lock = new Object();

    private RootFile file;
    /** What the file holds; the number of a path that was released is 0. */
    private HashPartSet entries = new HashPartSet();

    private int released;
    /** Whether others shall see what was released, and did not because a collection was running. */
    private boolean stale;

    private boolean closed;

    private TemporaryRoots(CollectorLock collecting, StoreDatabase database, Path directory, long pid)
            throws IOException {
        this.collecting = collecting;
        this.database = database;
        this.directory = directory;
        this.pid = pid;
        this.file = RootFile.create(directory, pid);
    }

    /** Makes the file of this process. The lock and the database stay open longer than the result. */
    static TemporaryRoots open(StoreLayout layout, CollectorLock collecting, StoreDatabase database)
            throws IOException {
        Path directory = Files.createDirectories(layout.temporaryRoots());
        return new TemporaryRoots(
                collecting, database, directory, ProcessHandle.current().pid());
    }

    /** As {@link #keep} of one path. */
    void add(StorePath path) throws IOException {
        keep(List.of(path));
    }

    @Override
    public void keep(Collection<StorePath> paths) throws IOException {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            List<String> missing = new ArrayList<>();
            for (StorePath path : paths) {
                if (!entries.contains(path.hashPart())) {
                    missing.add(path.toString());
                }
            }
            // What was kept before has been waited for by who kept it, or is being waited for; see below.
            if (!missing.isEmpty()) {
                file.append(missing);
            }
            for (StorePath path : paths) {
                long number = entries.number(path.hashPart());
                if (number == 0 && entries.contains(path.hashPart())) {
                    released--;
                }
                entries.put(path.hashPart(), number + HOLDER);
            }
        }
        try {
            // Also when nothing was missing: another thread may have written it and not have waited yet.
            if (collecting.isHeld()) {
                database.change(transaction -> {});
            }
        } catch (IOException | RuntimeException e) {
            release(paths);
            throw e;
        }
    }

    @Override
    public void added(Collection<StorePath> paths) {
        synchronized (lock) {
            for (StorePath path : paths) {
                long number = entries.number(path.hashPart());
                if (number == 0) {
                    throw new AssertionError("BUG: " + path + " is not kept");
                }
                entries.put(path.hashPart(), number | ADDED);
            }
        }
    }

    @Override
    public void release(Collection<StorePath> paths) {
        boolean due;
        synchronized (lock) {
            for (StorePath path : paths) {
                long number = entries.number(path.hashPart());
                entries.put(path.hashPart(), number - HOLDER);
                if (number == HOLDER) {
                    released++;
                }
            }
            due = !closed && (stale || (released > FEW && released > entries.size() / 2));
        }
        if (due) {
            try {
                tidy(false);
            } catch (IOException e) {
                // What was released is kept for longer than it must be; the next one to release tries again.
                return;
            }
        }
    }

    @Override
    public void releaseAdded() throws IOException {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            released += entries.clear(ADDED);
            stale = true;
        }
        tidy(false);
    }

    @Override
    public void tidy(boolean mine) throws IOException {
        Optional<Closeable> turn = mine ? Optional.of(() -> {}) : collecting.tryAcquire();
        if (turn.isPresent()) {
            Closeable held = turn.get();
            replacing.writeLock().lock();
            try (held) {
                synchronized (lock) {
                    if (!closed && released > 0) {
                        replace();
                    }
                }
            } finally {
                replacing.writeLock().unlock();
            }
        }
    }

    /** Goes on with a file that holds what is still kept; the old one stays in use if that cannot be made. */
    private void replace() throws IOException {
        RootFile next = RootFile.create(directory, pid);
        HashPartSet kept = new HashPartSet();
        try {
            file.copy(next, root -> {
                String hashPart = StorePath.parse(root).hashPart();
                long number = entries.number(hashPart);
                if (number == 0 || kept.contains(hashPart)) {
                    return false;
                }
                kept.put(hashPart, number);
                return true;
            });
        } catch (IOException | RuntimeException e) {
            Staging.closeAfter(e, next::delete);
            Staging.closeAfter(e, next);
            throw e;
        }
        RootFile old = file;
        file = next;
        entries = kept;
        released = 0;
        stale = false;
        try (old) {
            old.delete();
        }
    }

    @Override
    public Path file() {
        synchronized (lock) {
            return file.path();
        }
    }

    @Override
    public Closeable reading() {
        replacing.readLock().lock();
        return () -> replacing.readLock().unlock();
    }

    @Override
    public int read(long offset, byte[] into) throws IOException {
        synchronized (lock) {
            return closed || offset >= file.size() ? -1 : file.read(offset, into);
        }
    }

    /**
     * Keeps nothing any more. While a collector runs the file is left to it: it may have looked for lasting roots before this
     * process made one for a path that it had only kept so far.
     */
    @Override
    public void close() throws IOException {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            try (RootFile ended = file) {
                if (!collecting.isHeld()) {
                    ended.delete();
                }
            }
        }
    }
}
