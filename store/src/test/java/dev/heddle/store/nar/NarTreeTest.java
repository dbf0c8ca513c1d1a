package dev.heddle.store.nar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives and trees on disk. */
class NarTreeTest {

    private static final int TREES = Integer.getInteger("heddle.nar.trees", 60);

    @TempDir
    Path dir;

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    @Test
    void whatNixMadeIsUnpackedAndDumpedAgainByteForByte() throws IOException {
        for (Map.Entry<String, byte[]> archive : Corpus.good().entrySet()) {
            Path tree = dir.resolve(archive.getKey());
            NarReader.unpack(new ByteArrayInputStream(archive.getValue()), tree);
            assertThat(dump(tree)).as(archive.getKey()).isEqualTo(archive.getValue());
        }
    }

    @Test
    void randomTreesSurviveTheRoundTrip() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < TREES; i++) {
            Path tree = dir.resolve("tree" + i);
            Path copy = dir.resolve("copy" + i);
            Trees.random(tree, random);
            byte[] archive = dump(tree);
            assertThat(Archives.rewritten(new ByteArrayInputStream(archive))).isEqualTo(archive);
            NarReader.unpack(new ByteArrayInputStream(archive), copy);
            assertThat(dump(copy)).as("tree %d", i).isEqualTo(archive);
        }
    }

    @Test
    void theHashIsThatOfTheArchive() throws IOException {
        Path file = Files.writeString(dir.resolve("hello"), "hello world\n");
        NarHash hash = NarHash.ofTree(file);
        assertThat(hash.size()).isEqualTo(128);
        assertThat(hash.digest().base16())
                .isEqualTo("34ca3ac63094d1d5751f741101692a78f95eedf10744b088129fc324dfd0f603");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0600", "0444", "0654", "0667"})
    void aFileItsOwnerMayNotExecuteIsNotExecutable(String mode) throws IOException {
        assertThat(NarHash.ofTree(fileOfMode(mode)).digest().base16())
                .isEqualTo("9e3cbdb6f042d9e01b3696d9b2421f61d7c30a31e707e5fb8e1917abb6657b97");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0744", "0711"})
    void aFileItsOwnerMayExecuteIsExecutable(String mode) throws IOException {
        assertThat(NarHash.ofTree(fileOfMode(mode)).size()).isEqualTo(120 + 32);
    }

    private Path fileOfMode(String octal) throws IOException {
        Path file = Files.writeString(dir.resolve("m"), "m");
        int mode = Integer.parseInt(octal, 8);
        StringBuilder text = new StringBuilder();
        for (int bit = 8; bit >= 0; bit--) {
            text.append((mode >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
        }
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(text.toString()));
    }

    @Test
    void unpackedModesAreThoseOfAStore() throws IOException {
        Path tree = dir.resolve("t");
        Files.createDirectories(tree.resolve("d"));
        Files.writeString(tree.resolve("d/plain"), "p");
        Files.setPosixFilePermissions(
                Files.writeString(tree.resolve("run"), "r"), PosixFilePermissions.fromString("rwx------"));
        Path copy = dir.resolve("copy");
        NarReader.unpack(new ByteArrayInputStream(dump(tree)), copy);
        assertThat(mode(copy)).isEqualTo("r-xr-xr-x");
        assertThat(mode(copy.resolve("d"))).isEqualTo("r-xr-xr-x");
        assertThat(mode(copy.resolve("d/plain"))).isEqualTo("r--r--r--");
        assertThat(mode(copy.resolve("run"))).isEqualTo("r-xr-xr-x");
    }

    @Test
    void everythingUnpackedWasChangedASecondAfterTheEpoch() throws IOException {
        for (Map.Entry<String, byte[]> archive : Corpus.good().entrySet()) {
            Path tree = dir.resolve(archive.getKey());
            NarReader.unpack(new ByteArrayInputStream(archive.getValue()), tree);
            try (Stream<Path> all = Files.walk(tree)) {
                assertThat(all)
                        .as(archive.getKey())
                        .allSatisfy(path -> assertThat(Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                                        .toMillis())
                                .isEqualTo(1000));
            }
        }
    }

    @Test
    void anEntryOfAFolderIsUnpackedAndDumpedOrLeftAlone() throws IOException {
        RawName name = RawName.of("entry");
        byte[] archive = Corpus.good().get("dir-nested");
        try (Folder folder = Disk.system().open(dir)) {
            NarReader.unpack(new ByteArrayInputStream(archive), folder, name, NarLimits.DEFAULT);
            assertThat(folder.facts(name).mode()).isEqualTo(CanonicalForm.EXECUTABLE);
            assertThat(folder.facts(name).modified()).isEqualTo(CanonicalForm.SECONDS);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            NarWriter.dump(folder, name, out, NarLimits.DEFAULT);
            assertThat(out.toByteArray()).isEqualTo(archive);
            assertThatThrownBy(
                            () -> NarReader.unpack(new ByteArrayInputStream(archive), folder, name, NarLimits.DEFAULT))
                    .isInstanceOf(FileAlreadyExistsException.class);
            assertThat(folder.exists(name)).isTrue();
            byte[] cut = Arrays.copyOf(archive, archive.length - 8);
            RawName other = RawName.of("other");
            assertThatThrownBy(() -> NarReader.unpack(new ByteArrayInputStream(cut), folder, other, NarLimits.DEFAULT))
                    .isInstanceOf(NarException.class);
            assertThat(folder.names(9)).containsExactly(name);
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void anArchiveThatIsRefusedLeavesNothingBehind() throws IOException {
        for (Map.Entry<String, byte[]> archive : Corpus.malformed().entrySet()) {
            assertThatThrownBy(() -> NarReader.unpack(new ByteArrayInputStream(archive.getValue()), dir.resolve("x")))
                    .as(archive.getKey())
                    .isInstanceOf(NarException.class);
            assertThat(children(dir)).as(archive.getKey()).isEmpty();
        }
    }

    @Test
    void everyTruncationLeavesNothingBehind() throws IOException {
        byte[] archive = Corpus.good().get("dir-nested");
        for (int length = 0; length < archive.length; length += 8) {
            byte[] cut = Arrays.copyOf(archive, length);
            assertThatThrownBy(() -> NarReader.unpack(new ByteArrayInputStream(cut), dir.resolve("x")))
                    .isInstanceOf(NarException.class);
            assertThat(children(dir)).isEmpty();
        }
    }

    @Test
    void whatIsThereAlreadyIsNeverReplaced() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "mine");
        Path directory = Files.createDirectory(dir.resolve("directory"));
        Path dangling = Files.createSymbolicLink(dir.resolve("dangling"), Path.of("nowhere"));
        for (byte[] archive : Corpus.good().values()) {
            for (Path target : List.of(file, directory, dangling)) {
                assertThatThrownBy(() -> NarReader.unpack(new ByteArrayInputStream(archive), target))
                        .isInstanceOf(FileAlreadyExistsException.class)
                        .hasMessageContaining("something is there already");
            }
        }
        assertThat(children(dir)).containsExactlyInAnyOrder(file, directory, dangling);
        assertThat(file).hasContent("mine");
        assertThat(dir.resolve("nowhere")).doesNotExist();
    }

    @Test
    @Tag("T05")
    void aLinkIsNeverFollowedByWhatComesAfterIt() throws IOException {
        Path outside = Files.createDirectory(dir.resolve("outside"));
        byte[] archive = Archives.words(
                "nix-archive-1 ( type directory",
                "entry ( name d node ( type symlink target " + outside + " ) )",
                "entry ( name d node ( type directory",
                "entry ( name x node ( type regular contents evil ) ) ) ) )");
        assertThatThrownBy(() -> NarReader.unpack(new ByteArrayInputStream(archive), dir.resolve("x")))
                .isInstanceOf(NarException.class);
        assertThat(children(outside)).isEmpty();
    }

    @Test
    void dumpingDoesNotFollowLinks() throws IOException {
        Path outside = Files.writeString(dir.resolve("outside"), "secret");
        Path link = Files.createSymbolicLink(dir.resolve("link"), outside);
        assertThat(Archives.entries(dump(link)))
                .containsExactly(new NarEntry.Symlink(RawName.EMPTY, RawName.of(outside.toString())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                ".",
                "..",
                "../..",
                "a/",
                "a//b",
                "/a//b/c//d",
                "//x",
                "a///b",
                "x//",
                "caf\u00e9/",
                "\u00e9//\u00e9",
                "/\u00e9"
            })
    void aTargetKeepsItsSlashesOrIsRefused(String target) throws IOException {
        Path link = dir.resolve("link");
        byte[] archive = Archives.of("nix-archive-1", "(", "type", "symlink", "target", target, ")");
        if (List.of("//x", "a///b", "x//").contains(target)) {
            assertThatThrownBy(() -> NarReader.unpack(new ByteArrayInputStream(archive), link))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("for its slashes");
            assertThat(children(dir)).isEmpty();
        } else {
            NarReader.unpack(new ByteArrayInputStream(archive), link);
            assertThat(dump(link)).isEqualTo(archive);
        }
    }

    @Test
    void aNameThatIsALegalDirectoryElsewhereKeepsItsBytes() throws IOException {
        // A path's URI ends with a slash where the path names a directory; the name must not.
        Files.createDirectory(dir.resolve("d\u00e9"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("d\u00e9"));
        assertThat(Archives.entries(dump(link)))
                .containsExactly(new NarEntry.Symlink(
                        RawName.EMPTY, RawName.of(dir.resolve("d\u00e9").toString())));
    }

    @Test
    @Tag("T06")
    void pathsLongerThanTheSystemsLimitAreUnpackedAndDumped() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        NarWriter writer = new NarWriter(bytes, NarLimits.DEFAULT);
        writer.directory(RawName.EMPTY);
        for (int i = 1; i < 64; i++) {
            writer.directory(RawName.of("n".repeat(255)));
        }
        writer.file(RawName.of("leaf"), false, 4, Channels.newChannel(new ByteArrayInputStream(new byte[4])));
        writer.symlink(RawName.of("link"), RawName.of("leaf"));
        for (int i = 0; i < 64; i++) {
            writer.endDirectory();
        }
        writer.finish();
        Path tree = dir.resolve("deep");
        NarReader.unpack(new ByteArrayInputStream(bytes.toByteArray()), tree);
        try {
            assertThatThrownBy(() -> dump(tree))
                    .as("the JDK reads links by path only")
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("too long");
        } finally {
            try (Folder parent = Disk.system().open(dir)) {
                TreeRemoval.remove(parent, RawName.of("deep"));
            }
        }
        assertThat(children(dir)).isEmpty();
    }

    @Test
    @Tag("T01")
    void aTreeDeeperThanAnArchiveCanBeIsRefused() throws IOException {
        Path deepest = dir.resolve("t");
        for (int i = 1; i <= 64; i++) {
            Files.createDirectory(deepest);
            deepest = deepest.resolve("d");
        }
        assertThat(dump(dir.resolve("t"))).isEqualTo(Archives.nested(64));
        Files.createDirectory(deepest);
        assertThatThrownBy(() -> dump(dir.resolve("t")))
                .isInstanceOf(NarException.class)
                .hasMessageContaining("too deep");
    }

    @Test
    void aSocketOrFifoIsRefusedWithItsPath() throws Exception {
        Path fifo = dir.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> dump(dir)).isInstanceOf(IOException.class).hasMessageContaining(fifo + " is neither");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aFileThatChangesItsSizeWhileItIsReadIsAnError(int change) throws IOException {
        Path tree = Files.createDirectory(dir.resolve("t"));
        Path first = Files.write(tree.resolve("a"), new byte[300_000]);
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("single bytes are not written");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                Files.write(first, new byte[300_000 + change]);
            }
        };
        assertThatThrownBy(() -> NarWriter.dump(tree, out))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("file 'a' changed while it was read");
    }

    @Test
    void theWriterRefusesWhatTheReaderWould() throws IOException {
        NarWriter writer = new NarWriter(OutputStream.nullOutputStream(), NarLimits.DEFAULT);
        assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::endDirectory).isInstanceOf(IllegalStateException.class);
        writer.directory(RawName.EMPTY);
        for (String name : List.of("", ".", "..", "a/b", "a\0", "n".repeat(256))) {
            assertThatThrownBy(() -> writer.directory(RawName.of(name))).isInstanceOf(NarException.class);
        }
        writer.symlink(RawName.of("b"), RawName.of("x"));
        assertThatThrownBy(() -> writer.symlink(RawName.of("b"), RawName.of("x")))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> writer.symlink(RawName.of("a"), RawName.of("x")))
                .hasMessageContaining("order");
        assertThatThrownBy(() -> writer.symlink(RawName.of("c"), RawName.EMPTY)).isInstanceOf(NarException.class);
        assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        writer.endDirectory();
        writer.finish();
        assertThatThrownBy(() -> writer.directory(RawName.EMPTY)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Tag("T04")
    void allNamesOfAllSingleBytesKeepTheirBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        NarWriter writer = new NarWriter(bytes, NarLimits.DEFAULT);
        writer.directory(RawName.EMPTY);
        for (int b = 1; b < 256; b++) {
            if (b != '/' && b != '.') {
                writer.symlink(RawName.of(new byte[] {(byte) b}), RawName.of(new byte[] {(byte) b}));
            }
        }
        writer.endDirectory();
        writer.finish();
        NarReader.unpack(new ByteArrayInputStream(bytes.toByteArray()), dir.resolve("t"));
        assertThat(HexFormat.of().formatHex(dump(dir.resolve("t"))))
                .isEqualTo(HexFormat.of().formatHex(bytes.toByteArray()));
    }

    @Test
    @Tag("T04")
    void bytesOfNamesSurviveALocaleThatHasNoneOfThem() throws Exception {
        Path tree = dir.resolve("t");
        byte[] archive = Archives.directoryOf("caf\u00e9", "\u65e5");
        NarReader.unpack(new ByteArrayInputStream(archive), tree);
        Path copy = dir.resolve("copy");
        Path out = dir.resolve("out.nar");
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CopyMain.class.getName(),
                tree.toString(),
                copy.toString(),
                out.toString());
        java.environment().put("LC_ALL", "C");
        java.inheritIO();
        assertThat(java.start().waitFor()).isZero();
        assertThat(out).hasBinaryContent(archive);
        assertThat(dump(copy)).isEqualTo(archive);
    }

    /** Dumps a tree, and unpacks the archive, in a JVM of its own. */
    static final class CopyMain {
        public static void main(String[] args) throws IOException {
            if (!System.getProperty("sun.jnu.encoding").startsWith("ANSI")) {
                throw new IllegalStateException("the locale is not C: " + System.getProperty("sun.jnu.encoding"));
            }
            try (OutputStream out = Files.newOutputStream(Path.of(args[2]))) {
                NarWriter.dump(Path.of(args[0]), out);
            }
            NarReader.unpack(Files.newInputStream(Path.of(args[2])), Path.of(args[1]));
        }
    }

    static byte[] dump(Path tree) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NarWriter.dump(tree, out);
        return out.toByteArray();
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(child -> Files.exists(child, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }
}
