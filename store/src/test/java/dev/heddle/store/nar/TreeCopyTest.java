package dev.heddle.store.nar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.DiskFault;
import dev.heddle.store.disk.FaultyDisk;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.disk.SimulatedDisk;
import dev.heddle.store.nar.TreeCopy.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TreeCopyTest {

    private static final RawName SOURCE = RawName.of("source");
    private static final RawName COPY = RawName.of("copy");
    private static final int TREES = Integer.getInteger("heddle.nar.trees", 60);

    @TempDir
    Path dir;

    private static byte[] copy(Folder in) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        TreeCopy.copy(new Place(in, SOURCE), new Place(in, COPY), archive, NarLimits.DEFAULT);
        return archive.toByteArray();
    }

    private static byte[] dump(Folder in, RawName name) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        NarWriter.dump(in, name, archive, NarLimits.DEFAULT);
        return archive.toByteArray();
    }

    private static void checkCanonical(Folder in, RawName name) throws IOException {
        FileFacts facts = in.facts(name);
        assertThat(facts.modified()).isEqualTo(1);
        if (facts.kind() == FileFacts.Kind.DIRECTORY) {
            assertThat(facts.mode()).isEqualTo(0555);
            try (Folder inner = in.folder(name)) {
                for (RawName entry : inner.names(1_000)) {
                    checkCanonical(inner, entry);
                }
            }
        } else if (facts.kind() == FileFacts.Kind.FILE) {
            assertThat(facts.mode()).isIn(0444, 0555);
        }
    }

    private static void randomTreesAreCopiedCanonically(Folder in, int trees) throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < trees; i++) {
            Trees.random(in, SOURCE, random);
            byte[] archive = copy(in);
            assertThat(archive).isEqualTo(dump(in, SOURCE)).isEqualTo(dump(in, COPY));
            checkCanonical(in, COPY);
            TreeRemoval.remove(in, SOURCE);
            TreeRemoval.remove(in, COPY);
            assertThat(in.names(0)).isEmpty();
        }
    }

    @Test
    void aCopyHasTheArchiveOfItsSourceAndTheFormOfAStore() throws IOException {
        randomTreesAreCopiedCanonically(new SimulatedDisk().open(Path.of("/")), TREES);
        try (Folder in = Disk.system().open(dir)) {
            randomTreesAreCopiedCanonically(in, 5);
        }
    }

    @Test
    @Tag("T09")
    void aFileLinkedFromElsewhereIsCopiedAndLeftAsItIs() throws IOException {
        Path outside = Files.writeString(dir.resolve("outside"), "mine");
        Files.setLastModifiedTime(outside, FileTime.fromMillis(1_000_000));
        Files.createLink(dir.resolve("source"), outside);
        try (Folder in = Disk.system().open(dir)) {
            FileFacts before = in.facts(SOURCE);
            copy(in);
            assertThat(in.facts(SOURCE)).isEqualTo(before);
            assertThat(in.facts(COPY).sameFile(before)).isFalse();
            assertThat(in.facts(COPY).links()).isEqualTo(1);
        }
    }

    @Test
    @Tag("T11")
    void specialBitsAreNotCopiedAndPipesRefused() throws Exception {
        Path source = Files.createDirectory(dir.resolve("source"));
        Path program = Files.writeString(source.resolve("program"), "x");
        Files.setAttribute(program, "unix:mode", 06755);
        try (Folder in = Disk.system().open(dir)) {
            copy(in);
            checkCanonical(in, COPY);
            TreeRemoval.remove(in, COPY);
            Path fifo = source.resolve("fifo");
            assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                    .isZero();
            assertThatThrownBy(() -> copy(in)).hasMessageContaining(fifo + " is neither");
            TreeRemoval.remove(in, COPY);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("T16")
    void whicheverCallFailsIsToldAndTheSourceIsWhole(DiskFault fault) throws IOException {
        FaultyDisk disk = new FaultyDisk(new SimulatedDisk());
        Folder in = disk.open(Path.of("/"));
        Random random = new Random(22);
        try (Folder source = in.createFolder(SOURCE)) {
            for (int i = 0; i < 4; i++) {
                Trees.random(source, RawName.of("entry" + i), random);
            }
        }
        byte[] archive = dump(in, SOURCE);
        for (int nth = 1; ; nth++) {
            disk.fail(fault, nth, true);
            try {
                TreeCopy.copy(
                        new Place(in, SOURCE), new Place(in, COPY), OutputStream.nullOutputStream(), NarLimits.DEFAULT);
                assertThat(disk.failures()).isZero();
                break;
            } catch (FileSystemException told) {
                assertThat(disk.failures()).isPositive();
            }
            disk.heal();
            TreeRemoval.remove(in, COPY);
            assertThat(in.names(1)).containsExactly(SOURCE);
        }
        disk.heal();
        assertThat(dump(in, SOURCE)).isEqualTo(dump(in, COPY)).isEqualTo(archive);
    }
}
