package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What this process uses, so that no collection takes it away: {@code STATE/temproots/PID}, in Nix's format. Lasts until it is
 * closed, or the process ends however it ends.
 *
 * <p><b>Why nothing is lost.</b> A collector takes its lock, then reads these files, and reads what was added to them again in
 * each transaction in which it makes paths invalid. {@link #keep} writes first and then looks at the lock. If no collector
 * had it, one that comes reads what was written. If one has it, an empty transaction waits for the one that may be under way;
 * the next reads what was written. Either way a path that is valid after {@code keep} stays valid.
 *
 * <p><b>Threads.</b> Any. <b>Memory.</b> Up to 64 bytes for each different path that was kept.
 */
final class TemporaryRoots implements PathKeeper {

    private final CollectorLock collecting;
    private final StoreDatabase database;
    private final RootFile file;
    /** Guards the file and what is known of it. */
    private final Object lock = new Object();

    private final HashPartSet kept = new HashPartSet();
    private boolean closed;

    private TemporaryRoots(CollectorLock collecting, StoreDatabase database, RootFile file) {
        this.collecting = collecting;
        this.database = database;
        this.file = file;
    }

    /** Makes the file of this process. The lock and the database stay open longer than the result. */
    static TemporaryRoots open(StoreLayout layout, CollectorLock collecting, StoreDatabase database)
            throws IOException {
        return open(layout, collecting, database, ProcessHandle.current().pid());
    }

    static TemporaryRoots open(StoreLayout layout, CollectorLock collecting, StoreDatabase database, long pid)
            throws IOException {
        Path directory = Files.createDirectories(layout.temporaryRoots());
        return new TemporaryRoots(collecting, database, RootFile.create(directory, pid));
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
            List<StorePath> missing = new ArrayList<>();
            for (StorePath path : paths) {
                if (!kept.contains(path.hashPart())) {
                    missing.add(path);
                }
            }
            // What was kept before has been waited for by who kept it, or is being waited for; see below.
            if (!missing.isEmpty()) {
                file.append(missing.stream().map(StorePath::toString).toList());
                missing.forEach(path -> kept.add(path.hashPart()));
            }
        }
        // Also when nothing was missing: another thread may have written it and not have waited yet.
        if (collecting.isHeld()) {
            database.change(transaction -> {});
        }
    }

    @Override
    public Path file() {
        return file.path();
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
            try (file) {
                if (!collecting.isHeld()) {
                    file.delete();
                }
            }
        }
    }
}
