package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.util.Optional;

/** Finds everything that keeps paths of a store alive. Any thread. */
final class RootSearch {

    /** Is told each root; the path of a temporary one may not be valid yet, that of a lasting one no more. */
    @FunctionalInterface
    interface Visitor {
        void root(Root root) throws IOException;
    }

    private final StoreDatabase database;
    private final GcRoots lasting;
    private final ProcessRoots running;

    RootSearch(StoreParts parts, StoreDatabase database) {
        PathSpotter spotter = new PathSpotter(parts.layout());
        this.database = database;
        this.lasting = new GcRoots(parts.disk(), parts.layout(), spotter);
        this.running = new ProcessRoots(spotter);
    }

    /**
     * Tells all roots, the temporary ones first: who makes a path's lasting root keeps the path until that is there.
     *
     * @param temporary a look at the temporary roots that has just begun
     * @param tidy whether what is no root any more is removed, as a collection does under its lock
     */
    void find(TemporaryRootScan temporary, boolean tidy, Visitor visitor) throws IOException {
        if (tidy) {
            temporary.removeDead();
        }
        temporary.next((pid, path) -> visitor.root(new Root.Temporary(pid, path)));
        lasting.find(tidy, (name, path) -> visitor.root(new Root.Lasting(name, path)));
        running.find((file, hashPart) -> {
            Optional<StorePath> path = database.pathFromHashPart(hashPart);
            if (path.isPresent()) {
                visitor.root(new Root.Running(file, path.get()));
            }
        });
    }
}
