package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.Counters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that work on stores are killed at random moments; then the stores are opened again. How many kills there are is
 * the system property {@code heddle.store.kills}.
 */
@Timeout(36_000)
final class KilledStoreTest {

    private static final int KILLS = Integer.getInteger("heddle.store.kills", 100);
    private static final int LANES = 2;
    private static final int GOODS = 16;
    private static final long SEED = Long.getLong("heddle.store.seed", System.nanoTime());

    @TempDir
    Path directory;

    @Test
    @Tag("T14")
    void nothingThatWasToldAsDoneIsLostToAKill() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(LANES);
        List<Future<Lane>> results = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            int lane = i;
            results.add(threads.submit((Callable<Lane>) () -> run(lane)));
        }
        threads.shutdown();
        Findings findings = new Findings();
        int kills = 0;
        int done = 0;
        for (Future<Lane> result : results) {
            Lane lane = result.get();
            findings.addAll(lane.findings());
            kills += lane.kills();
            done += lane.done();
        }
        Counters.tell("G1", getClass(), kills + " kills, " + done + " things done, " + findings.counts());
        assertThat(findings.all()).as("seed %s", SEED).isEmpty();
        assertThat(done).isGreaterThan(kills);
    }

    private Lane run(int number) throws IOException, InterruptedException {
        Path store = directory.resolve("lane-" + number);
        Path sources = directory.resolve("sources-" + number);
        Goods goods = new Goods(sources, store.resolve("store").toString(), GOODS);
        List<String> victim = Java.command(Worker.class, store, sources, GOODS, "random", Lane.ENDLESS);
        Lane lane = new Lane(store, victim, goods, SEED + number);
        for (int i = number; i < KILLS; i += LANES) {
            lane.kill();
        }
        lane.tidy();
        return lane;
    }
}
