package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.Counters;
import dev.heddle.store.nar.Trees;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes in one store, and processes that are killed in the midst of adding. */
class StoreProcessesTest {

    private static final int KILLS = Integer.getInteger("heddle.store.kills", 5);
    private static final int PATHS = 15;

    @TempDir
    Path dir;

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    private Process worker(int count, long seed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreWorker.class.getName(),
                        dir.resolve("store").toString(),
                        Integer.toString(count),
                        Long.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<StorePath> reported(BufferedReader out, int most) throws IOException {
        List<StorePath> paths = new ArrayList<>();
        String line = "";
        while (paths.size() < most && (line = out.readLine()) != null) {
            paths.add(StorePath.parse(line));
        }
        return paths;
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    @Test
    void severalProcessesAddTheSamePathsAtOnce() throws Exception {
        List<Process> workers = List.of(worker(PATHS, 1), worker(PATHS, 2), worker(PATHS, 3));
        List<TreeSet<StorePath>> all = new ArrayList<>();
        for (Process worker : workers) {
            all.add(new TreeSet<>(reported(output(worker), Integer.MAX_VALUE)));
            assertThat(worker.waitFor()).isZero();
        }
        assertThat(all.get(0)).hasSize(2 * PATHS).isEqualTo(all.get(1)).isEqualTo(all.get(2));
        try (LocalStore store = LocalStore.open(dir.resolve("store"))) {
            for (StorePath path : all.get(0)) {
                store.dump(path, OutputStream.nullOutputStream());
            }
            assertThat(StoreTrees.inStore(store.layout())).hasSize(2 * PATHS);
        }
    }

    @Test
    @Tag("T14")
    void whatAKilledProcessReportedIsValidAndNothingElseIsLeftInStaging() throws Exception {
        Random random = new Random(5);
        int told = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process worker = worker(10_000, kill);
            List<StorePath> paths;
            try (BufferedReader out = output(worker)) {
                paths = reported(out, 1 + random.nextInt(40));
                worker.toHandle().destroyForcibly();
                paths.addAll(reported(out, Integer.MAX_VALUE));
            }
            worker.waitFor();
            told += paths.size();
            try (LocalStore store = LocalStore.open(dir.resolve("store"))) {
                store.awaitSweep();
                assertThat(StoreTrees.inStaging(store.layout())).isEmpty();
                for (StorePath path : paths) {
                    store.dump(path, OutputStream.nullOutputStream());
                }
            }
        }
        Counters.tell("T14", StoreProcessesTest.class, KILLS + " kills, " + told + " paths told, 0 lost, 0 left over");
    }
}
