package dev.heddle.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.store.disk.FileFacts.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every disk does, the system's and those that stand in for it: so a stand-in cannot differ from the real one. */
abstract class DiskContract {

    static final RawName A = RawName.of("a");
    static final RawName B = RawName.of("b");
    static final RawName C = RawName.of("c");

    Disk disk;
    Folder folder;

    /** A new disk, or the system's. */
    abstract Disk newDisk() throws IOException;

    /** An empty directory of it. */
    abstract Path directory() throws IOException;

    @BeforeEach
    void open() throws IOException {
        disk = newDisk();
        folder = disk.open(directory());
    }

    @AfterEach
    void close() throws IOException {
        folder.close();
    }

    static void write(Folder folder, RawName name, String text) throws IOException {
        try (WritableByteChannel out = folder.create(name, 0644)) {
            write(out, text);
        }
    }

    static void write(WritableByteChannel out, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    static String content(Folder folder, RawName name) throws IOException {
        try (SeekableByteChannel in = folder.read(name)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) in.size());
            while (bytes.hasRemaining() && in.read(bytes) >= 0) {
                continue;
            }
            assertThat(in.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            return new String(bytes.array(), StandardCharsets.UTF_8);
        }
    }

    static void folder(Folder in, RawName name) throws IOException {
        in.createFolder(name).close();
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        write(folder, A, "hello");
        assertThat(content(folder, A)).isEqualTo("hello");
        try (SeekableByteChannel in = folder.read(A)) {
            in.position(4);
            ByteBuffer rest = ByteBuffer.allocate(10);
            assertThat(in.read(rest)).isEqualTo(1);
            assertThat(rest.get(0)).isEqualTo((byte) 'o');
            assertThat(in.size()).isEqualTo(5);
        }
    }

    @Test
    void aFileIsMadeOnceOnly() throws IOException {
        write(folder, A, "first");
        assertThatThrownBy(() -> folder.create(A, 0644)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> folder.createFolder(A)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> folder.createLink(A, B)).isInstanceOf(FileAlreadyExistsException.class);
        write(folder, B, "second");
        assertThatThrownBy(() -> folder.hardLink(B, folder, A)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(content(folder, A)).isEqualTo("first");
    }

    @Test
    void appendingGoesOnBehindTheEnd() throws IOException {
        for (String text : List.of("one", "two")) {
            try (WritableByteChannel out = folder.append(A, 0600)) {
                write(out, text);
            }
        }
        assertThat(content(folder, A)).isEqualTo("onetwo");
        assertThat(folder.facts(A).mode()).isEqualTo(0600);
    }

    @Test
    void modesAreThoseAskedForWhateverTheUmask() throws IOException {
        int[] modes = {0444, 0555, 0600, 0644, 0666, 0755, 0777};
        for (int mode : modes) {
            RawName name = RawName.of("m" + mode);
            folder.create(name, mode).close();
            assertThat(folder.facts(name).mode())
                    .as(Integer.toOctalString(mode))
                    .isEqualTo(mode);
            folder.setMode(A.equals(name) ? B : name, 0400);
            assertThat(folder.facts(name).mode()).isEqualTo(0400);
        }
        try (Folder inner = folder.createFolder(A)) {
            assertThat(inner.facts().mode()).isEqualTo(0700);
            inner.setMode(0555);
            assertThat(inner.facts().mode()).isEqualTo(0555);
            assertThat(folder.facts(A).mode()).isEqualTo(0555);
            folder.setMode(A, 0755);
            assertThat(inner.facts().mode()).isEqualTo(0755);
        }
        assertThatThrownBy(() -> folder.setMode(A, 04755)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> folder.create(B, 01777)).isInstanceOf(IllegalArgumentException.class);
        assertThat(folder.exists(B)).isFalse();
    }

    @Test
    void factsTellWhatAnEntryIs() throws IOException {
        write(folder, A, "12345");
        folder.createLink(B, RawName.of("nowhere/at all"));
        folder(folder, C);
        FileFacts file = folder.facts(A);
        assertThat(file.kind()).isEqualTo(Kind.FILE);
        assertThat(file.size()).isEqualTo(5);
        assertThat(file.links()).isEqualTo(1);
        assertThat(file.executable()).isFalse();
        assertThat(folder.facts(B).kind()).isEqualTo(Kind.LINK);
        assertThat(folder.facts(B).size()).isEqualTo(14);
        assertThat(folder.facts(C).kind()).isEqualTo(Kind.DIRECTORY);
        assertThat(folder.facts(C).owner()).isEqualTo(folder.facts().owner()).isEqualTo(file.owner());
        assertThat(folder.facts(C).device()).isEqualTo(folder.facts().device());
        assertThat(List.of(folder.kind(A), folder.kind(B), folder.kind(C)))
                .containsExactly(Kind.FILE, Kind.LINK, Kind.DIRECTORY);
        assertThat(file.sameFile(folder.facts(A))).isTrue();
        assertThat(file.sameFile(folder.facts(B))).isFalse();
        assertThatThrownBy(() -> folder.facts(RawName.of("d"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> folder.kind(RawName.of("d")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(folder.path() + "/d");
        assertThat(folder.exists(B)).as("a link that leads nowhere").isTrue();
        assertThat(folder.exists(RawName.of("d"))).isFalse();
    }

    @Test
    void timesAreSetForFilesFoldersAndLinksThemselves() throws IOException {
        write(folder, A, "a");
        folder.createLink(B, A);
        folder(folder, C);
        folder.setTime(A, 5);
        folder.setTime(B, 1);
        folder.setTime(C, 2);
        folder.setTime(3);
        assertThat(folder.facts(A).modified()).isEqualTo(5);
        assertThat(folder.facts(B).modified()).isEqualTo(1);
        assertThat(folder.facts(C).modified()).isEqualTo(2);
        assertThat(folder.facts().modified()).isEqualTo(3);
        write(folder, RawName.of("d"), "changes the folder");
        assertThat(folder.facts().modified()).isGreaterThan(3);
    }

    @Test
    void namesAreInTheOrderOfTheirBytes() throws IOException {
        List<RawName> names = List.of(
                RawName.of("A"), RawName.of("a"), RawName.of("a\n"), RawName.of("caf\u00e9"), RawName.of(new byte[] {
                    'c', (byte) 0xff
                }));
        for (int i = names.size() - 1; i >= 0; i--) {
            write(folder, names.get(i), "x");
        }
        assertThat(folder.names(5)).isEqualTo(names);
        assertThat(folder.names(6)).as("a second time").isEqualTo(names);
        assertThatThrownBy(() -> folder.names(4))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 4");
    }

    @Test
    void linksAreReadAndNeverFollowed() throws IOException {
        folder(folder, C);
        write(folder, A, "a");
        folder.createLink(B, C);
        assertThat(folder.readLink(B)).isEqualTo(C);
        assertThatThrownBy(() -> folder.folder(B)).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> folder.setMode(B, 0700)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> folder.deleteFolder(B)).isInstanceOf(IOException.class);
        folder.delete(B);
        folder.createLink(B, A);
        assertThatThrownBy(() -> folder.read(B)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> folder.append(B, 0600)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> folder.sync(B)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> folder.readLink(A)).isInstanceOf(IOException.class);
        assertThat(content(folder, A)).isEqualTo("a");
    }

    @Test
    @Tag("T04")
    void namesAndTargetsAreAnyBytes() throws IOException {
        RawName odd = RawName.of(new byte[] {(byte) 0xff, '\n', (byte) 0xc3, 1, '%'});
        RawName target = RawName.of(new byte[] {'/', (byte) 0xfe, '/', (byte) 0xff});
        folder.createLink(odd, target);
        assertThat(folder.names(1)).containsExactly(odd);
        assertThat(folder.readLink(odd)).isEqualTo(target);
        folder.move(odd, folder, A);
        try (Folder inner = folder.createFolder(odd)) {
            write(inner, odd, "odd");
            folder.move(A, inner, target(odd));
            assertThat(inner.names(9)).hasSize(2);
        }
        try (Folder again = folder.folder(odd)) {
            assertThat(content(again, odd)).isEqualTo("odd");
        }
    }

    private static RawName target(RawName odd) {
        byte[] bytes = odd.bytes();
        bytes[0] = (byte) 0xfe;
        return RawName.of(bytes);
    }

    @Test
    void whatIsNoNameIsMisuse() {
        for (String name : List.of("", ".", "..", "a/b", "/", "a\0b")) {
            assertThatThrownBy(() -> folder.create(RawName.of(name), 0600))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> folder.delete(RawName.of(name))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> folder.folder(RawName.of(name))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aHardLinkIsTheSameFile() throws IOException {
        write(folder, A, "a");
        try (Folder inner = folder.createFolder(C)) {
            folder.hardLink(A, inner, B);
            assertThat(inner.facts(B).sameFile(folder.facts(A))).isTrue();
            assertThat(inner.facts(B).links()).isEqualTo(2);
            folder.delete(A);
            assertThat(content(inner, B)).isEqualTo("a");
            assertThat(inner.facts(B).links()).isEqualTo(1);
            assertThatThrownBy(() -> folder.hardLink(A, inner, C)).isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void aHardLinkToASymbolicLinkIsToTheLinkItself() throws IOException {
        folder.createLink(A, C);
        folder.hardLink(A, folder, B);
        assertThat(folder.readLink(B)).isEqualTo(C);
    }

    @Test
    void movingReplacesFilesAndLinks() throws IOException {
        write(folder, A, "a");
        write(folder, B, "b");
        folder.move(A, folder, B);
        assertThat(content(folder, B)).isEqualTo("a");
        assertThat(folder.exists(A)).isFalse();
        folder.createLink(C, A);
        folder.move(B, folder, C);
        assertThat(folder.names(9)).containsExactly(C);
        assertThatThrownBy(() -> folder.move(A, folder, B)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void movingAFolderTakesItsContentAndReplacesAnEmptyOneOnly() throws IOException {
        try (Folder a = folder.createFolder(A);
                Folder b = folder.createFolder(B)) {
            write(a, C, "c");
            folder.move(A, folder, B);
            assertThat(content(a, C)).as("the handle goes along").isEqualTo("c");
            assertThat(b.names(9)).isEmpty();
        }
        folder(folder, A);
        assertThatThrownBy(() -> folder.move(A, folder, B))
                .isInstanceOf(DirectoryNotEmptyException.class)
                .hasMessageContaining(folder.path() + "/b");
        write(folder, C, "file");
        assertThatThrownBy(() -> folder.move(A, folder, C)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> folder.move(C, folder, A)).isInstanceOf(IOException.class);
        try (Folder b = folder.folder(B)) {
            assertThatThrownBy(() -> folder.move(B, b, A)).as("into itself").isInstanceOf(IOException.class);
            assertThat(b.names(9)).containsExactly(C);
        }
    }

    @Test
    void aFolderThatWasMovedWhileItWasOpenIsUsedByHandleOnly() throws IOException {
        try (Folder a = folder.createFolder(A)) {
            write(a, A, "a");
            folder.move(A, folder, B);
            write(a, B, "b");
            assertThat(a.names(2)).containsExactly(A, B);
            assertThat(content(a, A)).isEqualTo("a");
            assertThatThrownBy(() -> a.createFolder(C)).hasMessageContaining("moved, removed or exchanged");
            assertThatThrownBy(() -> a.createLink(C, A)).hasMessageContaining("moved, removed or exchanged");
            assertThatThrownBy(() -> a.hardLink(A, folder, C)).hasMessageContaining("moved, removed or exchanged");
            assertThatThrownBy(() -> a.facts(A)).hasMessageContaining("moved, removed or exchanged");
            a.delete(A);
            a.delete(B);
        }
        folder.deleteFolder(B);
    }

    @Test
    void movingANameToAnotherOfTheSameFileDoesNothing() throws IOException {
        write(folder, A, "a");
        folder.hardLink(A, folder, B);
        folder.move(A, folder, B);
        assertThat(folder.names(9)).containsExactly(A, B);
    }

    @Test
    void filesAndFoldersAreRemovedByTheirOwnCalls() throws IOException {
        write(folder, A, "a");
        try (Folder b = folder.createFolder(B)) {
            write(b, A, "a");
            assertThatThrownBy(() -> folder.delete(B)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> folder.deleteFolder(A)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> folder.deleteFolder(B)).isInstanceOf(DirectoryNotEmptyException.class);
            b.delete(A);
        }
        folder.delete(A);
        folder.deleteFolder(B);
        assertThat(folder.names(0)).isEmpty();
        assertThatThrownBy(() -> folder.delete(A)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> folder.deleteFolder(A)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void anOpenFileOutlivesItsName() throws IOException {
        write(folder, A, "a");
        try (SeekableByteChannel in = folder.read(A);
                WritableByteChannel out = folder.append(A, 0600)) {
            folder.delete(A);
            write(out, "b");
            ByteBuffer both = ByteBuffer.allocate(3);
            assertThat(in.read(both)).isEqualTo(2);
        }
    }

    @Test
    void missingFoldersAreMadeOnTheWay() throws IOException {
        Path deep = directory().resolve("x/y/z");
        assertThatThrownBy(() -> disk.open(deep)).isInstanceOf(NoSuchFileException.class);
        try (Folder made = disk.openOrCreate(deep)) {
            write(made, A, "a");
            assertThat(made.facts().mode()).isEqualTo(0755);
        }
        try (Folder again = disk.openOrCreate(deep);
                Folder x = folder.folder(RawName.of("x"))) {
            assertThat(content(again, A)).isEqualTo("a");
            assertThat(x.facts().mode()).isEqualTo(0755);
        }
        assertThatThrownBy(() -> disk.open(deep.resolve("a"))).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> disk.openOrCreate(deep.resolve("a/b"))).isInstanceOf(IOException.class);
    }

    @Test
    void syncingIsPossibleForFilesFoldersAndAll() throws IOException {
        write(folder, A, "a");
        try (Folder inner = folder.createFolder(B)) {
            write(inner, A, "a");
            inner.sync(A);
            inner.sync();
        }
        folder.sync(A);
        folder.sync();
        disk.sync(folder);
        assertThatThrownBy(() -> folder.sync(C)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void whatIsWrittenToANameThatIsNoFileFails() throws IOException {
        folder(folder, A);
        assertThatThrownBy(() -> folder.read(A)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> folder.append(A, 0600)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> folder.folder(B)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> folder.read(B)).isInstanceOf(NoSuchFileException.class);
    }
}
