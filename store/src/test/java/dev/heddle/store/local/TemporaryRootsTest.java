package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What processes note that they use, and how collectors read it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TemporaryRootsTest {

    private static final StorePath ONE = DatabaseContract.path(1);
    private static final StorePath TWO = DatabaseContract.path(2);
    private static final long OWN = ProcessHandle.current().pid();

    @TempDir
    Path dir;

    private StoreLayout layout;
    private StoreDatabase database;
    private CollectorLock lock;

    @BeforeEach
    void open() throws IOException {
        layout = StoreLayout.below(dir);
        database = ModelDatabase.open(Disk.system(), layout);
        lock = new CollectorLock(layout);
    }

    @AfterEach
    void close() throws IOException {
        lock.close();
        database.close();
    }

    private Path file(String name) {
        return layout.temporaryRoots().resolve(name);
    }

    private static List<String> next(TemporaryRootScan scan) throws IOException {
        List<String> told = new ArrayList<>();
        scan.next((pid, path) -> told.add(pid + " " + path));
        return told;
    }

    private Path write(String name, String content) throws IOException {
        Files.createDirectories(layout.temporaryRoots());
        return Files.writeString(file(name), content);
    }

    @Test
    void pathsAreWrittenAsNixDoesAndTheFileGoesWithItsOwner() throws IOException {
        Path written;
        byte[] bytes = new byte[1000];
        int length;
        try (TemporaryRoots roots = TemporaryRoots.open(layout, lock, database)) {
            roots.keep(List.of(ONE, TWO));
            roots.add(ONE);
            written = roots.file();
            length = roots.read(0, bytes);
            assertThat(roots.read(length, bytes)).isEqualTo(-1);
        }
        assertThat(new String(bytes, 0, length, StandardCharsets.UTF_8)).isEqualTo(ONE + "\0" + TWO + "\0");
        assertThat(written).isEqualTo(file(Long.toString(OWN))).doesNotExist();
    }

    @Test
    void aNameThatIsTakenIsLeftToWhoHasIt() throws IOException {
        write(Long.toString(OWN), ONE + "\0");
        try (TemporaryRoots roots = TemporaryRoots.open(layout, lock, database)) {
            assertThat(roots.file()).isEqualTo(file(OWN + "-1"));
            TemporaryRootScan scan = new TemporaryRootScan(layout, roots);
            roots.add(TWO);
            assertThat(next(scan)).containsExactlyInAnyOrder(OWN + " " + ONE, OWN + " " + TWO);
            // This process has another file, so that one is of a dead one with its number.
            scan.removeDead();
            assertThat(file(Long.toString(OWN))).doesNotExist();
            assertThat(roots.file()).exists();
        }
    }

    @Test
    void filesOfDeadProcessesAreRemovedAndThoseOfLivingOnesStay() throws IOException {
        write("71", ONE + "\0");
        write("72", TWO + "\0");
        write("not-a-number", "x");
        TemporaryRootScan scan = new TemporaryRootScan(layout, null, pid -> pid == 72);
        scan.removeDead();
        assertThat(file("71")).doesNotExist();
        assertThat(file("not-a-number")).exists();
        assertThat(next(scan)).containsExactly("72 " + TWO);
    }

    @Test
    void aRootThatIsStillBeingWrittenIsToldWhenItIsWhole() throws IOException {
        String text = TWO.toString();
        Path file = write("72", ONE + "\0" + text.substring(0, 20));
        TemporaryRootScan scan = new TemporaryRootScan(layout, null, pid -> true);
        assertThat(next(scan)).containsExactly("72 " + ONE);
        assertThat(next(scan)).isEmpty();
        Files.writeString(file, text.substring(20) + "\0", StandardOpenOption.APPEND);
        assertThat(next(scan)).containsExactly("72 " + TWO);
        Files.delete(file);
        write("72-other", "");
        Files.move(file("72-other"), file("73"));
        write("72", TWO + "\0");
        assertThat(next(scan)).containsExactly("72 " + TWO);
    }

    @Test
    @Tag("T19")
    void aFileOfALivingProcessThatCannotBeReadStopsTheCollector() throws IOException {
        write("72", "/nix/store/nonsense\0");
        assertThatThrownBy(() -> next(new TemporaryRootScan(layout, null, pid -> true)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file("72").toString())
                .hasMessageContaining("nothing is collected");
        write("72", "x".repeat(9000));
        assertThatThrownBy(() -> next(new TemporaryRootScan(layout, null, pid -> true)))
                .hasMessageContaining("more than 8192 bytes");
    }

    @Test
    void whileACollectorRunsKeepingWaitsForTheTransactionThatIsUnderWay() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Closeable held = lock.acquire();
        try (held;
                TemporaryRoots roots = TemporaryRoots.open(layout, lock, database)) {
            CompletableFuture<Void> deleting = run(() -> database.write(transaction -> {
                inside.countDown();
                await(goOn);
                return null;
            }));
            inside.await();
            CompletableFuture<Void> keeping = run(() -> roots.add(ONE));
            byte[] bytes = new byte[100];
            while (roots.read(0, bytes) < 0) {
                Thread.onSpinWait();
            }
            assertThat(keeping).isNotDone();
            goOn.countDown();
            keeping.get();
            deleting.get();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** On a thread of its own: the common pool may have only one, and another step may wait on it. */
    private static CompletableFuture<Void> run(Step step) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        step.run();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                work -> new Thread(work).start());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Tag("T21")
    void collectorsTakeTurnsAndOneThatWaitsCanBeInterrupted() throws Exception {
        List<String> order = new java.util.concurrent.CopyOnWriteArrayList<>();
        assertThat(lock.isHeld()).isFalse();
        CompletableFuture<Void> second;
        Closeable first = lock.acquire();
        try (first) {
            assertThat(lock.isHeld()).isTrue();
            second = run(() -> {
                Closeable turn = lock.acquire();
                try (turn) {
                    order.add("second");
                }
            });
            Thread.currentThread().interrupt();
            assertThatThrownBy(lock::acquire).isInstanceOf(java.io.InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
            order.add("first");
        }
        second.get();
        assertThat(order).containsExactly("first", "second");
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void anInterruptedThreadKeepsAllTheSame() throws IOException {
        try (TemporaryRoots roots = TemporaryRoots.open(layout, lock, database)) {
            Thread.currentThread().interrupt();
            roots.add(ONE);
            assertThat(Thread.interrupted()).isTrue();
            roots.add(TWO);
            assertThat(next(new TemporaryRootScan(layout, roots))).hasSize(2);
        }
    }

    @Test
    void aProcessThatClosesWhileACollectorRunsLeavesItsFileToThat() throws IOException {
        TemporaryRoots roots = TemporaryRoots.open(layout, lock, database);
        roots.add(ONE);
        Closeable held = lock.acquire();
        try (held) {
            roots.close();
            assertThat(next(new TemporaryRootScan(layout, null))).containsExactly(OWN + " " + ONE);
        }
        new TemporaryRootScan(layout, null).removeDead();
        assertThat(layout.temporaryRoots()).isEmptyDirectory();
        assertThatThrownBy(() -> roots.add(TWO)).isInstanceOf(IllegalStateException.class);
    }
}
