package dev.heddle.store.local;

import static dev.heddle.store.local.DatabaseContract.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.StorePath;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The locks of paths: between threads, in memory and in a file alike, and between processes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PathLocksTest {

    private static final int PROCESSES = 3;
    private static final int ROUNDS = 200;
    private static final int ENDLESS = 1_000_000;
    private static final int KILLS = 4;
    private static final long SEED = 20;

    @TempDir
    Path directory;

    private final List<Process> workers = new ArrayList<>();

    @AfterEach
    void endWorkers() {
        workers.forEach(Process::destroyForcibly);
    }

    private PathLocks locks(boolean file) throws IOException {
        return file ? PathLocks.open(StoreLayout.in(directory)) : PathLocks.inMemory();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noTwoThreadsHoldAPathAndNobodyWaitsForEver(boolean file) throws Exception {
        int threads = 6;
        int paths = 4;
        List<AtomicInteger> holders = new ArrayList<>();
        for (int i = 0; i < paths; i++) {
            holders.add(new AtomicInteger());
        }
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try (PathLocks locks = locks(file)) {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                Random random = new Random(SEED + t);
                done.add(executor.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        List<Integer> mine =
                                random.ints(2, 0, paths).boxed().distinct().toList();
                        try (Closeable hold = locks.lock(
                                mine.stream().map(DatabaseContract::path).toList())) {
                            assertThat(hold).isNotNull();
                            mine.forEach(i ->
                                    assertThat(holders.get(i).incrementAndGet()).isOne());
                            Thread.yield();
                            mine.forEach(i -> holders.get(i).decrementAndGet());
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allPathsAreTakenOrNone(boolean file) throws IOException {
        try (PathLocks locks = locks(file)) {
            Closeable second = locks.lock(List.of(path(2)));
            assertThat(locks.tryLock(List.of(path(1), path(2), path(3)))).isEmpty();
            Closeable others = locks.tryLock(List.of(path(1), path(3))).orElseThrow();
            second.close();
            second.close();
            assertThat(locks.tryLock(List.of(path(2)))).isPresent();
            others.close();
            assertThat(locks.tryLock(List.of(path(1), path(3)))).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interruptEndsTheWaitAndNothingIsHeld(boolean file) throws IOException {
        try (PathLocks locks = locks(file)) {
            Closeable second = locks.lock(List.of(path(2)));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> locks.lock(List.of(path(1), path(2), path(3))))
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(locks.tryLock(List.of(path(1), path(3)))).isPresent();
            second.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closeEndsWaitsAndRefusesWhatComesLater(boolean file) throws Exception {
        PathLocks locks = locks(file);
        Closeable hold = locks.lock(List.of(path(1)));
        ExecutorService executor = Executors.newSingleThreadExecutor();
        CountDownLatch near = new CountDownLatch(1);
        Future<?> waiting = executor.submit(() -> {
            near.countDown();
            return locks.lock(List.of(path(1)));
        });
        near.await();
        locks.close();
        assertThatThrownBy(waiting::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> locks.lock(List.of(path(2)))).isInstanceOf(IllegalStateException.class);
        hold.close();
        locks.close();
        executor.shutdown();
    }

    @Test
    void pathsHavePlacesOfTheirOwnWithinWhatAFileAllows() {
        Set<Long> places = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            long place = LockTable.place(path(i));
            assertThat(place).isBetween(0L, (1L << 62) - 1);
            places.add(place);
        }
        assertThat(places).hasSize(20_000);
        StorePath last = new StorePath("/nix/store", "7" + "z".repeat(31), "last");
        assertThat(LockTable.place(last)).isBetween(0L, (1L << 62) - 1);
    }

    private Process worker(int rounds, long seed) throws IOException {
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx48m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PathLockWorker.class.getName(),
                        directory.toString(),
                        Integer.toString(rounds),
                        Long.toString(seed))
                .redirectErrorStream(true)
                .start();
        workers.add(worker);
        return worker;
    }

    @Test
    void noTwoProcessesHoldAPath() throws Exception {
        Files.createDirectory(directory.resolve("witnesses"));
        for (int i = 0; i < PROCESSES; i++) {
            worker(ROUNDS, SEED + i);
        }
        for (Process worker : workers) {
            try (BufferedReader out = worker.inputReader()) {
                assertThat(out.readLine()).isEqualTo(".".repeat(ROUNDS));
            }
            assertThat(worker.waitFor()).isZero();
        }
    }

    @Test
    void nothingIsStuckAfterAKill() throws Exception {
        Files.createDirectory(directory.resolve("witnesses"));
        Random random = new Random(SEED);
        try (PathLocks locks = PathLocks.open(StoreLayout.in(directory))) {
            List<StorePath> all = PathLockWorker.PATHS;
            for (int kill = 0; kill < KILLS; kill++) {
                Process victim = worker(ENDLESS, SEED + kill);
                InputStream out = victim.getInputStream();
                int until = 1 + random.nextInt(50);
                for (int dot = 0; dot < until; dot++) {
                    assertThat(out.read()).isEqualTo('.');
                }
                victim.destroyForcibly().waitFor();
                try (Closeable hold = locks.lock(all)) {
                    assertThat(hold).isNotNull();
                }
            }
        }
        assertThat(Files.size(PathLocks.file(StoreLayout.in(directory)))).isZero();
    }
}
