package dev.heddle.store.nar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that go to and come from the program that owns the format. */
@Tag("peer")
class NixStorePeerTest {

    private static final int TREES = Integer.getInteger("heddle.nar.peerTrees", 25);

    @TempDir
    Path dir;

    @BeforeEach
    void needsNixStore() {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, "nix-store"))),
                "nix-store is not installed (Debian: nix-bin)");
    }

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    @Test
    void nixStoreDumpsTheSameBytes() throws Exception {
        Random random = new Random(99);
        for (int i = 0; i < TREES; i++) {
            Path tree = dir.resolve("tree" + i);
            Trees.random(tree, random);
            assertThat(nixStore(null, "--dump", tree)).as("tree %d", i).isEqualTo(NarTreeTest.dump(tree));
        }
    }

    @Test
    void whatNixStoreRestoresIsWhatWeUnpack() throws Exception {
        Random random = new Random(100);
        for (int i = 0; i < TREES; i++) {
            Path tree = dir.resolve("tree" + i);
            Trees.random(tree, random);
            Path theirs = dir.resolve("theirs" + i);
            Path ours = dir.resolve("ours" + i);
            Path archive = Files.write(dir.resolve("archive"), NarTreeTest.dump(tree));
            nixStore(archive, "--restore", theirs);
            NarReader.unpack(new ByteArrayInputStream(Files.readAllBytes(archive)), ours);
            assertThat(NarTreeTest.dump(theirs)).isEqualTo(NarTreeTest.dump(ours));
            assertThat(nixStore(null, "--dump", ours)).as("tree %d", i).isEqualTo(Files.readAllBytes(archive));
        }
    }

    @Test
    void nixStoreRestoresTheCorpusToTheSameTrees() throws Exception {
        for (Map.Entry<String, byte[]> entry : Corpus.good().entrySet()) {
            Path archive = Files.write(dir.resolve(entry.getKey() + ".nar"), entry.getValue());
            Path theirs = dir.resolve(entry.getKey());
            nixStore(archive, "--restore", theirs);
            assertThat(NarTreeTest.dump(theirs)).as(entry.getKey()).isEqualTo(entry.getValue());
        }
    }

    private byte[] nixStore(@Nullable Path input, String operation, Path path) throws Exception {
        Path out = dir.resolve("nix-store.out");
        Path errors = dir.resolve("nix-store.err");
        Process process = new ProcessBuilder("nix-store", operation, path.toString())
                .redirectInput(input == null ? new File("/dev/null") : input.toFile())
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor()).as("%s", Files.readString(errors)).isZero();
        return Files.readAllBytes(out);
    }
}
