package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/** Stores whose files and database are on one disk that a test gives, with a seeded random and no other process. */
final class ModelStores {

    private ModelStores() {}

    /** Opens a store; what was opened before a failure is closed again. */
    static LocalStore open(StoreLayout layout, Disk disk, long seed) throws IOException {
        StoreParts parts = new StoreParts(
                layout,
                StoreSettings.DEFAULT,
                disk,
                () -> Instant.ofEpochSecond(seed),
                TrustedKeys.of(List.of()),
                List.of(),
                "");
        Folder store = StorePlace.open(layout, disk, true);
        ModelDatabase database = null;
        try {
            database = ModelDatabase.open(disk, layout);
            StoreServices.Given given = new StoreServices.Given(
                    database, PathLocks.inMemory(), null, new NoRoots(), new SplittableRandom(seed), false);
            return new LocalStore(parts, StoreServices.open(parts, store, given));
        } catch (IOException | RuntimeException e) {
            if (database != null) {
                Staging.closeAfter(e, database::close);
            }
            Staging.closeAfter(e, store);
            throw e;
        }
    }

    /** Keeps nothing: nothing is collected here. */
    private static final class NoRoots implements PathKeeper {
        @Override
        public void keep(Collection<StorePath> paths) {}

        @Override
        public void release(Collection<StorePath> paths) {}

        @Override
        public void added(Collection<StorePath> paths) {}

        @Override
        public void releaseAdded() {}

        @Override
        public void close() {}
    }
}
