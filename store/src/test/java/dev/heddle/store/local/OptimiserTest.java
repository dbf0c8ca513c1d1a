package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.nar.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Equal files that become one. */
class OptimiserTest {

    @TempDir
    Path dir;

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    private LocalStore open() throws IOException {
        return LocalStore.open(dir.resolve("s"));
    }

    private Path links() {
        return dir.resolve("s/store/.links");
    }

    /** A directory of three files; the contents of the first two are those of Nix's vector. */
    private StorePath add(LocalStore store, String name, String own) throws IOException {
        Path tree = Files.createDirectories(dir.resolve(name).resolve("inner"));
        Files.writeString(tree.resolve("a"), "dup contents\n".repeat(20));
        Path executable = Files.writeString(tree.resolve("x"), "dup contents\n".repeat(20));
        Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(tree.resolve("own"), own);
        return store.addTree(name, dir.resolve(name));
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    @Test
    void equalFilesBecomeOneUnderTheNamesOfNix() throws IOException {
        try (LocalStore store = open()) {
            StorePath one = add(store, "one", "1");
            StorePath two = add(store, "two", "22");
            OptimiseResult result = store.optimise();
            assertThat(result).isEqualTo(new OptimiseResult(6, 2, 2 * 260, 0));
            assertThat(StoreTrees.names(links()))
                    .hasSize(4)
                    .contains(
                            "1mvyz3y2xlhsg34bcjq8f1m9k7xjiwp2cjzyfiicilxnsx3w45rq",
                            "1aapxhx7vdg758dxzgbm7362nzv8ygpxd2xdy8q5yx18rakhdiv4");
            Path first = store.layout().real(one).resolve("inner");
            Path second = store.layout().real(two).resolve("inner");
            assertThat(inode(first.resolve("a"))).isEqualTo(inode(second.resolve("a")));
            assertThat(inode(first.resolve("a"))).isNotEqualTo(inode(first.resolve("x")));
            for (Path inner : List.of(first, second)) {
                assertThat(Files.getLastModifiedTime(inner)).isEqualTo(FileTime.fromMillis(1000));
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(inner)))
                        .isEqualTo("r-xr-xr-x");
            }
            assertThat(store.optimise()).isEqualTo(new OptimiseResult(6, 0, 0, 0));
            assertThat(StoreTrees.inStaging(store.layout())).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void damageOfAKeptFileDoesNotSpread() throws IOException {
        try (LocalStore store = open()) {
            StorePath one = add(store, "one", "1");
            store.optimise();
            Path kept = links().resolve("1mvyz3y2xlhsg34bcjq8f1m9k7xjiwp2cjzyfiicilxnsx3w45rq");
            Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-r--r--"));
            Files.writeString(kept, "DUP contents\n".repeat(20));
            Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("r--r--r--"));
            StorePath two = add(store, "two", "1");
            OptimiseResult result = store.optimise();
            assertThat(result.damagedLinks()).isOne();
            assertThat(store.layout().real(two).resolve("inner/a")).hasContent("dup contents\n".repeat(20));
            assertThat(kept).hasContent("dup contents\n".repeat(20));
            assertThat(store.layout().real(one).resolve("inner/a")).hasContent("DUP contents\n".repeat(20));
        }
    }

    @Test
    void filesThatSomebodyMayWriteToAreLeftAlone() throws IOException {
        try (LocalStore store = open()) {
            StorePath one = add(store, "one", "1");
            Path file = store.layout().real(one).resolve("inner/a");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(store.optimise().files()).isEqualTo(2);
        }
    }

    @Test
    void treesOfEveryKindKeepTheirHashes() throws IOException {
        Random random = new Random(Long.getLong("heddle.seed", 21));
        try (LocalStore store = open()) {
            for (int i = 0; i < 12; i++) {
                Path tree = dir.resolve("tree" + i);
                Trees.random(tree, random);
                store.addTree("a" + i, tree);
                store.addTree("b" + i, tree);
            }
            assertThat(store.optimise().linked()).isPositive();
            for (StorePath path : store.database().page(null, 100)) {
                assertThat(dev.heddle.store.nar.NarHash.ofTree(store.layout().real(path))
                                .digest())
                        .isEqualTo(store.queryPathInfo(path).orElseThrow().narHash());
            }
        }
    }
}
