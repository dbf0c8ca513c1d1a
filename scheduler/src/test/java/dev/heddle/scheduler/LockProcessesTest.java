package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.scheduler.LockDirectory.Held;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Locks among real processes. The sizes are system properties: {@code heddle.locks.processes} (16 in the long checks),
 * {@code heddle.locks.rounds} for each of them (10,000), {@code heddle.locks.kills} (100).
 */
@Timeout(3_600)
final class LockProcessesTest {

    private static final int PROCESSES = Integer.getInteger("heddle.locks.processes", 4);
    private static final int ROUNDS = Integer.getInteger("heddle.locks.rounds", 200);
    private static final int KILLS = Integer.getInteger("heddle.locks.kills", 8);
    private static final long SEED = Long.getLong("heddle.locks.seed", 1);
    private static final int ENDLESS = Integer.MAX_VALUE;

    @TempDir
    Path directory;

    private Path locks = Path.of("");
    private final List<Process> workers = new ArrayList<>();

    @BeforeEach
    void directories() throws IOException {
        locks = directory.resolve("locks");
        Files.createDirectory(directory.resolve("witnesses"));
    }

    @AfterEach
    void endWorkers() {
        workers.forEach(Process::destroyForcibly);
    }

    private Process worker(int rounds, long seed) throws IOException {
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx48m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockWorker.class.getName(),
                        locks.toString(),
                        directory.resolve("witnesses").toString(),
                        Integer.toString(rounds),
                        Long.toString(seed))
                .redirectErrorStream(true)
                .start();
        workers.add(worker);
        return worker;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(locks)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".clear"))
                    .toList();
        }
    }

    @Test
    void noLockEverHasTwoOwners() throws Exception {
        for (int i = 0; i < PROCESSES; i++) {
            worker(ROUNDS, SEED + i);
        }
        for (Process worker : workers) {
            try (BufferedReader out = worker.inputReader()) {
                assertThat(out.readLine()).isEqualTo(".".repeat(ROUNDS));
            }
            assertThat(worker.waitFor()).isZero();
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void noLockStaysStuckWhoseOwnerWasKilled() throws Exception {
        Assumptions.assumeTrue(
                !ProcessMark.own().boot().equals(ProcessMark.UNKNOWN), "this system does not tell who is dead");
        Random random = new Random(SEED);
        Process steady = worker(ENDLESS, SEED);
        int left = 0;
        for (int i = 0; i < KILLS; i++) {
            Process victim = worker(ENDLESS, SEED + i + 1);
            InputStream out = victim.getInputStream();
            // After so many locks; the signal comes wherever it then is.
            int until = 1 + random.nextInt(10);
            for (int dot = 0; dot < until; dot++) {
                assertThat(out.read()).isEqualTo('.');
            }
            victim.destroyForcibly().waitFor();
            left += files().isEmpty() ? 0 : 1;
        }
        assertThat(left).as("kills that left a file behind").isPositive();
        steady.toHandle().destroyForcibly(); // destroyForcibly() itself would lose what it printed last
        steady.waitFor();
        assertThat(new String(steady.getInputStream().readAllBytes())).matches("\\.+");
        LockDirectory next = new LockDirectory(locks, ProcessMark.own(), InstantSource.system(), true);
        for (int task = 0; task < LockWorker.TASKS; task++) {
            assertThat(next.take("task/" + task, List.of(), "here")).isInstanceOf(Held.class);
        }
        assertThat(next.take("last", List.of("shared"), "here")).isInstanceOf(Held.class);
        assertThat(files()).as("nothing half done is left").noneMatch(name -> name.startsWith(".new-"));
    }
}
