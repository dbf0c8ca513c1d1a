package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.Counters;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.DiskFault;
import dev.heddle.store.disk.FaultyDisk;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.TreeRemoval;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every call to the disk that a store makes from its opening to its closing fails, one in each run, in each way that the
 * system knows, once and for ever. After that the store can be used, and nothing that is valid is wrong.
 */
@Tag("T16")
class ModelStoreFaultsTest {

    /** Each so many calls one is made to fail, from a start that moves on; 1 tries them all. */
    private static final int STRIDE = Integer.getInteger("heddle.store.faultStride", 1);

    private Path dir;
    private StoreLayout layout;
    private Path tree;
    private byte[] export;
    private long cases;
    private long told;
    private long leftovers;

    @BeforeEach
    void prepare() throws IOException {
        Path memory = Path.of("/dev/shm");
        dir = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "heddle-faults")
                : Files.createTempDirectory("x");
        tree = Files.createDirectories(dir.resolve("source/sub")).getParent();
        Files.writeString(tree.resolve("sub/program"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(tree.resolve("sub/program"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("sub"));
        layout = StoreLayout.in(dir.resolve("store"));
        try (LocalStore store = ModelStores.open(layout, Disk.system(), 1)) {
            StorePath first = store.addText("imported", bytes("one"), List.of());
            StorePath second = store.addText("importing", bytes(first.toString()), List.of(first));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.exportPaths(List.of(first, second), out);
            export = out.toByteArray();
        }
        remove("store");
    }

    @AfterEach
    void remove() throws IOException {
        try (var parent = Disk.system().open(dir.getParent())) {
            TreeRemoval.remove(parent, RawName.of(dir.getFileName().toString()));
        }
    }

    private void remove(String name) throws IOException {
        try (var parent = Disk.system().open(dir)) {
            TreeRemoval.remove(parent, RawName.of(name));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Everything that adds, one after the other; notes in {@code done} what was reported valid. */
    private void work(Disk disk, List<StorePath> done) throws IOException {
        try (LocalStore store = ModelStores.open(layout, disk, 2)) {
            done.add(store.addText("text", bytes("text"), List.of()));
            done.add(store.addTree("tree", tree));
            try (AddBatch batch = store.batch()) {
                List<StorePath> both = new ArrayList<>();
                both.add(batch.addText("first", bytes("1"), List.of()));
                both.add(batch.addText("second", bytes("2"), both));
                batch.commit();
                done.addAll(both);
            }
            done.addAll(store.importPaths(new ByteArrayInputStream(export)));
            store.dump(done.get(0), OutputStream.nullOutputStream());
        }
    }

    @Test
    void anyCallThatFailsLeavesAStoreThatIsRightAndCanBeUsed() throws IOException {
        long before = openFiles();
        for (DiskFault fault : DiskFault.values()) {
            for (boolean always : new boolean[] {false, true}) {
                long n = 1 + (fault.ordinal() * 2L + (always ? 1 : 0)) % STRIDE;
                while (fails(fault, n, always)) {
                    n += STRIDE;
                }
            }
        }
        assertThat(openFiles()).as("open files").isLessThanOrEqualTo(before + 2);
        assertThat(cases).isGreaterThan(100);
        assertThat(told).isGreaterThan(cases / 2);
        Counters.tell(
                "G4",
                ModelStoreFaultsTest.class,
                cases + " failed calls, " + told + " told, 0 wrong, 0 stores that could not be used, " + leftovers
                        + " names left that were not valid");
    }

    /** Runs the work with one failing call; false if the work makes no such call any more. */
    private boolean fails(DiskFault fault, long n, boolean always) throws IOException {
        String which = fault + " at call " + n + (always ? " and all behind" : "");
        FaultyDisk disk = new FaultyDisk(Disk.system());
        List<StorePath> done = new ArrayList<>();
        disk.fail(fault, n, always);
        try {
            work(disk, done);
        } catch (IOException e) {
            told++;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(which + ": " + disk.firstFailure(), e);
        }
        disk.heal();
        if (disk.firstFailure().isEmpty()) {
            remove("store");
            return false;
        }
        cases++;
        which += ": " + disk.firstFailure().get();
        try {
            check(which, done);
        } catch (IOException e) {
            throw new AssertionError(which, e);
        }
        remove("store");
        return true;
    }

    private void check(String which, List<StorePath> done) throws IOException {
        try (LocalStore store = ModelStores.open(layout, Disk.system(), 3)) {
            assertThat(StoreTrees.inStaging(layout)).as(which).isEmpty();
            assertThat(store.queryValid(done)).as(which).containsAll(done);
            List<String> valid = allValidAreRight(store);
            leftovers += StoreTrees.inStore(layout).stream()
                    .filter(name -> !valid.contains(name))
                    .count();
        }
        List<StorePath> again = new ArrayList<>();
        work(Disk.system(), again);
        try (LocalStore store = ModelStores.open(layout, Disk.system(), 4)) {
            assertThat(store.queryValid(again)).as(which).hasSize(6);
            assertThat(allValidAreRight(store)).as(which).isEqualTo(StoreTrees.inStore(layout));
            assertThat(StoreTrees.inStaging(layout)).as(which).isEmpty();
        }
    }

    private static List<String> allValidAreRight(LocalStore store) throws IOException {
        List<String> names = new ArrayList<>();
        for (StorePath path : store.database().page(null, 100)) {
            store.dump(path, OutputStream.nullOutputStream());
            names.add(path.baseName());
        }
        return names.stream().sorted().toList();
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
