package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.local.StoreGraph.Keeping;
import java.io.IOException;
import java.util.BitSet;

/** What a collection must not touch: a bit for each path that was valid when it began. Used by one thread. */
final class LiveSet {

    private final StoreGraph graph;
    private final Keeping keeping;
    private final TemporaryRootScan temporary;
    private final BitSet alive = new BitSet();
    /** Also of paths that are not valid yet, and so not in the graph. */
    private final HashPartSet kept = new HashPartSet();

    LiveSet(StoreGraph graph, Keeping keeping, TemporaryRootScan temporary) {
        this.graph = graph;
        this.keeping = keeping;
        this.temporary = temporary;
    }

    /** Looks for all roots. Under the collector's lock, {@code tidy} may be set. */
    void find(RootSearch search, boolean tidy) throws IOException {
        search.find(temporary, tidy, root -> {
            if (root instanceof Root.Temporary) {
                kept.add(root.path().hashPart());
            }
            keep(root.path());
        });
    }

    /** Reads the temporary roots that have come since; in the transaction that deletes. */
    void refresh() throws IOException {
        temporary.next((pid, path) -> {
            if (kept.add(path.hashPart())) {
                keep(path);
            }
        });
    }

    private void keep(StorePath path) throws IOException {
        int index = graph.index(path);
        if (index >= 0) {
            graph.mark(alive, index, keeping);
        }
    }

    boolean isAlive(int index) {
        return alive.get(index);
    }

    /** Whether a living process keeps a path, be it valid or not. */
    boolean isKept(StorePath path) {
        return kept.contains(path.hashPart());
    }

    BitSet alive() {
        return (BitSet) alive.clone();
    }

    /** The dead paths of those that were registered before a second, without what younger ones refer to. */
    BitSet dead(long before) {
        BitSet held = (BitSet) alive.clone();
        for (int path = 0; path < graph.size(); path++) {
            if (graph.registered(path) >= before) {
                graph.mark(held, path, Keeping.REFERENCES);
            }
        }
        held.flip(0, graph.size());
        return held;
    }
}
