package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes dead paths out of the database and the store, batch by batch. A path is made invalid in one transaction and loses its
 * files in the next one, which makes the following batch invalid: so there is one sync for a batch, and what is moved has
 * been invalid on the medium before. Used by one thread, which has the collector's lock.
 */
final class PathRemoval {

    private final StoreDatabase database;
    private final Folder store;
    private final Staging staging;
    private final CollectOptions options;
    private long paths;
    private long bytes;

    PathRemoval(StoreDatabase database, Folder store, Staging staging, CollectOptions options) {
        this.database = database;
        this.store = store;
        this.staging = staging;
        this.options = options;
    }

    long paths() {
        return paths;
    }

    long bytes() {
        return bytes;
    }

    /**
     * Removes the paths of a plan.
     *
     * @param alreadyFreed bytes that count towards the limit
     */
    void run(CollectPlan plan, long alreadyFreed) throws IOException {
        List<StoreSurvey.Counted> invalid = List.of();
        while (true) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException(
                        "the collection was interrupted after " + paths + " paths; the next goes on");
            }
            // Before their files are gone, what they are is known by the sizes of their NARs.
            long coming =
                    invalid.stream().mapToLong(StoreSurvey.Counted::narSize).sum();
            long room = options.mostBytes() - alreadyFreed - bytes - coming;
            if (room <= 0 && !invalid.isEmpty()) {
                // What their files really were may leave room for more.
                step(invalid, plan, List.of());
                invalid = List.of();
                continue;
            }
            List<StoreSurvey.Counted> batch = plan.next(CollectPlan.BATCH, room);
            if (batch.isEmpty() && invalid.isEmpty()) {
                return;
            }
            invalid = step(invalid, plan, batch);
        }
    }

    /** Deletes the files of {@code invalid}, and makes invalid what of {@code batch} is still dead. */
    private List<StoreSurvey.Counted> step(
            List<StoreSurvey.Counted> invalid, CollectPlan plan, List<StoreSurvey.Counted> batch) throws IOException {
        long[] sizes = new long[invalid.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = TreeSize.of(store, nameOf(invalid.get(i)));
        }
        List<StoreSurvey.Counted> gone = new ArrayList<>();
        List<StoreSurvey.Counted> doomed;
        try (Trash trash = staging.trash()) {
            doomed = database.write(transaction -> {
                for (int i = 0; i < sizes.length; i++) {
                    // What somebody has added again stays.
                    if (!transaction.isValid(invalid.get(i).path())) {
                        take(invalid.get(i), sizes[i], trash);
                        gone.add(invalid.get(i));
                    }
                }
                return invalidate(transaction, plan, batch);
            });
        }
        paths += gone.size();
        gone.forEach(path -> options.visitor().path(path.path().toString(), path.narSize()));
        return doomed;
    }

    private static RawName nameOf(StoreSurvey.Counted path) {
        return RawName.of(path.path().baseName());
    }

    private void take(StoreSurvey.Counted path, long size, Trash trash) throws IOException {
        try {
            trash.take(store, nameOf(path));
            bytes += size;
        } catch (NoSuchFileException alreadyGone) {
            // Paths whose files have vanished are collected like others.
        }
    }

    /** Makes invalid what of {@code batch} is still dead, and returns it. */
    private static List<StoreSurvey.Counted> invalidate(
            StoreDatabase.Transaction transaction, CollectPlan plan, List<StoreSurvey.Counted> batch)
            throws IOException {
        plan.live().refresh();
        List<StoreSurvey.Counted> doomed = new ArrayList<>();
        Set<StorePath> names = new HashSet<>();
        for (StoreSurvey.Counted path : batch) {
            boolean dead = !plan.isAlive(path.number()) && !plan.live().isKept(path.path());
            // Referrers come first in the order; one that is not among the doomed is new, or was spared.
            if (dead && isForgotten(transaction.referrers(path.path()), path.path(), names)) {
                doomed.add(path);
                names.add(path.path());
            }
        }
        transaction.invalidate(names);
        return doomed;
    }

    private static boolean isForgotten(Set<StorePath> referrers, StorePath path, Set<StorePath> doomed) {
        for (StorePath referrer : referrers) {
            if (!referrer.equals(path) && !doomed.contains(referrer)) {
                return false;
            }
        }
        return true;
    }
}
