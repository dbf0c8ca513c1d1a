package dev.heddle.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarWriter;
import dev.heddle.store.nar.TreeRemoval;
import dev.heddle.store.nar.Trees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The simulated disk: the contract, and what a power cut leaves. */
class SimulatedDiskTest extends DiskContract {

    private static final int CUTS = 200;

    private final Random random = new Random(42);

    @Override
    Disk newDisk() throws IOException {
        SimulatedDisk simulated = new SimulatedDisk();
        simulated.openOrCreate(directory()).close();
        simulated.sync(simulated.open(Path.of("/")));
        return simulated;
    }

    @Override
    Path directory() {
        return Path.of("/work/empty");
    }

    private SimulatedDisk simulated() {
        return (SimulatedDisk) disk;
    }

    private Folder after(double odds) throws IOException {
        return simulated().crashed(random, odds).open(directory());
    }

    @Test
    void withNoOddsOnlyWhatWasSyncedIsThere() throws IOException {
        write(folder, A, "a");
        folder.sync(A);
        folder(folder, B);
        assertThat(after(0).names(0)).isEmpty();
        folder.sync();
        write(folder, C, "c");
        Folder left = after(0);
        assertThat(left.names(2)).containsExactly(A, B);
        assertThat(content(left, A)).isEqualTo("a");
    }

    @Test
    void withAllOddsNothingIsLost() throws IOException {
        for (int i = 0; i < 20; i++) {
            Trees.random(folder, A, random);
            assertThat(dump(after(1))).isEqualTo(dump(folder));
            TreeRemoval.remove(folder, A);
            assertThat(after(1).names(0)).isEmpty();
        }
    }

    private static byte[] dump(Folder in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NarWriter.dump(in, A, out, NarLimits.DEFAULT);
        return out.toByteArray();
    }

    @Test
    void aSyncedNameWithoutASyncedFileMayBeEmptyOrTorn() throws IOException {
        try (WritableByteChannel out = folder.create(A, 0644)) {
            write(out, "x".repeat(3 * SimulatedInode.File.BLOCK));
        }
        folder.sync();
        assertThat(content(after(0), A)).isEmpty();
        Set<String> seen = new HashSet<>();
        for (int cut = 0; cut < CUTS; cut++) {
            String left = content(after(0.5), A);
            assertThat(left.replaceAll("[x\0]", "")).isEmpty();
            seen.add(left);
        }
        assertThat(seen).as("no length, and each of three blocks or not").hasSize(9);
    }

    @Test
    void whatWasSyncedIsNeverTorn() throws IOException {
        write(folder, A, "a".repeat(10_000));
        folder.setMode(A, 0444);
        folder.setTime(A, 1);
        folder.sync(A);
        folder.sync();
        try (WritableByteChannel out = folder.append(A, 0644)) {
            write(out, "b".repeat(10_000));
        }
        for (int cut = 0; cut < CUTS; cut++) {
            Folder left = after(0.5);
            assertThat(content(left, A)).startsWith("a".repeat(10_000 / SimulatedInode.File.BLOCK * 4096));
            assertThat(left.facts(A).mode()).isEqualTo(0444);
        }
        disk.sync(folder);
        for (int cut = 0; cut < CUTS; cut++) {
            assertThat(content(after(0.5), A)).isEqualTo("a".repeat(10_000) + "b".repeat(10_000));
        }
    }

    @Test
    void aRenameIsThereOrNotButNeverHalf() throws IOException {
        write(folder, A, "a");
        folder.sync(A);
        folder(folder, B);
        folder.sync();
        Set<Boolean> seen = new HashSet<>();
        try (Folder inner = folder.folder(B)) {
            folder.move(A, inner, C);
            for (int cut = 0; cut < CUTS; cut++) {
                Folder left = after(0.5);
                try (Folder there = left.folder(B)) {
                    assertThat(left.exists(A)).isNotEqualTo(there.exists(C));
                    seen.add(there.exists(C));
                }
            }
            inner.sync();
            try (Folder there = after(0).folder(B)) {
                assertThat(content(there, C)).isEqualTo("a");
            }
        }
        assertThat(after(0).exists(A)).isFalse();
        assertThat(seen).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void changesOfDifferentNamesComeInAnyOrderAndOfOneNameInTheirs() throws IOException {
        folder(folder, A);
        write(folder, B, "b");
        folder.move(B, folder, C);
        Set<List<RawName>> seen = new HashSet<>();
        for (int cut = 0; cut < CUTS; cut++) {
            seen.add(after(0.5).names(3));
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(List.of(), List.of(A), List.of(B), List.of(C), List.of(A, B), List.of(A, C));
    }

    @Test
    void whatIsInALostFolderIsLostAndWhatWasMovedThereIsNot() throws IOException {
        write(folder, A, "a");
        folder.sync(A);
        folder.sync();
        try (Folder made = folder.createFolder(B)) {
            folder.move(A, made, A);
            for (int cut = 0; cut < CUTS; cut++) {
                Folder left = after(0.5);
                boolean moved = left.exists(B) && left.folder(B).exists(A);
                assertThat(moved).isNotEqualTo(left.exists(A));
            }
        }
    }

    @Test
    void anImageIsADiskOfItsOwn() throws IOException {
        write(folder, A, "a");
        folder.hardLink(A, folder, B);
        Folder image = after(1);
        assertThat(image.facts(A).sameFile(image.facts(B))).isTrue();
        assertThat(image.facts(A).links()).isEqualTo(2);
        image.delete(A);
        write(image, C, "c");
        assertThat(folder.names(2)).containsExactly(A, B);
        assertThat(image.facts(B).links()).isEqualTo(1);
        assertThat(folder.facts(B).links()).isEqualTo(2);
    }

    @Test
    @Tag("T15")
    void anImageCanBeTakenAfterEachCall() throws IOException {
        List<Integer> counts = new ArrayList<>();
        List<DiskCall> calls = new ArrayList<>();
        simulated().afterEachCall(call -> {
            calls.add(call);
            try (Folder image = simulated().crashed(new Random(0), 1).open(directory())) {
                counts.add(image.names(9).size());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        write(folder, A, "a");
        folder.sync(A);
        folder(folder, B);
        folder.delete(A);
        assertThatThrownBy(() -> folder.delete(A)).isInstanceOf(NoSuchFileException.class);
        assertThat(counts).containsExactly(1, 1, 1, 1, 2, 1, 1);
        assertThat(calls)
                .extracting(DiskCall::operation)
                .containsExactly(
                        DiskCall.Operation.CREATE,
                        DiskCall.Operation.WRITE,
                        DiskCall.Operation.CLOSE,
                        DiskCall.Operation.SYNC,
                        DiskCall.Operation.CREATE_FOLDER,
                        DiskCall.Operation.DELETE,
                        DiskCall.Operation.DELETE);
    }
}
