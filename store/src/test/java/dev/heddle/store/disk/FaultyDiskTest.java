package dev.heddle.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.store.disk.DiskCall.Operation;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarReader;
import dev.heddle.store.nar.NarWriter;
import dev.heddle.store.nar.TreeRemoval;
import dev.heddle.store.nar.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A faulty disk that was not told to fail does what the disk behind it does; and what it does when it was. */
class FaultyDiskTest extends DiskContract {

    @TempDir
    Path dir;

    @Override
    Disk newDisk() {
        FaultyDisk faulty = new FaultyDisk(Disk.system());
        faulty.shortWrites(true);
        return faulty;
    }

    @Override
    Path directory() throws IOException {
        return Files.createDirectories(dir.resolve("empty"));
    }

    private FaultyDisk faulty() {
        return (FaultyDisk) disk;
    }

    @Test
    void theChosenCallFailsOnceAndIsTold() throws IOException {
        faulty().fail(DiskFault.ENOSPC, 2, false);
        folder(folder, A);
        folder.exists(A);
        assertThatThrownBy(() -> folder.createFolder(B))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(folder.path() + "/b: No space left on device");
        assertThat(faulty().firstFailure())
                .hasValue(new DiskCall(4, Operation.CREATE_FOLDER, folder.path().resolve("b")));
        assertThat(faulty().calls()).isEqualTo(4);
        assertThat(folder.exists(B)).isFalse();
        folder(folder, B);
        assertThat(faulty().failures()).isEqualTo(1);
    }

    @Test
    void afterTheFirstAllSuchCallsFailUntilItHeals() throws IOException {
        folder(folder, A);
        faulty().fail(DiskFault.EROFS, 1, true);
        assertThatThrownBy(() -> folder.deleteFolder(A)).hasMessageContaining("Read-only");
        assertThatThrownBy(() -> folder.create(B, 0600)).hasMessageContaining("Read-only");
        assertThat(folder.names(2)).containsExactly(A);
        assertThat(faulty().failures()).isEqualTo(2);
        faulty().heal();
        folder.deleteFolder(A);
    }

    @Test
    void aFullDiskTakesAPartOfTheBytes() throws IOException {
        try (WritableByteChannel out = folder.create(A, 0600)) {
            faulty().fail(DiskFault.EDQUOT, 1, false);
            assertThatThrownBy(() -> write(out, "123456")).hasMessageContaining(folder.path() + "/a: Disk quota");
        }
        assertThat(content(folder, A)).isEqualTo("123");
    }

    @Test
    void aCloseThatFailsClosesAllTheSame() throws IOException {
        WritableByteChannel out = folder.create(A, 0600);
        faulty().fail(DiskFault.EIO, 1, true);
        assertThatThrownBy(out::close).hasMessageContaining("Input/output error");
        assertThat(out.isOpen()).isFalse();
        out.close();
    }

    @Test
    void movesBetweenFileSystemsFailAsTheJdkTellsThem() throws IOException {
        write(folder, A, "a");
        faulty().fail(DiskFault.EXDEV, 1, true);
        assertThatThrownBy(() -> folder.move(A, folder, B)).isInstanceOf(AtomicMoveNotSupportedException.class);
        assertThatThrownBy(() -> folder.hardLink(A, folder, B)).hasMessageContaining("Invalid cross-device link");
        assertThat(folder.names(1)).containsExactly(A);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("T16")
    void unpackingLeavesNothingBehindWhicheverCallFails(DiskFault fault) throws IOException {
        FaultyDisk failing = new FaultyDisk(new SimulatedDisk());
        Folder in = failing.openOrCreate(Path.of("/work"));
        RawName source = RawName.of("source");
        Random random = new Random(22);
        try (Folder made = in.createFolder(source)) {
            for (int i = 0; i < 4; i++) {
                Trees.random(made, RawName.of("entry" + i), random);
            }
        }
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        NarWriter.dump(in, source, archive, NarLimits.DEFAULT);
        TreeRemoval.remove(in, source);
        long failed = 0;
        for (int nth = 1; ; nth++) {
            failing.fail(fault, nth, false);
            try {
                NarReader.unpack(new ByteArrayInputStream(archive.toByteArray()), in, A, NarLimits.DEFAULT);
            } catch (FileSystemException told) {
                assertThat(failing.failures()).isEqualTo(1);
            }
            failing.heal();
            if (failing.failures() == 0) {
                break;
            }
            failed++;
            assertThat(in.names(0)).as("%s", failing.firstFailure()).isEmpty();
        }
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        NarWriter.dump(in, A, again, NarLimits.DEFAULT);
        assertThat(again.toByteArray()).isEqualTo(archive.toByteArray());
        if (fault != DiskFault.EXDEV) {
            assertThat(failed).as("calls that can fail so").isGreaterThan(10);
        }
    }
}
