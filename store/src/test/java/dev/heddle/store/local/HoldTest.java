package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.Disk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process keeps for a while, and lets go of while it lives on. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HoldTest {

    @TempDir
    Path dir;

    private static StorePath add(LocalStore store, String text) throws IOException {
        return store.addText(text, text.getBytes(StandardCharsets.UTF_8), List.of());
    }

    private static long collect(LocalStore store) throws IOException {
        return store.collect(CollectOptions.ALL).paths();
    }

    @Test
    @Tag("T19")
    void whatWasAddedStaysUntilItIsReleasedAndWhatIsHeldLonger() throws IOException {
        try (LocalStore store = LocalStore.open(dir)) {
            StorePath free = add(store, "free");
            StorePath held = add(store, "held");
            StorePath rooted = add(store, "rooted");
            store.addPermanentRoot("rooted", rooted);
            assertThat(collect(store)).isZero();
            try (Hold hold = store.hold(List.of(held))) {
                Hold second = store.hold(List.of(held));
                assertThat(store.roots(free)).isNotEmpty();
                store.releaseAdded();
                assertThat(store.roots(free)).isEmpty();
                assertThat(store.roots(held)).hasSize(1);
                assertThat(collect(store)).isEqualTo(1);
                second.close();
                second.close();
                assertThat(collect(store)).isZero();
                assertThatThrownBy(() -> second.keep(List.of(free))).isInstanceOf(IllegalStateException.class);
                StorePath later = add(store, "later");
                hold.keep(List.of(later));
                store.releaseAdded();
                assertThat(collect(store)).isZero();
            }
            assertThat(collect(store)).isEqualTo(2);
            assertThat(store.isValid(rooted)).isTrue();
        }
    }

    @Test
    void whatABatchHasCommittedOutlivesAReleaseUntilTheBatchIsClosed() throws IOException {
        try (LocalStore store = LocalStore.open(dir)) {
            StorePath present = add(store, "present");
            try (AddBatch batch = store.batch()) {
                batch.addText("new", new byte[] {1}, List.of(present));
                assertThat(batch.addText("present", "present".getBytes(StandardCharsets.UTF_8), List.of()))
                        .isEqualTo(present);
                store.releaseAdded();
                assertThat(collect(store)).isZero();
                batch.commit();
                store.releaseAdded();
                assertThat(collect(store)).isZero();
            }
            assertThat(collect(store)).isEqualTo(2);
        }
    }

    @Test
    void whatWasImportedOrFoundValidByAnAdditionStaysUntilItIsReleased() throws IOException {
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        try (LocalStore store = LocalStore.open(dir)) {
            StorePath path = add(store, "imported");
            store.exportPaths(List.of(path), export);
            store.releaseAdded();
            assertThat(collect(store)).isEqualTo(1);
            store.importPaths(new ByteArrayInputStream(export.toByteArray()));
            assertThat(collect(store)).isZero();
            store.releaseAdded();
            add(store, "imported");
            assertThat(collect(store)).isZero();
            store.releaseAdded();
            assertThat(collect(store)).isEqualTo(1);
        }
    }

    @Test
    @Tag("T19")
    void aCollectorOfAnotherProcessSeesAtOnceWhatWasReleased() throws Exception {
        try (LocalStore store = LocalStore.open(dir)) {
            StorePath held = add(store, "held");
            StorePath free = add(store, "free");
            try (Hold hold = store.hold(List.of(held))) {
                store.releaseAdded();
                try (CollectorProcess other = CollectorProcess.start(dir)) {
                    assertThat(other.end()).isEqualTo(1);
                }
                assertThat(store.queryValid(List.of(held, free))).containsExactly(held);
            }
        }
    }

    @Test
    void aFileOfManyReleasedPathsIsReplacedAndStaysSmall() throws IOException {
        StoreLayout layout = StoreLayout.below(dir);
        try (StoreDatabase database = ModelDatabase.open(Disk.system(), layout);
                CollectorLock lock = new CollectorLock(layout);
                TemporaryRoots roots = TemporaryRoots.open(layout, lock, database)) {
            List<StorePath> kept = paths(0, 20);
            roots.keep(kept);
            long largest = 0;
            for (int i = 1; i < 200; i++) {
                List<StorePath> some = paths(100 * i, 100);
                roots.keep(some);
                roots.release(some);
                largest = Math.max(largest, Files.size(roots.file()));
            }
            // A thousand released ones may stay, and a hundred were just added.
            assertThat(largest).isLessThan(1200 * 60);
            assertThat(told(layout, roots)).containsAll(kept).hasSizeLessThan(1200);
            roots.tidy(false);
            assertThat(told(layout, roots)).containsExactlyElementsOf(kept);
            assertThat(Files.size(roots.file())).isLessThan(20 * 60);
            assertThat(layout.temporaryRoots()).isDirectoryContaining(file -> file.equals(roots.file()));
            try (var files = Files.list(layout.temporaryRoots())) {
                assertThat(files).hasSize(1);
            }
        }
    }

    @Test
    void whileACollectionRunsTheFileOnlyGrows() throws IOException {
        StoreLayout layout = StoreLayout.below(dir);
        try (StoreDatabase database = ModelDatabase.open(Disk.system(), layout);
                CollectorLock lock = new CollectorLock(layout);
                TemporaryRoots roots = TemporaryRoots.open(layout, lock, database)) {
            List<StorePath> many = paths(0, 3000);
            roots.keep(many);
            Path before = roots.file();
            try (Closeable collection = lock.acquire()) {
                roots.release(many);
                roots.tidy(false);
                assertThat(roots.file()).isEqualTo(before);
                assertThat(told(layout, roots)).hasSize(3000);
            }
            roots.keep(many.subList(0, 2));
            assertThat(Files.size(before)).isGreaterThan(100_000);
            roots.tidy(false);
            assertThat(told(layout, roots)).containsExactlyElementsOf(many.subList(0, 2));
        }
    }

    private static List<StorePath> paths(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> StorePath.ofText(
                        Digest.ofContent(
                                Digest.Algorithm.SHA256, Integer.toString(i).getBytes(StandardCharsets.UTF_8)),
                        List.of(),
                        "/nix/store",
                        "p"))
                .toList();
    }

    private static List<StorePath> told(StoreLayout layout, TemporaryRoots roots) throws IOException {
        List<StorePath> told = new ArrayList<>();
        new TemporaryRootScan(layout, roots).next((pid, path) -> told.add(path));
        return told;
    }
}
