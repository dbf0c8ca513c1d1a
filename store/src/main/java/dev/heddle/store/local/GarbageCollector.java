package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.local.CollectOptions.Action;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what nothing keeps alive, while others add and build.
 *
 * <p><b>How.</b> One collector at a time has the lock. It looks at all paths and roots, marks what is alive, and takes the
 * dead in batches: a transaction makes a batch invalid but for what has become a temporary root meanwhile; when that is on
 * the medium, the next transaction moves those trees out of the store that are still not valid; then they are deleted. So
 * whatever is valid has its files, and what is registered again meanwhile keeps them. What lies in the store directory and
 * is not valid goes as well, unless a process keeps it or is just publishing it.
 *
 * <p><b>When it is stopped</b>, by an interrupt, an error or a power cut, nothing is half done that matters: the next collection
 * goes on. The disk may be full: a reserve is freed first.
 *
 * <p><b>Memory.</b> Some 40 bytes for a path and 4 for a reference, no names. <b>Threads.</b> Any; they take turns.
 */
final class GarbageCollector {

    private final StoreParts parts;
    private final StoreDatabase database;
    private final Staging staging;
    /** Null where there is only one process that knows of the store. */
    private final @Nullable CollectorLock lock;

    private final PathKeeper own;
    private final RootSearch search;
    private final PathSpotter spotter;

    GarbageCollector(StoreParts parts, StoreDatabase database, StoreServices.Writing writing) {
        this.parts = parts;
        this.database = database;
        this.staging = writing.staging();
        this.lock = writing.given().collecting();
        this.own = writing.given().keeper();
        this.spotter = new PathSpotter(parts.layout());
        this.search = new RootSearch(parts, database);
    }

    /**
     * Collects, or tells what it would.
     *
     * @throws StoreException if a path that alone is to be deleted is alive; nothing is deleted then
     * @throws IOException if something that may be a root cannot be read; nothing is deleted then
     * @throws java.io.InterruptedIOException if the thread is interrupted; what was deleted stays so
     */
    CollectResult collect(CollectOptions options) throws IOException {
        if (options.action() != Action.DELETE) {
            own.tidy(false);
            try (Folder store = parts.disk().open(parts.layout().real())) {
                return list(options, store);
            }
        }
        DatabaseFiles files = new DatabaseFiles(parts.layout().database());
        Closeable turn = lock == null ? () -> {} : lock.acquire();
        try (turn;
                Folder store = parts.disk().open(parts.layout().real())) {
            boolean released = files.useReserveIfFull();
            try {
                own.tidy(true);
                return delete(options, store);
            } finally {
                if (released) {
                    files.reserve();
                }
            }
        }
    }

    private CollectResult delete(CollectOptions options, Folder store) throws IOException {
        staging.sweep();
        StoreGraph graph = StoreGraph.of(database);
        LiveSet live = live(graph, true);
        CollectPlan plan = CollectPlan.of(database, options, graph, live, this::why);
        LeftoverRemoval leftovers = new LeftoverRemoval(database, store, spotter, live, options);
        leftovers.remove(staging);
        PathRemoval dead = new PathRemoval(database, store, staging, options);
        dead.run(plan, leftovers.bytes());
        leftovers.removeLinks();
        return new CollectResult(dead.paths(), leftovers.count(), leftovers.links(), dead.bytes() + leftovers.bytes());
    }

    private CollectResult list(CollectOptions options, Folder store) throws IOException {
        StoreGraph graph = StoreGraph.of(database);
        LiveSet live = live(graph, false);
        if (options.action() == Action.LIST_LIVE) {
            return told(CollectPlan.ofLive(database, options, graph, live), options, 0, 0);
        }
        CollectPlan plan = CollectPlan.of(database, options, graph, live, this::why);
        LeftoverRemoval leftovers = new LeftoverRemoval(database, store, spotter, live, options);
        leftovers.list();
        return told(plan, options, leftovers.count(), leftovers.bytes());
    }

    private static CollectResult told(CollectPlan plan, CollectOptions options, long leftovers, long before)
            throws IOException {
        long paths = 0;
        long bytes = before;
        List<StoreSurvey.Counted> batch;
        do {
            batch = plan.next(CollectPlan.BATCH, options.mostBytes() - bytes);
            for (StoreSurvey.Counted path : batch) {
                paths++;
                bytes += path.narSize();
                options.visitor().path(path.path().toString(), path.narSize());
            }
        } while (!batch.isEmpty());
        return new CollectResult(paths, leftovers, 0, bytes);
    }

    private LiveSet live(StoreGraph graph, boolean tidy) throws IOException {
        TemporaryRootScan temporary = new TemporaryRootScan(parts.layout(), own);
        LiveSet live = new LiveSet(graph, StoreGraph.Keeping.of(parts.settings()), temporary);
        live.find(search, tidy);
        return live;
    }

    private String why(StorePath path) throws IOException {
        List<KeptBy> roots = new RootFinder(parts, database, own).roots(path);
        return roots.isEmpty() ? "it, or what refers to it, is too young" : "it is kept by " + roots.get(0);
    }
}
