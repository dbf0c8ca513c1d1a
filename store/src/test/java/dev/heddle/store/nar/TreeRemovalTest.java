package dev.heddle.store.nar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeRemovalTest {

    private static final RawName TREE = RawName.of("tree");
    private static final int SWAPPED_TREES = Integer.getInteger("heddle.removal.swapped", 300);

    @TempDir
    Path dir;

    private Folder parent;

    @BeforeEach
    void open() throws IOException {
        parent = Disk.system().open(dir);
    }

    @AfterEach
    void close() throws IOException {
        parent.close();
    }

    @Test
    void treesOfAllKindsOfNamesAreRemoved() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < 30; i++) {
            Trees.random(parent, TREE, random);
            TreeRemoval.remove(parent, TREE);
            assertThat(dir).isEmptyDirectory();
        }
    }

    @Test
    void whatIsNotThereIsRemovedAlready() throws IOException {
        TreeRemoval.remove(parent, TREE);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void directoriesThatNobodyMayEnterAreRemoved() throws IOException {
        Path inner = Files.createDirectories(dir.resolve("tree/inner"));
        Files.writeString(inner.resolve("file"), "x");
        Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(dir.resolve("tree"), PosixFilePermissions.fromString("r-xr-xr-x"));
        TreeRemoval.remove(parent, TREE);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    @Tag("T24")
    void linksAreRemovedAndNotFollowed() throws IOException {
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Path file = Files.writeString(outside.resolve("file"), "mine");
        Files.createDirectory(dir.resolve("tree"));
        Files.createSymbolicLink(dir.resolve("tree/folder"), outside);
        Files.createSymbolicLink(dir.resolve("tree/file"), file);
        TreeRemoval.remove(parent, TREE);
        assertThat(dir.resolve("tree")).doesNotExist();
        Files.createSymbolicLink(dir.resolve("tree"), outside);
        TreeRemoval.remove(parent, TREE);
        assertThat(dir.resolve("tree")).doesNotExist();
        assertThat(file).hasContent("mine");
    }

    @Test
    void aTreeMayBeOfAnyDepth() throws IOException {
        int depth = 1_500;
        RawName name = RawName.of("d".repeat(9));
        try (Folder root = parent.createFolder(TREE)) {
            // Made from below: each new directory takes the one before in.
            for (int i = 0; i < depth; i++) {
                try (Folder around = root.createFolder(RawName.of("around"))) {
                    if (i > 0) {
                        root.move(name, around, name);
                    }
                }
                root.move(RawName.of("around"), root, name);
            }
            root.createFolder(RawName.of(".raised-0")).close();
        }
        TreeRemoval.remove(parent, TREE);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    @Tag("T24")
    void aLinkSwappedInWhileATreeIsRemovedLeadsNowhere() throws Exception {
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Path mine = Files.writeString(outside.resolve("mine"), "mine");
        Path link = Files.createSymbolicLink(dir.resolve("link"), outside);
        AtomicBoolean stop = new AtomicBoolean();
        Thread swapper = new Thread(() -> swap(dir.resolve("tree"), link, stop));
        swapper.start();
        try {
            for (int i = 0; i < SWAPPED_TREES; i++) {
                fill(dir.resolve("tree"));
                try {
                    TreeRemoval.remove(parent, TREE);
                } catch (IOException refused) {
                    assertThat(refused).hasMessageContaining("tree");
                }
                assertThat(mine).hasContent("mine");
            }
        } finally {
            stop.set(true);
            swapper.join();
        }
        TreeRemoval.remove(parent, TREE);
        assertThat(mine).hasContent("mine");
    }

    private static void fill(Path tree) throws IOException {
        for (int i = 0; i < 8; i++) {
            Path inner = tree.resolve("d" + i + "/inner");
            try {
                Files.createDirectories(inner);
            } catch (IOException swapped) {
                assertThat(swapped).hasMessageContaining("tree");
            }
        }
    }

    /** Puts links in the place of directories as fast as it can. */
    private static void swap(Path tree, Path link, AtomicBoolean stop) {
        for (int i = 0; !stop.get(); i = (i + 1) % 8) {
            Path victim = tree.resolve("d" + i);
            Path aside = tree.resolve("aside" + i);
            try {
                Files.move(victim, aside, StandardCopyOption.ATOMIC_MOVE);
                Files.createLink(victim, link);
            } catch (IOException lost) {
                Thread.onSpinWait();
            }
        }
    }
}
