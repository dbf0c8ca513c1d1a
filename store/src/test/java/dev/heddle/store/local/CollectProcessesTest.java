package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.Counters;
import dev.heddle.store.nar.Trees;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A collector among processes that add. */
class CollectProcessesTest {

    private static final int ROUNDS = Integer.getInteger("heddle.gc.rounds", 6);
    private static final int KILLS = Integer.getInteger("heddle.gc.kills", 2);
    private static final long SEED = Long.getLong("heddle.seed", 3);

    @TempDir
    Path dir;

    private final List<Process> workers = new ArrayList<>();

    @AfterEach
    void killAll() throws Exception {
        for (Process worker : workers) {
            worker.destroyForcibly().waitFor();
        }
        Trees.makeWritable(dir);
    }

    private Process worker(int rounds, long seed) throws IOException {
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CollectWorker.class.getName(),
                        dir.toString(),
                        Integer.toString(rounds),
                        Long.toString(seed))
                .redirectError(dir.resolve("worker" + workers.size()).toFile())
                .start();
        workers.add(worker);
        return worker;
    }

    @Test
    @Tag("T19")
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void nothingIsLostThatAnAdderWasToldIsValid() throws Exception {
        long collected = 0;
        long collections = 0;
        try (LocalStore store = LocalStore.open(dir)) {
            worker(ROUNDS, SEED);
            worker(ROUNDS, SEED + 1);
            while (workers.stream().anyMatch(Process::isAlive)) {
                collected += store.collect(CollectOptions.ALL).paths();
                collections++;
            }
            for (int i = 0; i < workers.size(); i++) {
                try (BufferedReader out = workers.get(i).inputReader()) {
                    assertThat(out.readLine())
                            .as("%s", Files.readString(dir.resolve("worker" + i)))
                            .isEqualTo(".".repeat(ROUNDS));
                }
                assertThat(workers.get(i).waitFor()).isZero();
            }
            assertThat(store.collect(CollectOptions.ALL).leftovers()).isZero();
            assertThat(store.database().page(null, 100)).isEmpty();
        }
        assertThat(StoreTrees.inStore(StoreLayout.in(dir))).isEmpty();
        assertThat(collected).isPositive();
        Counters.tell(
                "G6",
                getClass(),
                collections + " collections beside " + 2 * ROUNDS + " rounds of adding, " + collected
                        + " paths collected, 0 lost");
    }

    @Test
    @Tag("T14")
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void whatAKilledAdderKeptIsCollectedAndNothingIsLeft() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            Process victim = worker(1000, SEED + kill);
            assertThat(victim.getInputStream().read()).isEqualTo('.');
            victim.destroyForcibly().waitFor();
        }
        try (LocalStore store = LocalStore.open(dir)) {
            for (StorePath path : store.database().page(null, 100)) {
                assertThat(store.layout().real(path)).exists();
            }
            store.collect(CollectOptions.ALL);
            assertThat(store.database().page(null, 100)).isEmpty();
        }
        assertThat(StoreTrees.inStore(StoreLayout.in(dir))).isEmpty();
        assertThat(dir.resolve("var/nix/temproots")).isEmptyDirectory();
    }
}
