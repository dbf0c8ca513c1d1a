package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.ExportReader;
import dev.heddle.store.NixPeer;
import dev.heddle.store.PathInfo;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A hundred random trees and texts, new in each run, that one of Heddle and real Nix puts into a store and the other reads,
 * verifies, exports and collects: in a store below a root, and in one that is where its paths say.
 */
@Tag("peer")
class SharedStorePeerTest {

    private static final int COUNT = Integer.getInteger("heddle.store.peerCount", 100);

    /** The size of a file that is nearly all holes, in MiB; 4,096 takes some minutes. */
    private static final long SPARSE_BYTES = (long) Integer.getInteger("heddle.store.sparseMebibytes", 64) << 20;

    /** Where a store can be. */
    enum Place {
        BELOW_A_ROOT,
        WHERE_ITS_PATHS_SAY
    }

    private final long seed = Long.getLong("heddle.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<StorePath, NarHash> hashes = new HashMap<>();

    @TempDir
    Path dir;

    @BeforeEach
    void nixIsThere() {
        NixPeer.needed();
        System.out.println("seed of the shared store: " + seed);
    }

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    private StoreLayout layout(Place place) {
        return place == Place.BELOW_A_ROOT
                ? StoreLayout.below(dir.resolve("nix-root"))
                : StoreLayout.in(dir.resolve("own"));
    }

    private NixPeer nix(Place place) throws IOException {
        return place == Place.BELOW_A_ROOT ? new NixPeer(dir) : NixPeer.inPlace(layout(place), dir);
    }

    private static LocalStore open(StoreLayout layout) throws IOException {
        return LocalStore.builder(layout).open();
    }

    private List<Path> trees() throws IOException {
        List<Path> trees = new ArrayList<>();
        Path sources = Files.createDirectories(dir.resolve("sources"));
        for (int i = 0; i < COUNT; i++) {
            Path tree = sources.resolve("tree" + i);
            Trees.random(tree, random);
            trees.add(tree);
        }
        return trees;
    }

    private static String[] command(List<String> command, Iterable<?> paths) {
        List<String> argv = new ArrayList<>(command);
        paths.forEach(path -> argv.add(path.toString()));
        return argv.toArray(String[]::new);
    }

    /** Each path once: trees that are alike have the same one only if their names are. */
    private List<StorePath> fill(LocalStore store) throws IOException {
        List<StorePath> added = new ArrayList<>();
        try (AddBatch batch = store.batch()) {
            for (Path tree : trees()) {
                StorePath path = batch.addTree(tree.getFileName().toString(), tree);
                hashes.put(path, NarHash.ofTree(tree));
                added.add(path);
            }
            for (int i = 0; i < COUNT; i++) {
                Set<StorePath> references = new TreeSet<>();
                for (int j = random.nextInt(4); j > 0; j--) {
                    references.add(added.get(random.nextInt(added.size())));
                }
                byte[] text = (i + ": " + references + random.nextLong()).getBytes(StandardCharsets.UTF_8);
                added.add(batch.addText("text" + i, text, references));
            }
            batch.commit();
        }
        return added;
    }

    private static void assertNoTrees(StoreLayout layout) throws IOException {
        try (Stream<Path> names = Files.list(layout.real())) {
            assertThat(names.filter(name -> !name.endsWith(".links"))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatHeddleMadeNixReadsVerifiesExportsAndCollects(Place place) throws Exception {
        StoreLayout layout = layout(place);
        List<StorePath> added;
        try (LocalStore store = open(layout)) {
            added = fill(store);
        }
        NixPeer nix = nix(place);
        nix.run(null, "nix-store", "--verify", "--check-contents");
        assertThat(nix.complaints()).as("seed %d", seed).doesNotContain("error", "warning", "modified", "disappeared");
        List<String> theirs = nix.lines(null, command(List.of("nix-store", "--query", "--hash"), added));
        for (int i = 0; i < COUNT; i++) {
            assertThat(theirs.get(i))
                    .as("seed %d, tree %d", seed, i)
                    .isEqualTo(hashes.get(added.get(i)).digest().toString());
        }
        byte[] export = nix.run(null, command(List.of("nix-store", "--export"), added));
        ExportReader reader = new ExportReader(new ByteArrayInputStream(export), NarLimits.DEFAULT);
        Set<StorePath> read = new TreeSet<>();
        for (Optional<PathInfo> info = reader.next(nar -> {}); info.isPresent(); info = reader.next(nar -> {})) {
            read.add(info.get().path());
        }
        assertThat(read).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(added);
        String collected = String.join("\n", nix.lines(null, "nix-store", "--gc"));
        assertThat(collected).as("seed %d", seed).contains(added.size() + " store paths deleted");
        assertNoTrees(layout);
        try (LocalStore store = open(layout)) {
            assertThat(store.queryValid(added)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatNixMadeHeddleReadsVerifiesExportsAndCollects(Place place) throws Exception {
        StoreLayout layout = layout(place);
        NixPeer nix = nix(place);
        List<Path> trees = trees();
        List<StorePath> added = nix.lines(null, command(List.of("nix-store", "--add"), trees)).stream()
                .map(StorePath::parse)
                .toList();
        try (LocalStore store = open(layout)) {
            for (int i = 0; i < COUNT; i++) {
                PathInfo info = store.queryPathInfo(added.get(i)).orElseThrow();
                assertThat(info.narHash())
                        .as("seed %d, tree %d", seed, i)
                        .isEqualTo(NarHash.ofTree(trees.get(i)).digest());
            }
            assertThat(store.verify(VerifyOptions.CONTENTS, OutputPort.discard())
                            .isGood())
                    .as("seed %d", seed)
                    .isTrue();
            ByteArrayOutputStream export = new ByteArrayOutputStream();
            store.exportPaths(added, export);
            assertThat(export.toByteArray())
                    .as("seed %d", seed)
                    .isEqualTo(nix.run(null, command(List.of("nix-store", "--export"), added)));
            assertThat(store.collect(CollectOptions.ALL).paths()).isEqualTo(added.size());
        }
        assertNoTrees(layout);
        nix.run(null, "nix-store", "--verify", "--check-contents");
        assertThat(nix.complaints()).doesNotContain("error", "warning", "disappeared");
    }

    @Test
    void sparseFileHasTheHashAndPathThatNixGivesIt() throws Exception {
        Path file = dir.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(SPARSE_BYTES);
            sparse.seek((long) (random.nextDouble() * (SPARSE_BYTES - 1)));
            sparse.write(1);
        }
        NixPeer nix = new NixPeer(dir);
        try (LocalStore store = open(layout(Place.BELOW_A_ROOT))) {
            StorePath path = store.addTree("sparse", file);
            assertThat(nix.lines(null, "nix-store", "--add", file.toString()))
                    .as("seed %d", seed)
                    .containsExactly(path.toString());
            assertThat(store.queryPathInfo(path).orElseThrow().narSize()).isEqualTo(SPARSE_BYTES + 112);
        }
    }
}
