package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.NixPeer;
import dev.heddle.store.nar.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that Heddle and real Nix share: each reads, checks and writes what the other wrote. */
@Tag("peer")
class LocalStorePeerTest {

    private static final int TREES = Integer.getInteger("heddle.store.peerTrees", 12);

    @TempDir
    Path dir;

    private NixPeer nix;
    private Path root;

    @BeforeEach
    void nixIsThere() throws IOException {
        NixPeer.needed();
        nix = new NixPeer(dir);
        root = dir.resolve("nix-root");
    }

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    private LocalStore open() throws IOException {
        return LocalStore.builder(StoreLayout.below(root)).open();
    }

    @Test
    void pathsOfTreesAndFilesAreThoseOfNix() throws Exception {
        Random random = new Random(Long.getLong("heddle.seed", 7));
        List<Path> trees = new ArrayList<>();
        for (int i = 0; i < TREES; i++) {
            Path tree = dir.resolve("tree" + i);
            Trees.random(tree, random);
            trees.add(tree);
        }
        Path file = Files.write(dir.resolve("file"), new byte[] {1, 2, 3});
        try (LocalStore store = open()) {
            for (Path tree : trees) {
                assertThat(nix.lines(null, "nix-store", "--add", tree.toString()))
                        .containsExactly(store.addTree(tree.getFileName().toString(), tree)
                                .toString());
                for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
                    StorePath fixed =
                            store.addFixed(tree.getFileName().toString(), ContentMethod.RECURSIVE, algorithm, tree);
                    assertThat(nix.lines(
                                    null,
                                    "nix-store",
                                    "--recursive",
                                    "--add-fixed",
                                    algorithm.toString(),
                                    tree.toString()))
                            .containsExactly(fixed.toString());
                }
            }
            for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
                assertThat(nix.lines(null, "nix-store", "--add-fixed", algorithm.toString(), file.toString()))
                        .containsExactly(store.addFixed("file", ContentMethod.FLAT, algorithm, file)
                                .toString());
            }
        }
        nix.run(null, "nix-store", "--verify", "--check-contents");
    }

    @Test
    void nixVerifiesDumpsAndQueriesWhatHeddleAdded() throws Exception {
        Random random = new Random(Long.getLong("heddle.seed", 7));
        List<StorePath> added = new ArrayList<>();
        try (LocalStore store = open();
                AddBatch batch = store.batch()) {
            for (int i = 0; i < TREES; i++) {
                Path tree = dir.resolve("tree" + i);
                Trees.random(tree, random);
                added.add(batch.addTree("tree" + i, tree));
            }
            added.add(batch.addText("text", "refers".getBytes(StandardCharsets.UTF_8), added.subList(0, 2)));
            batch.commit();
        }
        assertThat(new String(nix.run(null, "nix-store", "--verify", "--check-contents"), StandardCharsets.UTF_8))
                .isEmpty();
        try (LocalStore store = open()) {
            for (StorePath path : added) {
                ByteArrayOutputStream dumped = new ByteArrayOutputStream();
                store.dump(path, dumped);
                assertThat(nix.run(
                                null,
                                "nix-store",
                                "--dump",
                                nix.real(path.toString()).toString()))
                        .isEqualTo(dumped.toByteArray());
                assertThat(nix.lines(null, "nix-store", "--query", "--references", path.toString()))
                        .containsExactlyInAnyOrderElementsOf(
                                store.queryPathInfo(path).orElseThrow().references().stream()
                                        .map(StorePath::toString)
                                        .toList());
            }
        }
    }

    @Test
    void heddleReadsAndChecksWhatNixAdded() throws Exception {
        Random random = new Random(Long.getLong("heddle.seed", 7));
        List<StorePath> added = new ArrayList<>();
        for (int i = 0; i < TREES; i++) {
            Path tree = dir.resolve("tree" + i);
            Trees.random(tree, random);
            added.add(StorePath.parse(
                    nix.lines(null, "nix-store", "--add", tree.toString()).get(0)));
        }
        try (LocalStore store = open()) {
            for (StorePath path : added) {
                ByteArrayOutputStream dumped = new ByteArrayOutputStream();
                store.dump(path, dumped);
                assertThat(nix.run(
                                null,
                                "nix-store",
                                "--dump",
                                nix.real(path.toString()).toString()))
                        .isEqualTo(dumped.toByteArray());
                assertThat(store.queryPathFromHashPart(path.hashPart())).contains(path);
            }
            assertThat(store.queryValid(added))
                    .hasSize(List.copyOf(new java.util.TreeSet<>(added)).size());
        }
    }

    @Test
    void exportsOfEachAreImportedByTheOther() throws Exception {
        StorePath first;
        StorePath second;
        byte[] exported;
        try (LocalStore store = open()) {
            first = store.addText("first", "one".getBytes(StandardCharsets.UTF_8), List.of());
            second = store.addText("second", first.toString().getBytes(StandardCharsets.UTF_8), List.of(first));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.exportPaths(List.of(second, first), out);
            exported = out.toByteArray();
        }
        assertThat(nix.run(null, "nix-store", "--export", first.toString(), second.toString()))
                .isEqualTo(exported);
        NixPeer other = new NixPeer(Files.createDirectories(dir.resolve("other")));
        Path file = Files.write(dir.resolve("export"), exported);
        assertThat(other.lines(file, "nix-store", "--import")).containsExactly(first.toString(), second.toString());
        Path third = dir.resolve("third");
        try (LocalStore store = LocalStore.builder(StoreLayout.below(third)).open()) {
            assertThat(store.importPaths(new ByteArrayInputStream(exported))).containsExactly(first, second);
            assertThat(store.queryReferrers(first)).containsExactly(second);
        }
    }

    @Test
    void modesAndTimesAreThoseThatNixGives() throws Exception {
        Path tree = Files.createDirectories(dir.resolve("tree/sub")).getParent();
        Files.writeString(tree.resolve("sub/file"), "x");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("sub/file"));
        StorePath path;
        try (LocalStore store = open()) {
            path = store.addTree("tree", tree);
        }
        Path ours = nix.real(path.toString());
        NixPeer other = new NixPeer(Files.createDirectories(dir.resolve("other")));
        Path theirs = other.real(
                other.lines(null, "nix-store", "--add", tree.toString()).get(0));
        for (String name : List.of("", "sub", "sub/file", "link")) {
            assertThat(facts(ours.resolve(name))).as(name).isEqualTo(facts(theirs.resolve(name)));
        }
    }

    private static String facts(Path path) throws IOException {
        return Files.readAttributes(path, "unix:mode,lastModifiedTime", LinkOption.NOFOLLOW_LINKS)
                .toString();
    }
}
