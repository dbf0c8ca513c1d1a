package dev.heddle.store.local;

import java.util.BitSet;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The order in which dead paths are deleted: each behind those that refer to it and, as far as that allows, the least recently
 * registered first. Four bytes for each path of the store, and some 24 for each that waits.
 */
final class DeletionOrder {

    private final StoreGraph graph;
    private final BitSet left;
    /** How many dead paths that are not yet deleted refer to each. */
    private final int[] referrers;

    private final PriorityQueue<Integer> ready;

    DeletionOrder(StoreGraph graph, BitSet dead) {
        this.graph = graph;
        this.left = (BitSet) dead.clone();
        this.referrers = new int[graph.size()];
        this.ready = new PriorityQueue<>(
                Comparator.<Integer>comparingLong(graph::registered).thenComparingInt(path -> path));
        dead.stream().forEach(path -> graph.forEachReference(path, to -> referrers[to]++));
        dead.stream().filter(path -> referrers[path] == 0).forEach(ready::add);
    }

    /** The next path, or -1 behind the last one. Paths that refer to one another in a circle come last. */
    int next() {
        Integer next = ready.poll();
        int path = next == null ? left.nextSetBit(0) : next;
        if (path < 0) {
            return -1;
        }
        left.clear(path);
        graph.forEachReference(path, to -> {
            referrers[to]--;
            if (referrers[to] == 0 && left.get(to)) {
                ready.add(to);
            }
        });
        return path;
    }
}
