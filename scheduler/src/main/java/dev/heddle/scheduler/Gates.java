package dev.heddle.scheduler;

import dev.heddle.core.Resources;
import dev.heddle.core.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The pools, exclusive locks and limits of fetches of a build, each made when a task first asks for it. Owned by the loop's thread. */
final class Gates {

    private static final Gate[] NONE = {};

    private final LiveGraph graph;
    private final Supplier<TaskHeap> heaps;
    private final Map<String, Gate> pools = new HashMap<>();
    private final Map<String, Gate> locks = new HashMap<>();
    private final Map<String, Gate> sites = new HashMap<>();
    private final FetchLimits limits;
    private @Nullable Gate fetches;
    private final Map<Resources, Gate[]> known = new HashMap<>();

    Gates(LiveGraph graph, FetchLimits limits, Supplier<TaskHeap> heaps) {
        this.graph = graph;
        this.limits = limits;
        this.heaps = heaps;
    }

    /** What a task has to pass, in one order for all tasks. */
    Gate[] of(Task task) {
        Resources resources = task.resources();
        if (resources.locks().isEmpty() && resources.pools().isEmpty() && resources.site() == null) {
            return NONE;
        }
        return known.computeIfAbsent(resources, this::find);
    }

    static @Nullable Gate firstFull(Gate[] gates) {
        for (Gate gate : gates) {
            if (gate.isFull()) {
                return gate;
            }
        }
        return null;
    }

    private Gate[] find(Resources resources) {
        List<Gate> found = new ArrayList<>();
        for (String name : new TreeSet<>(resources.locks())) {
            found.add(locks.computeIfAbsent(name, n -> new Gate("lock '" + n + "'", true, 1, heaps.get())));
        }
        for (String name : new TreeSet<>(resources.pools())) {
            found.add(pools.computeIfAbsent(name, n -> pool(n)));
        }
        String site = resources.site();
        if (site != null) {
            found.add(
                    sites.computeIfAbsent(site, n -> new Gate("site '" + n + "'", false, limits.site(), heaps.get())));
            found.add(fetches());
        }
        return found.toArray(new Gate[0]);
    }

    private Gate fetches() {
        Gate all = fetches;
        if (all == null) {
            all = new Gate("the fetches of the build", false, limits.build(), heaps.get());
            fetches = all;
        }
        return all;
    }

    private Gate pool(String name) {
        return new Gate("pool '" + name + "'", false, depth(name), heaps.get());
    }

    private int depth(String pool) {
        Integer depth = graph.pools().get(pool);
        if (depth == null) {
            throw new AssertionError("BUG: the graph has a task in the unknown pool '" + pool + "'");
        }
        return depth;
    }
}
