package dev.heddle.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The system's disk: the contract, and what only a real file system has. */
class SystemDiskTest extends DiskContract {

    @TempDir
    Path dir;

    @Override
    Disk newDisk() {
        return Disk.system();
    }

    @Override
    Path directory() throws IOException {
        return Files.createDirectories(dir.resolve("empty"));
    }

    @Test
    @Timeout(30)
    @Tag("T11")
    void aPipeIsNeverOpenedAndNeverWaitedFor() throws Exception {
        Path fifo = directory().resolve("a");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        assertThat(folder.kind(A)).isEqualTo(FileFacts.Kind.OTHER);
        assertThatThrownBy(() -> folder.read(A)).hasMessageContaining(fifo.toString());
        assertThatThrownBy(() -> folder.append(A, 0600)).hasMessageContaining(fifo.toString());
        assertThatThrownBy(() -> folder.folder(A)).hasMessageContaining(fifo.toString());
        assertThatThrownBy(() -> folder.setMode(A, 0600)).hasMessageContaining(fifo.toString());
        assertThatThrownBy(() -> folder.setTime(A, 1)).hasMessageContaining(fifo.toString());
        assertThatThrownBy(() -> folder.sync(A)).hasMessageContaining(fifo.toString());
        folder.delete(A);
        assertThat(fifo).doesNotExist();
    }

    @Test
    @Tag("T05")
    void aFolderThatWasExchangedIsNeverWrittenToByPath() throws IOException {
        Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));
        try (Folder inner = folder.createFolder(A)) {
            Files.move(inner.path(), dir.resolve("aside"));
            Files.createSymbolicLink(inner.path(), elsewhere);
            assertThatThrownBy(() -> inner.createFolder(B)).hasMessageContaining("exchanged");
            assertThatThrownBy(() -> inner.createLink(B, C)).hasMessageContaining("exchanged");
            write(inner, B, "by handle");
            assertThatThrownBy(() -> inner.hardLink(B, inner, C)).hasMessageContaining("exchanged");
            assertThatThrownBy(() -> inner.facts(B)).hasMessageContaining("exchanged");
            assertThat(content(inner, B)).isEqualTo("by handle");
        }
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(dir.resolve("aside/b")).hasContent("by handle");
    }

    @Test
    @Tag("T05")
    void aFolderIsWhereAPathLeadsToItAndNowhereElse() throws IOException {
        Path link = Files.createSymbolicLink(dir.resolve("link"), directory());
        assertThat(folder.isAt(directory())).isTrue();
        assertThat(folder.isAt(link)).isTrue();
        assertThat(folder.isAt(dir)).isFalse();
        Files.move(directory(), dir.resolve("aside"));
        assertThat(folder.isAt(dir.resolve("aside"))).isTrue();
        assertThat(folder.isAt(link)).isFalse();
        assertThat(folder.isAt(directory())).isFalse();
    }

    @Test
    void theFormOfAnEntryIsWhatAnArchiveKeepsOfIt() throws IOException {
        folder.create(A, 0744).close();
        folder.create(B, 0655).close();
        folder.createLink(C, B);
        assertThat(folder.form(A)).isEqualTo(new FileFacts.Form(FileFacts.Kind.FILE, true));
        assertThat(folder.form(B)).isEqualTo(new FileFacts.Form(FileFacts.Kind.FILE, false));
        assertThat(folder.form(C).kind()).isEqualTo(FileFacts.Kind.LINK);
    }

    @Test
    void theFolderThatALinkLeadsToIsOpened() throws IOException {
        Path link = Files.createSymbolicLink(dir.resolve("link"), directory());
        try (Folder through = disk.open(link)) {
            folder(through, A);
        }
        assertThat(directory().resolve("a")).isDirectory();
    }

    @Test
    @Tag("T06")
    void pathsBeyondTheSystemsLimitAreWrittenAndRemoved() throws IOException {
        RawName longest = RawName.of("n".repeat(255));
        try {
            deep(folder, longest, 20);
            assertThat(folder.names(9)).as("nothing of the detour is left").containsExactly(longest);
        } finally {
            undo(folder, longest, 20);
        }
        assertThat(directory()).isEmptyDirectory();
    }

    private static void deep(Folder in, RawName name, int levels) throws IOException {
        if (levels == 0) {
            write(in, A, "a");
            in.createLink(B, A);
            assertThatThrownBy(() -> in.hardLink(A, in, C)).hasMessageContaining("too long");
            return;
        }
        try (Folder inner = in.createFolder(name)) {
            assertThatThrownBy(() -> in.createFolder(name)).hasMessageContaining("nnn");
            deep(inner, name, levels - 1);
        }
    }

    private static void undo(Folder in, RawName name, int levels) throws IOException {
        if (levels == 0) {
            assertThat(in.facts(A).links()).isEqualTo(FileFacts.UNKNOWN);
            assertThat(in.facts(A).sameFile(in.facts(A))).isFalse();
            in.delete(A);
            in.delete(B);
            return;
        }
        try (Folder inner = in.folder(name)) {
            undo(inner, name, levels - 1);
        }
        in.deleteFolder(name);
    }

    @Test
    void specialBitsAreToldAndCleared() throws IOException {
        write(folder, A, "a");
        Files.setAttribute(directory().resolve("a"), "unix:mode", 06755);
        assertThat(folder.facts(A).mode()).isEqualTo(06755);
        folder.setMode(A, 0555);
        assertThat(folder.facts(A).mode()).isEqualTo(0555);
    }

    @Test
    void aFileThatNobodyMayReadGetsItsModeAllTheSame() throws IOException {
        write(folder, A, "a");
        folder.setMode(A, 0);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory().resolve("a"))))
                .isEqualTo("---------");
        folder.setMode(A, 0444);
        assertThat(folder.facts(A).mode()).isEqualTo(0444);
    }

    @Test
    void blocksOfZerosTakeNoSpaceAndReadTheSame() throws Exception {
        byte[] content = new byte[3 << 20];
        content[1 << 20] = 1;
        RawName name = RawName.of("holes");
        try (Folder folder = Disk.system().open(dir)) {
            try (WritableByteChannel out = folder.create(name, 0644)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    ByteBuffer part = rest.slice(rest.position(), Math.min(1 << 16, rest.remaining()));
                    rest.position(rest.position() + out.write(part));
                }
            }
            assertThat(folder.facts(name).size()).isEqualTo(content.length);
        }
        assertThat(Files.readAllBytes(dir.resolve("holes"))).isEqualTo(content);
        Process blocks =
                new ProcessBuilder("stat", "-c", "%b", dir.resolve("holes").toString()).start();
        assertThat(Long.parseLong(blocks.inputReader().readLine()) * 512).isLessThan(1 << 20);
    }

    @Test
    void errorsOfChannelsNameTheFile() throws IOException {
        // Writing to /dev/full always fails for want of space.
        try (WritableByteChannel full = new SystemChannel(
                Files.newByteChannel(Path.of("/dev/full"), java.nio.file.StandardOpenOption.WRITE),
                Path.of("/somewhere/file"))) {
            assertThatThrownBy(() -> full.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("/somewhere/file")
                    .hasMessageContaining("No space left on device");
        }
    }

    @Test
    @Tag("T06")
    void aDiskWithBytesButNoInodesIsToldAsThat() throws Exception {
        Path said = dir.resolve("said");
        Path mounted = Files.createDirectory(dir.resolve("mounted"));
        Process process = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=16m,nr_inodes=10 none \"$0\" || exit 77; exec \"$@\"",
                        mounted.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FillMain.class.getName(),
                        mounted.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        int code = process.waitFor();
        assumeTrue(code == 0 || !Files.readString(said).matches("(?s).*(unshare|mount): .*"), "needs root to mount");
        assertThat(code).as(Files.readString(said)).isZero();
        assertThat(said).content().contains(mounted + "/f", "No space left on device", "its inodes are used up");
    }

    /** Makes empty files until there are no inodes, and prints how that was told. */
    static final class FillMain {
        public static void main(String[] args) throws IOException {
            try (Folder folder = Disk.system().open(Path.of(args[0]))) {
                for (int i = 0; i < 100; i++) {
                    folder.create(RawName.of("f" + i), 0600).close();
                }
            } catch (IOException full) {
                System.out.println(full.getMessage());
            }
        }
    }

    @Test
    void syncingLeavesNoThreadAndNoProcess() throws Exception {
        write(folder, A, "a");
        disk.sync(folder);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("heddle")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void eachFileIsSyncedWhereTheWholeFileSystemCannotBe() throws IOException {
        write(folder, A, "a");
        folder.createLink(B, RawName.of("nowhere"));
        try (Folder inner = folder.createFolder(C)) {
            write(inner, A, "a");
        }
        SystemSync.eachOf(folder);
        Path odd = Files.createDirectory(dir.resolve("caf\u00e9"));
        try (Folder named = disk.open(odd)) {
            assertThat(SystemSync.fileSystemOf(named)).isFalse();
            disk.sync(named);
        }
    }
}
