package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.Counters;
import dev.heddle.store.PathInfo;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.DiskFault;
import dev.heddle.store.disk.FaultyDisk;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.disk.SimulatedDisk;
import dev.heddle.store.local.VerifyFinding.Damage;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A damaged tree gives way to a whole one, while the disk fails or the power is cut. */
class ReplacementsTest {

    private static final int CUTS = Integer.getInteger("heddle.store.cutsPerCall", 5);
    private static final StoreLayout LAYOUT = StoreLayout.in(Path.of("/heddle"));
    private static final RawName FILE = RawName.of("file");

    private final Random random = new Random(Long.getLong("heddle.seed", 31));
    private SimulatedDisk damaged;
    private PathInfo info;
    private byte[] archive;
    private boolean told;
    private long whole;
    private long old;
    private long begun;

    /** A store with a tree of which a file is not what was registered. */
    @BeforeEach
    void damage() throws IOException {
        damaged = new SimulatedDisk();
        try (Folder source = damaged.openOrCreate(Path.of("/source"))) {
            write(source, FILE, "right ".repeat(1000));
        }
        try (LocalStore store = ModelStores.open(LAYOUT, damaged, 1)) {
            StorePath path = store.addTree("tree", Path.of("/source"));
            info = store.queryPathInfo(path).orElseThrow();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.dump(path, out);
            archive = out.toByteArray();
            try (Folder tree = store.folder().folder(RawName.of(path.baseName()))) {
                tree.delete(FILE);
                write(tree, FILE, "wrong ".repeat(1000));
                damaged.sync(tree);
            }
        }
        damaged = damaged.crashed(random, 1);
    }

    private static void write(Folder folder, RawName name, String text) throws IOException {
        try (WritableByteChannel out = folder.create(name, 0444)) {
            ByteBuffer left = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (left.hasRemaining()) {
                out.write(left);
            }
        }
    }

    private void repair(LocalStore store) throws IOException {
        try (Stage stage = store.staging().stage();
                Trash aside = store.staging().trash()) {
            NarReader.unpack(
                    NarReader.of(new ByteArrayInputStream(archive), NarLimits.DEFAULT),
                    stage.folder(),
                    Replacements.INCOMING);
            store.replacements().replace(new Staged(info, stage, Replacements.INCOMING), aside);
            told = true;
        }
    }

    /** Looks at a store that is open: the path is valid, and its tree is the damaged one or a whole one. */
    private void look(LocalStore store, boolean mustBeWhole) throws IOException {
        assertThat(store.queryPathInfo(info.path())).contains(info);
        Optional<VerifyFinding> finding = new ContentCheck(store.folder()).content(info);
        finding.ifPresent(found -> assertThat(found.damage()).isEqualTo(Damage.CORRUPT));
        assertThat(finding.isPresent() && mustBeWhole).as("%s", finding).isFalse();
        if (finding.isPresent()) {
            old++;
        } else {
            whole++;
        }
    }

    private static List<StoreDatabase.Replacement> noted(LocalStore store) throws IOException {
        return store.database().write(StoreDatabase.Transaction::replacements);
    }

    @Test
    @Tag("T15")
    void aPowerCutAtAnyCallLeavesTheOldTreeOrAWholeOneAndNothingToBeFinished() throws IOException {
        try (LocalStore store = ModelStores.open(LAYOUT, damaged, 2)) {
            damaged.afterEachCall(call -> {
                for (int i = 0; i < CUTS; i++) {
                    boolean mustBeWhole = told;
                    SimulatedDisk image = damaged.crashed(random);
                    try {
                        afterCut(image, mustBeWhole);
                    } catch (IOException e) {
                        throw new UncheckedIOException("cut after " + call, e);
                    }
                }
            });
            repair(store);
            damaged.afterEachCall(call -> {});
            look(store, true);
        }
        assertThat(old).isPositive();
        assertThat(whole).isPositive();
        assertThat(begun).as("repairs that were begun and not ended").isPositive();
        Counters.tell(
                "G3",
                getClass(),
                old + whole + " power cuts in a repair, " + begun + " finished at opening, 0 lost, 0 wrong");
    }

    private void afterCut(SimulatedDisk image, boolean mustBeWhole) throws IOException {
        StoreDatabase database = ModelDatabase.open(image, LAYOUT);
        try (database) {
            begun += database.write(StoreDatabase.Transaction::replacements).size();
        }
        try (LocalStore store = ModelStores.open(LAYOUT, image, 3)) {
            look(store, mustBeWhole);
            assertThat(noted(store)).isEmpty();
        }
        try (Folder staging = image.open(LAYOUT.staging())) {
            assertThat(staging.names(10)).isEmpty();
        }
    }

    @Test
    @Tag("T16")
    void anyCallThatFailsLeavesATreeInItsPlaceAtOnce() throws IOException {
        SimulatedDisk before = damaged;
        long cases = 0;
        for (DiskFault fault : DiskFault.values()) {
            boolean failed = true;
            for (long n = 1; failed; n++) {
                FaultyDisk disk = new FaultyDisk(before.crashed(random, 1));
                failed = fails(disk, fault, n);
                cases += failed ? 1 : 0;
            }
        }
        assertThat(old).isPositive();
        assertThat(whole).isPositive();
        Counters.tell("G4", getClass(), cases + " failed calls in a repair, 0 paths lost, 0 wrong");
    }

    /** Repairs with one failing call; false if a repair makes no such call any more. */
    private boolean fails(FaultyDisk disk, DiskFault fault, long n) throws IOException {
        told = false;
        try (LocalStore store = ModelStores.open(LAYOUT, disk, 2)) {
            disk.fail(fault, n, false);
            try {
                repair(store);
            } catch (IOException e) {
                assertThat(e).as("%s %s", fault, n).hasMessageNotContaining("BUG");
            }
            disk.heal();
            look(store, told);
        }
        look(disk, told);
        return disk.firstFailure().isPresent();
    }

    private void look(Disk disk, boolean mustBeWhole) throws IOException {
        try (LocalStore store = ModelStores.open(LAYOUT, disk, 3)) {
            look(store, mustBeWhole);
            assertThat(noted(store)).isEmpty();
            repair(store);
            look(store, true);
        }
    }
}
