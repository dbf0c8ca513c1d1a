package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Removes from the store directory what is no valid path: what crashes left, and what does not belong there. A tree that is
 * being published gets its name in the same transaction that makes it valid, so it is never seen as a leftover inside one.
 * Used by one thread, which has the collector's lock.
 */
final class LeftoverRemoval {

    /** Where files are kept for being linked. */
    static final RawName LINKS = RawName.of(".links");

    private final StoreDatabase database;
    private final Folder store;
    private final PathSpotter spotter;
    private final LiveSet live;
    private final CollectOptions options;
    private long count;
    private long links;
    private long bytes;

    LeftoverRemoval(StoreDatabase database, Folder store, PathSpotter spotter, LiveSet live, CollectOptions options) {
        this.database = database;
        this.store = store;
        this.spotter = spotter;
        this.live = live;
        this.options = options;
    }

    long count() {
        return count;
    }

    long links() {
        return links;
    }

    long bytes() {
        return bytes;
    }

    /** Tells leftovers without removing them. */
    void list() throws IOException {
        find(name -> told(name, TreeSize.of(store, name)));
    }

    /** Removes leftovers. */
    void remove(Staging staging) throws IOException {
        List<RawName> batch = new ArrayList<>();
        find(name -> {
            batch.add(name);
            if (batch.size() == CollectPlan.BATCH) {
                remove(staging, batch);
                batch.clear();
            }
        });
        if (!batch.isEmpty()) {
            remove(staging, batch);
        }
    }

    private void find(Folder.NameVisitor visitor) throws IOException {
        if (!options.only().isEmpty()) {
            for (StorePath path : options.only()) {
                RawName name = RawName.of(path.baseName());
                if (database.isValid(path)) {
                    continue;
                }
                if (!store.exists(name)) {
                    throw new StoreException(path + ": cannot be deleted: it is not valid, and has no files either");
                }
                visitor.name(name);
            }
            return;
        }
        store.forEachName(name -> {
            Optional<StorePath> path = spotter.named(name.toString());
            if (!name.equals(LINKS)
                    && (path.isEmpty() || (!live.isKept(path.get()) && !database.isValid(path.get())))) {
                visitor.name(name);
            }
        });
    }

    private void told(RawName name, long size) {
        count++;
        bytes += size;
        options.visitor().path(spotter.pathOf(name), size);
    }

    private void remove(Staging staging, List<RawName> names) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException(
                    "the collection was interrupted after " + count + " leftovers; the next goes on");
        }
        Map<RawName, Long> sizes = new LinkedHashMap<>();
        for (RawName name : names) {
            sizes.put(name, TreeSize.of(store, name));
        }
        List<RawName> gone;
        try (Trash trash = staging.trash()) {
            gone = database.write(transaction -> {
                live.refresh();
                return take(transaction, names, trash);
            });
        }
        gone.forEach(name -> told(name, Objects.requireNonNull(sizes.get(name))));
    }

    private List<RawName> take(StoreDatabase.Transaction transaction, List<RawName> names, Trash trash)
            throws IOException {
        List<RawName> taken = new ArrayList<>();
        for (RawName name : names) {
            Optional<StorePath> path = spotter.named(name.toString());
            if (path.isPresent() && (live.isKept(path.get()) || transaction.isValid(path.get()))) {
                continue;
            }
            try {
                trash.take(store, name);
                taken.add(name);
            } catch (NoSuchFileException gone) {
                // Whoever took it, it is gone.
            }
        }
        return taken;
    }

    /** Removes files that are kept for being linked and are no path's any more. */
    void removeLinks() throws IOException {
        Folder kept;
        try {
            kept = store.folder(LINKS);
        } catch (NoSuchFileException none) {
            return;
        }
        try (kept) {
            kept.forEachName(name -> {
                FileFacts facts = kept.facts(name);
                if ((facts.kind() == FileFacts.Kind.FILE && facts.links() == 1)
                        || facts.kind() == FileFacts.Kind.LINK) {
                    kept.delete(name);
                    links++;
                    bytes += facts.size();
                }
            });
        }
    }
}
