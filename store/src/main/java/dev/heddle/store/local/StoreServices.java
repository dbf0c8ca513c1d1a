package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an open store works with. What only a store needs that may be changed is missing in one that is opened
 * read-only. Closing it closes all, the last opened first.
 */
final class StoreServices implements Closeable {

    private final StoreDatabase database;
    private final Folder store;
    private final @Nullable Writing writing;
    private final Deque<Closeable> toClose = new ArrayDeque<>();

    private StoreServices(StoreDatabase database, Folder store, @Nullable Writing writing) {
        this.database = database;
        this.store = store;
        this.writing = writing;
    }

    /** What it takes to change a store. */
    record Writing(Staging staging, Publisher publisher, Sweeper sweeper, Given given) {}

    /**
     * What is given from outside: real, or simulated.
     *
     * @param database the truth about validity
     * @param locks the locks of paths
     * @param collecting what a collector holds; null where nothing is ever collected
     * @param keeper temporary roots
     * @param random makes names that nobody guesses
     * @param sweepApart whether leftovers of other processes are removed by a thread of its own, so that opening does not
     *     wait for it
     */
    record Given(
            StoreDatabase database,
            PathLocks locks,
            @Nullable CollectorLock collecting,
            PathKeeper keeper,
            RandomGenerator random,
            boolean sweepApart) {}

    static StoreServices readOnly(StoreDatabase database, Folder store) {
        StoreServices services = new StoreServices(database, store, null);
        services.toClose.push(database::close);
        services.toClose.push(store);
        return services;
    }

    /** Finishes and removes what a crash left behind, and starts the publisher. Closes nothing when it fails. */
    static StoreServices open(StoreParts parts, Folder store, Given given) throws IOException {
        StorePlace.checkOwn(parts.layout(), parts.disk(), store);
        if (parts.settings().sync()) {
            StorePlace.sync(parts.layout(), parts.disk(), store);
        }
        Staging staging = Staging.open(parts.layout(), parts.disk(), given.locks(), given.random());
        try {
            new Replacements(parts, given.database(), store, staging).finish();
            Publisher publisher = Publisher.start(
                    new Publication(parts, given.database(), store, staging),
                    new OutputClaims(given.database(), store, parts.layout().storeDirectory()));
            Sweeper sweeper = Sweeper.start(staging, given.sweepApart());
            StoreServices services =
                    new StoreServices(given.database(), store, new Writing(staging, publisher, sweeper, given));
            services.toClose.push(given.database()::close);
            services.toClose.push(store);
            services.toClose.push(given.locks());
            if (given.collecting() != null) {
                services.toClose.push(given.collecting());
            }
            services.toClose.push(given.keeper());
            services.toClose.push(staging);
            services.toClose.push(sweeper);
            services.toClose.push(publisher);
            return services;
        } catch (IOException | RuntimeException e) {
            Staging.closeAfter(e, staging);
            throw e;
        }
    }

    StoreDatabase database() {
        return database;
    }

    /** The store directory. */
    Folder store() {
        return store;
    }

    /** @throws StoreException if the store was opened read-only */
    Writing writing() throws StoreException {
        if (writing == null) {
            throw new StoreException(
                    store.path() + ": the store was opened read-only, so nothing can be changed in it");
        }
        return writing;
    }

    /** This process's temporary roots, if it keeps any. */
    @Nullable
    PathKeeper keeper() {
        return writing == null ? null : writing.given().keeper();
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        while (!toClose.isEmpty()) {
            try {
                toClose.pop().close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
