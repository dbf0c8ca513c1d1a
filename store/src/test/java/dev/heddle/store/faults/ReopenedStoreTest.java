package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.Counters;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.ManyPaths;
import dev.heddle.store.local.StoreLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store with very many paths is opened again after a kill. How many paths is the system property
 * {@code heddle.store.reopen.paths}; the goal is for 1,000,000.
 */
@Timeout(3_600)
final class ReopenedStoreTest {

    private static final int PATHS = Integer.getInteger("heddle.store.reopen.paths", 100_000);
    private static final int KILLS = 3;
    private static final long MOST_MILLISECONDS = 2_000;
    private static final int GOODS = 8;

    @TempDir
    Path directory;

    @Test
    void storeWithVeryManyPathsIsOpenSoonAfterAKill() throws Exception {
        Path store = directory.resolve("s");
        StoreLayout layout = StoreLayout.in(store);
        ManyPaths.register(layout, PATHS);
        Path sources = directory.resolve("sources");
        Goods goods = new Goods(sources, layout.storeDirectory(), GOODS);
        Lane lane = new Lane(store, Java.command(Worker.class, store, sources, GOODS, "add", Lane.ENDLESS), goods, 1);
        long slowest = 0;
        for (int i = 0; i < KILLS; i++) {
            lane.letVictimWorkAndKillIt();
            slowest = Math.max(slowest, open(store, goods));
            lane.look("after kill " + i);
        }
        Counters.tell(
                "G22",
                getClass(),
                "store of " + PATHS + " paths open " + slowest + " ms after a kill at the latest, "
                        + lane.findings().counts());
        assertThat(slowest).isLessThanOrEqualTo(MOST_MILLISECONDS);
        assertThat(lane.findings().all()).isEmpty();
    }

    /** How long it takes until the first question is answered, in milliseconds. */
    private static long open(Path directory, Goods goods) throws IOException {
        long began = System.nanoTime();
        try (LocalStore store = Stores.open(directory, goods)) {
            assertThat(store.isValid(ManyPaths.path(store.storeDirectory(), PATHS - 1)))
                    .isTrue();
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        }
    }
}
