package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Which paths one collection takes, in which order. Used by one thread. */
final class CollectPlan {

    /** Paths in one transaction: enough that its sync costs each little, few enough that adding waits shortly. */
    static final int BATCH = 1000;

    private final StoreDatabase database;
    private final CollectOptions options;
    private final StoreGraph graph;
    private final LiveSet live;
    private final DeletionOrder order;

    private CollectPlan(StoreDatabase database, CollectOptions options, StoreGraph graph, LiveSet live, BitSet chosen) {
        this.database = database;
        this.options = options;
        this.graph = graph;
        this.live = live;
        this.order = new DeletionOrder(graph, chosen);
    }

    /**
     * Chooses among the paths that are not alive.
     *
     * @param why says what keeps a path, if one is wanted that is alive
     * @throws StoreException if so
     */
    static CollectPlan of(
            StoreDatabase database, CollectOptions options, StoreGraph graph, LiveSet live, Explanation why)
            throws IOException {
        Instant before = options.registeredBefore();
        BitSet dead = live.dead(before.equals(Instant.MAX) ? Long.MAX_VALUE : before.getEpochSecond());
        BitSet chosen = dead;
        if (!options.only().isEmpty()) {
            chosen = new BitSet();
            for (StorePath path : options.only()) {
                int index = graph.index(path);
                if (index >= 0 ? !dead.get(index) : live.isKept(path)) {
                    throw new StoreException(path + ": cannot be deleted since it is still alive: " + why.of(path));
                }
                checkReferrers(database, options, path);
                if (index >= 0) {
                    chosen.set(index);
                }
            }
        }
        return new CollectPlan(database, options, graph, live, chosen);
    }

    /** All that is alive, in the same order; nothing of it is for deleting. */
    static CollectPlan ofLive(StoreDatabase database, CollectOptions options, StoreGraph graph, LiveSet live) {
        return new CollectPlan(database, options, graph, live, live.alive());
    }

    private static void checkReferrers(StoreDatabase database, CollectOptions options, StorePath path)
            throws IOException {
        for (StorePath referrer : database.referrers(path)) {
            if (!options.only().contains(referrer)) {
                throw new StoreException(path + ": cannot be deleted: " + referrer
                        + " refers to it; delete that as well, or collect all garbage");
            }
        }
    }

    /** Says why a path is alive. */
    @FunctionalInterface
    interface Explanation {
        String of(StorePath path) throws IOException;
    }

    LiveSet live() {
        return live;
    }

    /** Whether {@code number} has become alive since the plan was made. */
    boolean isAlive(long number) {
        return live.isAlive(graph.indexOf(number));
    }

    /**
     * The next paths to delete, in order.
     *
     * @param most how many at most
     * @param bytes when the sizes of their NARs have reached this, no more are taken
     */
    List<StoreSurvey.Counted> next(int most, long bytes) throws IOException {
        List<StoreSurvey.Counted> batch = new ArrayList<>();
        long planned = 0;
        while (batch.size() < most && planned < bytes) {
            // With a limit one by one, since only the database knows the sizes.
            long[] numbers = numbers(options.mostBytes() == Long.MAX_VALUE ? most : 1);
            if (numbers.length == 0) {
                break;
            }
            for (StoreSurvey.Counted path : database.paths(numbers)) {
                batch.add(path);
                planned += path.narSize();
            }
        }
        return batch;
    }

    private long[] numbers(int most) {
        long[] numbers = new long[most];
        int count = 0;
        while (count < most) {
            int index = order.next();
            if (index < 0) {
                break;
            }
            numbers[count++] = graph.number(index);
        }
        return Arrays.copyOf(numbers, count);
    }
}
