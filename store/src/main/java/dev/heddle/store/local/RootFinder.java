package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.local.KeptBy.Setting;
import dev.heddle.store.local.StoreGraph.Keeping;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says of a path which roots keep it alive, by the same graph that a collection goes by. Takes the time of a look at all
 * paths, and for a million of them some 64 MB. Any thread.
 */
final class RootFinder {

    private final StoreDatabase database;
    private final RootSearch search;
    private final StoreLayout layout;
    private final StoreSettings settings;
    private final @Nullable PathKeeper own;

    /** @param own this process's temporary roots, if it has any */
    RootFinder(StoreParts parts, StoreDatabase database, @Nullable PathKeeper own) {
        this.database = database;
        this.search = new RootSearch(parts, database);
        this.layout = parts.layout();
        this.settings = parts.settings();
        this.own = own;
    }

    /** All roots of a path; of one that is not valid those that name it. */
    List<KeptBy> roots(StorePath path) throws IOException {
        if (own != null) {
            own.tidy(false);
        }
        StoreGraph graph = StoreGraph.of(database);
        int wanted = graph.index(path);
        Map<Set<Setting>, BitSet> keepers = wanted < 0 ? Map.of() : keepers(graph.reversed(), wanted);
        List<KeptBy> found = new ArrayList<>();
        search.find(new TemporaryRootScan(layout, own), false, root -> {
            int at = graph.index(root.path());
            if (at < 0 && root.path().equals(path)) {
                found.add(new KeptBy(root, Set.of()));
            }
            keepers.entrySet().stream()
                    .filter(keeper -> at >= 0 && keeper.getValue().get(at))
                    .findFirst()
                    .ifPresent(keeper -> found.add(new KeptBy(root, keeper.getKey())));
        });
        found.sort(Comparator.comparing((KeptBy kept) -> kept.root().toString()));
        return List.copyOf(found);
    }

    /** What would keep the path alive if it were a root, with ever more settings, of which those count that are on. */
    private Map<Set<Setting>, BitSet> keepers(StoreGraph backward, int path) {
        Map<Set<Setting>, BitSet> keepers = new LinkedHashMap<>();
        put(keepers, Set.of(), backward, path);
        if (settings.keepOutputs()) {
            put(keepers, Set.of(Setting.KEEP_OUTPUTS), backward, path);
        }
        if (settings.keepDerivations()) {
            put(keepers, Set.of(Setting.KEEP_DERIVATIONS), backward, path);
        }
        if (settings.keepOutputs() && settings.keepDerivations()) {
            put(keepers, Set.of(Setting.values()), backward, path);
        }
        return keepers;
    }

    private static void put(Map<Set<Setting>, BitSet> into, Set<Setting> by, StoreGraph backward, int path) {
        BitSet marked = new BitSet();
        backward.mark(
                marked, path, Keeping.of(by.contains(Setting.KEEP_OUTPUTS), by.contains(Setting.KEEP_DERIVATIONS)));
        into.put(by, marked);
    }
}
