package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSource;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.nar.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adding to a store in a directory, and asking it. */
class LocalStoreTest {

    @TempDir
    Path dir;

    private StoreLayout layout;
    private LocalStore store;

    @BeforeEach
    void open() throws IOException {
        layout = StoreLayout.in(dir.resolve("heddle"));
        store = LocalStore.builder(layout)
                .clock(() -> Instant.ofEpochSecond(1_000_000, 5))
                .open();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        Trees.makeWritable(dir);
    }

    private void reopen() throws IOException {
        store.close();
        store = LocalStore.open(dir.resolve("heddle"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private StorePath text(String name, StorePath... references) throws IOException {
        return store.addText(name, bytes(name + List.of(references)), List.of(references));
    }

    private byte[] dump(StorePath path) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.dump(path, out);
        return out.toByteArray();
    }

    @Test
    @Tag("T17")
    void syncThatFailedBeforeTheCommitFailsTheCommitAndNoOther() throws Exception {
        AtomicInteger toFail = new AtomicInteger();
        Path source = Files.writeString(dir.resolve("source"), "x");
        try (LocalStore store = LocalStore.builder(StoreLayout.in(dir.resolve("s")))
                        .disk(failingSyncs(toFail))
                        .open();
                AddBatch batch = store.batch()) {
            List<StorePath> paths = new ArrayList<>();
            // The thousandth begins to write, which the system refuses once, and would not a second time.
            toFail.set(1);
            for (int i = 0; i < 1_000; i++) {
                paths.add(batch.addTree("t" + i, source));
            }
            assertThatThrownBy(batch::commit)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("could not be written: Input/output error");
            assertThat(store.queryValid(paths)).isEmpty();
            StorePath after = batch.addTree("after", source);
            batch.commit();
            assertThat(store.isValid(after)).isTrue();
        }
    }

    /** The system's disk, of which as many syncs fail as {@code toFail} says. */
    private static Disk failingSyncs(AtomicInteger toFail) {
        return new Disk() {
            @Override
            public Folder open(Path directory) throws IOException {
                return Disk.system().open(directory);
            }

            @Override
            public Folder openOrCreate(Path directory) throws IOException {
                return Disk.system().openOrCreate(directory);
            }

            @Override
            public void sync(Folder folder) throws IOException {
                if (toFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new IOException("Input/output error");
                }
                Disk.system().sync(folder);
            }
        };
    }

    @Test
    void directoryThatHoldsTheStoreIsRefusedBeforeItIsCopied() throws Exception {
        try (LocalStore store = LocalStore.open(dir.resolve("s"))) {
            assertThatThrownBy(() -> store.addTree("all", dir))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("contains the store itself");
        }
    }

    @Test
    void whatWasAddedIsThereAfterReopening() throws IOException {
        Path tree = Files.createDirectories(dir.resolve("tree/sub"));
        Files.writeString(tree.resolve("file"), "content");
        StorePath path = store.addTree("tree", tree.getParent());
        byte[] dumped = dump(path);
        reopen();
        assertThat(store.isValid(path)).isTrue();
        assertThat(dump(path)).isEqualTo(dumped);
        assertThat(Files.readString(layout.real(path).resolve("sub/file"))).isEqualTo("content");
        PathInfo info = store.queryPathInfo(path).orElseThrow();
        assertThat(info.narSize()).isEqualTo(dumped.length);
        assertThat(info.registered()).isEqualTo(Instant.ofEpochSecond(1_000_000));
        assertThat(info.contentAddress()).isEqualTo(new ContentAddress(ContentMethod.RECURSIVE, info.narHash()));
        assertThat(store.queryPathFromHashPart(path.hashPart())).contains(path);
    }

    @Test
    void addingAgainGivesTheSamePathAndLeavesItsFilesAlone() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "content");
        StorePath path = store.addTree("file", file);
        Object before = Files.getAttribute(layout.real(path), "unix:ino");
        assertThat(store.addTree("file", file)).isEqualTo(path);
        assertThat(Files.getAttribute(layout.real(path), "unix:ino")).isEqualTo(before);
        assertThat(StoreTrees.inStore(layout)).containsExactly(path.baseName());
    }

    @Test
    void nothingIsLeftInStagingWhenAnOperationIsOver() throws IOException {
        text("one");
        assertThatThrownBy(() -> store.addTree("none", dir.resolve("missing"))).isInstanceOf(StoreException.class);
        assertThat(StoreTrees.inStaging(layout)).hasSizeLessThanOrEqualTo(1);
        store.close();
        assertThat(StoreTrees.inStaging(layout)).isEmpty();
    }

    @Test
    void referencesMustBeValid() throws IOException {
        StorePath nobody = StorePath.ofText(
                Digest.ofContent(Digest.Algorithm.SHA256, new byte[0]), List.of(), layout.storeDirectory(), "nobody");
        assertThatThrownBy(() -> text("lonely", nobody))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("lonely")
                .hasMessageContaining(nobody.toString())
                .hasMessageContaining("not valid");
        assertThat(StoreTrees.inStore(layout)).isEmpty();
    }

    @Test
    void aBatchBecomesValidAsAWholeAndMayReferWithinItself() throws IOException {
        StorePath first;
        StorePath second;
        try (AddBatch batch = store.batch()) {
            first = batch.addText("first", bytes("1"), List.of());
            second = batch.addText("second", bytes("2"), List.of(first));
            assertThat(batch.addText("first", bytes("1"), List.of())).isEqualTo(first);
            assertThat(store.isValid(first)).isFalse();
            batch.commit();
        }
        assertThat(store.queryClosure(List.of(second))).containsExactly(first, second);
        try (AddBatch dropped = store.batch()) {
            StorePath third = dropped.addText("third", bytes("3"), List.of(first));
            dropped.close();
            assertThat(store.isValid(third)).isFalse();
            assertThatThrownBy(() -> dropped.addTree("x", dir)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aFailedOperationLeavesTheBatchAsItWas() throws IOException {
        try (AddBatch batch = store.batch()) {
            StorePath good = batch.addText("good", bytes("1"), List.of());
            assertThatThrownBy(() -> batch.addTree("bad", dir.resolve("missing")))
                    .hasMessageContaining("missing");
            batch.commit();
            assertThat(store.isValid(good)).isTrue();
        }
    }

    @Test
    void closuresAreInTheOrderOfReferencesHoweverDeep() throws IOException {
        List<StorePath> chain = new ArrayList<>();
        try (AddBatch batch = store.batch()) {
            for (int i = 0; i < 3_000; i++) {
                chain.add(batch.addText("n" + i, bytes("n"), i == 0 ? List.of() : List.of(chain.get(i - 1))));
            }
            batch.commit();
        }
        assertThat(store.queryClosure(List.of(chain.get(2_999)))).isEqualTo(chain);
        assertThat(store.queryReferrers(chain.get(5))).containsExactly(chain.get(6));
    }

    @Test
    void aDerivationIsReadBackAndKnowsItsOutputs() throws IOException {
        StorePath source = text("source");
        Derivation blank = Derivations.simple(store, "hello", source);
        StorePath path = store.addDerivation("hello", blank);
        assertThat(path).isEqualTo(blank.storePath(layout.storeDirectory(), "hello"));
        assertThat(store.readDerivation(path)).isEqualTo(blank);
        StorePath out = blank.output("out").knownPath().orElseThrow();
        assertThat(store.queryOutputs(path)).isEqualTo(new TreeMap<>(java.util.Map.of("out", out)));
        assertThat(store.queryDerivers(out)).containsExactly(path);
    }

    @Test
    void whatIsCalledADerivationMustBeOne() throws IOException {
        assertThatThrownBy(() -> store.addText("x.drv", bytes("Derive(nonsense"), List.of()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("derivation");
        assertThat(StoreTrees.inStore(layout)).isEmpty();
    }

    @Test
    @Tag("T25")
    void aStoreDirectoryThatIsALinkIsRefused() throws IOException {
        Files.createDirectories(dir.resolve("elsewhere"));
        Path linked = Files.createDirectories(dir.resolve("linked"));
        Files.createSymbolicLink(linked.resolve("store"), dir.resolve("elsewhere"));
        assertThatThrownBy(() -> LocalStore.open(linked))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("symbolic link");
    }

    @Test
    @Tag("T25")
    void aStoreThatEverybodyMayExchangeIsRefused() throws IOException {
        Path open = Files.createDirectories(dir.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> LocalStore.open(open))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("everybody may write");
    }

    @Test
    @Tag("T25")
    void aFileInThePlaceOfTheStoreIsRefused() throws IOException {
        Path place = Files.createDirectories(dir.resolve("file"));
        Files.writeString(place.resolve("store"), "x");
        assertThatThrownBy(() -> LocalStore.open(place))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is no directory");
    }

    @Test
    @Tag("T25")
    void aReadOnlyStoreAnswersAndRefusesToChange() throws IOException {
        StorePath path = text("text");
        store.close();
        try (LocalStore reading = LocalStore.builder(layout).readOnly().open()) {
            assertThat(reading.isValid(path)).isTrue();
            assertThat(reading.queryClosure(List.of(path))).containsExactly(path);
            reading.dump(path, OutputStream.nullOutputStream());
            assertThatThrownBy(() -> reading.addText("more", bytes("x"), List.of()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("read-only");
        }
        assertThatThrownBy(() -> LocalStore.builder(StoreLayout.in(dir.resolve("none")))
                        .readOnly()
                        .open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("there is no store");
        assertThat(dir.resolve("none")).doesNotExist();
    }

    @Test
    void aClosedStoreSaysSo() throws IOException {
        store.close();
        store.close();
        assertThatThrownBy(() -> text("late")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.queryValid(
                        List.of(StorePath.parse(layout.storeDirectory() + "/" + "0".repeat(32) + "-x"))))
                .isInstanceOf(IllegalStateException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("heddle-store-"));
    }

    @Test
    @Tag("T18")
    void aDumpFailsWhenTheContentIsNoLongerWhatWasRegistered() throws IOException {
        StorePath path = text("text");
        Path file = layout.real(path);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(file, "something else");
        assertThatThrownBy(() -> dump(path)).isInstanceOf(StoreException.class).hasMessageContaining("has changed");
        assertThatThrownBy(() -> store.exportPaths(List.of(path), OutputStream.nullOutputStream()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has changed");
        Files.delete(file);
        assertThatThrownBy(() -> dump(path)).isInstanceOf(StoreException.class).hasMessageContaining("gone");
    }

    @Test
    void sourcesThatCannotBeAddedAreNamed() throws Exception {
        assertThatThrownBy(() -> store.addTree("none", dir.resolve("missing")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("missing")
                .hasMessageContaining("no such file");
        Path odd = Files.createDirectories(dir.resolve("odd"));
        assertThat(new ProcessBuilder("mkfifo", odd.resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThatThrownBy(() -> store.addTree("odd", odd))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("fifo");
        assertThatThrownBy(() -> store.addFile("odd", odd))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no regular file");
        assertThatThrownBy(() -> store.addTree("bad/name", odd)).isInstanceOf(IllegalArgumentException.class);
        assertThat(StoreTrees.inStore(layout)).isEmpty();
    }

    @Test
    void aLeftoverUnderThePathsNameIsReplaced() throws IOException {
        StorePath path = text("text");
        byte[] good = dump(path);
        store.close();
        StoreLayout other = StoreLayout.in(dir.resolve("other"));
        // The same logical directory, so that the path is the same.
        StoreLayout second = new StoreLayout(layout.storeDirectory(), other.real(), other.state(), other.logs());
        store = LocalStore.builder(second).open();
        Files.createDirectories(second.real(path).resolve("half/made"));
        assertThat(text("text")).isEqualTo(path);
        assertThat(dump(path)).isEqualTo(good);
        assertThat(StoreTrees.inStore(second)).containsExactly(path.baseName());
    }

    @Test
    @Tag("T14")
    void whatADeadProcessLeftInStagingGoesAtTheNextOpening() throws IOException {
        store.close();
        Path left =
                Files.createDirectories(layout.staging().resolve("0".repeat(32)).resolve("s1/tree/deep"));
        Files.writeString(left.resolve("file"), "x");
        Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("r-xr-xr-x"));
        store = LocalStore.open(dir.resolve("heddle"));
        store.awaitSweep();
        assertThat(StoreTrees.inStaging(layout)).isEmpty();
    }

    @Test
    void manyThreadsThatAddTheSamePathsAllSucceed() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<StorePath>>> made = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                made.add(threads.submit(() -> {
                    List<StorePath> paths = new ArrayList<>();
                    for (int i = 0; i < 20; i++) {
                        paths.add(text("shared" + i));
                    }
                    return paths;
                }));
            }
            for (Future<List<StorePath>> paths : made) {
                assertThat(paths.get()).isEqualTo(made.get(0).get());
                assertThat(store.queryValid(paths.get())).hasSize(20);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(StoreTrees.inStore(layout)).hasSize(20);
    }

    @Test
    void missingTellsWhatToBuildFetchAndWhatNobodyHas() throws IOException {
        StorePath source = text("source");
        StorePath drv = store.addDerivation("hello", Derivations.simple(store, "hello", source));
        Derivation other = Derivations.simple(store, "other", source);
        StorePath otherDrv = store.addDerivation("other", other);
        StorePath fetchable = other.output("out").knownPath().orElseThrow();
        StorePath needed = StorePath.ofSource(
                Digest.ofContent(Digest.Algorithm.SHA256, bytes("x")), List.of(), layout.storeDirectory(), "needed");
        StorePath nobody = StorePath.ofSource(
                Digest.ofContent(Digest.Algorithm.SHA256, bytes("y")), List.of(), layout.storeDirectory(), "nobody");
        Digest hash = Digest.ofContent(Digest.Algorithm.SHA256, bytes("z"));
        PathSource cache = new FixedSource(
                layout.storeDirectory(),
                List.of(PathInfo.of(fetchable, hash, 700, List.of(needed)), PathInfo.of(needed, hash, 11, List.of())));
        store.close();
        store = LocalStore.builder(layout).substituters(List.of(cache)).open();
        Missing missing = store.queryMissing(List.of(drv, otherDrv, nobody, source));
        assertThat(missing.toBuild()).containsExactly(drv);
        assertThat(missing.toFetch()).isEqualTo(new TreeSet<>(List.of(fetchable, needed)));
        assertThat(missing.unknown()).containsExactly(nobody);
        assertThat(missing.fetchSize()).isEqualTo(711);
    }

    /** Knows some paths and has no content. */
    private record FixedSource(String storeDirectory, List<PathInfo> infos) implements PathSource {
        @Override
        public Optional<PathInfo> queryPathInfo(StorePath path) {
            return infos.stream().filter(info -> info.path().equals(path)).findFirst();
        }

        @Override
        public Optional<StorePath> queryPathFromHashPart(String hashPart) {
            return Optional.empty();
        }

        @Override
        public void dump(StorePath path, OutputStream out) throws IOException {
            throw new StoreException(path + ": has no content here");
        }
    }

    @Test
    void anImportIsTakenAsAWholeOrNotAtAll() throws IOException {
        StorePath first = text("first");
        StorePath second = text("second", first);
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        store.exportPaths(List.of(second, first), both);
        ByteArrayOutputStream alone = new ByteArrayOutputStream();
        store.exportPaths(List.of(second), alone);
        store.close();
        StoreLayout other = StoreLayout.in(dir.resolve("other"));
        StoreLayout empty = new StoreLayout(layout.storeDirectory(), other.real(), other.state(), other.logs());
        store = LocalStore.builder(empty).open();
        assertThatThrownBy(() -> store.importPaths(new ByteArrayInputStream(alone.toByteArray())))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(first.toString());
        byte[] cut = java.util.Arrays.copyOf(both.toByteArray(), both.size() - 1);
        assertThatThrownBy(() -> store.importPaths(new ByteArrayInputStream(cut)))
                .isInstanceOf(IOException.class);
        assertThat(StoreTrees.inStore(empty)).isEmpty();
        assertThat(store.importPaths(new ByteArrayInputStream(both.toByteArray())))
                .containsExactly(first, second);
        assertThat(store.queryClosure(List.of(second))).containsExactly(first, second);
    }
}
