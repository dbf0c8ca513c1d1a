package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Paths refer to one another without a circle: else none of them could ever be collected, or come first in a copy. */
final class ReferenceOrder {

    private ReferenceOrder() {}

    /**
     * Checks paths that become valid together. A path may refer to itself.
     *
     * @throws StoreException if some refer to one another in a circle; the message names one that is on it or leads to it
     */
    static void checkNoCycle(Collection<PathInfo> infos) throws StoreException {
        Map<StorePath, Integer> open = new HashMap<>();
        Map<StorePath, List<StorePath>> referrers = new HashMap<>();
        infos.forEach(info -> open.put(info.path(), 0));
        for (PathInfo info : infos) {
            for (StorePath reference : info.references()) {
                if (!reference.equals(info.path()) && open.containsKey(reference)) {
                    open.merge(info.path(), 1, Integer::sum);
                    referrers
                            .computeIfAbsent(reference, key -> new ArrayList<>())
                            .add(info.path());
                }
            }
        }
        Deque<StorePath> ready = new ArrayDeque<>();
        open.forEach((path, count) -> {
            if (count == 0) {
                ready.add(path);
            }
        });
        while (!ready.isEmpty()) {
            StorePath path = ready.remove();
            open.remove(path);
            for (StorePath referrer : referrers.getOrDefault(path, List.of())) {
                if (open.merge(referrer, -1, Integer::sum) == 0) {
                    ready.add(referrer);
                }
            }
        }
        if (!open.isEmpty()) {
            throw new StoreException(open.keySet().stream().sorted().findFirst().orElseThrow()
                    + ": cannot be made valid: its references lead in a circle");
        }
    }
}
