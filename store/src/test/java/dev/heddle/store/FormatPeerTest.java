package dev.heddle.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.DerivationText;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarWriter;
import dev.heddle.store.nar.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Heddle computes beside what real Nix does, on things that are new in each run. */
@Tag("peer")
class FormatPeerTest {

    private static final String STORE = "/nix/store";
    private static final int COUNT = Integer.getInteger("heddle.store.peerCount", 100);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @TempDir
    Path dir;

    private NixPeer nix;

    @BeforeEach
    void startNix() throws IOException {
        NixPeer.needed();
        nix = new NixPeer(dir);
    }

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    @Test
    void derivationsAndTheirOutputsHaveTheSamePathsAndTexts() throws Exception {
        RandomDerivations derivations = new RandomDerivations(random, COUNT);
        Path expression = Files.writeString(dir.resolve("all.nix"), derivations.expression());
        List<String> theirs = nix.lines(null, "nix-instantiate", expression.toString());
        assertThat(theirs).as("seed %d", seed).hasSize(COUNT);
        for (int i = 0; i < COUNT; i++) {
            RandomDerivations.Made made = derivations.made().get(i);
            String path = theirs.get(i).replaceFirst("!.*", "");
            assertThat(new String(DerivationText.write(made.derivation()), StandardCharsets.UTF_8))
                    .as("seed %d, derivation %d", seed, i)
                    .isEqualTo(Files.readString(nix.real(path)));
            assertThat(made.path()).as("seed %d, derivation %d", seed, i).hasToString(path);
        }
    }

    @Test
    void treesThatAreAddedHaveTheSamePathsAndHashes() throws Exception {
        List<String> add = new ArrayList<>(List.of("nix-store", "--add"));
        for (int i = 0; i < COUNT; i++) {
            Path tree = dir.resolve("tree" + i);
            Trees.random(tree, random);
            add.add(tree.toString());
        }
        List<String> paths = nix.lines(null, add.toArray(String[]::new));
        List<String> query = new ArrayList<>(List.of("nix-store", "--query", "--hash"));
        query.addAll(paths);
        List<String> hashes = nix.lines(null, query.toArray(String[]::new));
        for (int i = 0; i < COUNT; i++) {
            NarHash ours = NarHash.ofTree(dir.resolve("tree" + i));
            assertThat(ours.digest()).as("seed %d, tree %d", seed, i).hasToString(hashes.get(i));
            assertThat(StorePath.ofSource(ours.digest(), List.of(), STORE, "tree" + i))
                    .as("seed %d, tree %d", seed, i)
                    .hasToString(paths.get(i));
        }
    }

    @Test
    void fixedFilesHaveTheSamePaths() throws Exception {
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            byte[] content = new byte[random.nextInt(1000)];
            random.nextBytes(content);
            Path file = Files.write(dir.resolve("file"), content);
            StorePath ours = StorePath.ofFixed(ContentMethod.FLAT, Digest.ofContent(algorithm, content), STORE, "file");
            assertThat(nix.lines(null, "nix-store", "--add-fixed", algorithm.toString(), file.toString()))
                    .as("seed %d", seed)
                    .containsExactly(ours.toString());
        }
    }

    @Test
    void whatNixExportsIsReadWithWhatItRecorded() throws Exception {
        List<String> paths = derivationsInNix();
        List<String> export = new ArrayList<>(List.of("nix-store", "--export"));
        export.addAll(paths);
        byte[] stream = nix.run(null, export.toArray(String[]::new));
        ExportReader reader = new ExportReader(new ByteArrayInputStream(stream), NarLimits.DEFAULT);
        int count = 0;
        for (Optional<PathInfo> info = reader.next(nar -> {}); info.isPresent(); info = reader.next(nar -> {})) {
            String path = info.get().path().toString();
            assertThat(paths).contains(path);
            assertThat(nix.lines(null, "nix-store", "--query", "--hash", path))
                    .containsExactly(info.get().narHash().toString());
            assertThat(nix.lines(null, "nix-store", "--query", "--references", path))
                    .containsExactlyInAnyOrderElementsOf(info.get().references().stream()
                            .map(StorePath::toString)
                            .toList());
            count++;
        }
        assertThat(count).isEqualTo(paths.size());
    }

    /** The closure of a few derivations, which nix-store prints with references first. */
    private List<String> derivationsInNix() throws Exception {
        RandomDerivations derivations = new RandomDerivations(random, 8);
        Path expression = Files.writeString(dir.resolve("few.nix"), derivations.expression());
        List<String> query = new ArrayList<>(List.of("nix-store", "--query", "--requisites"));
        for (String path : nix.lines(null, "nix-instantiate", expression.toString())) {
            query.add(path.replaceFirst("!.*", ""));
        }
        return nix.lines(null, query.toArray(String[]::new));
    }

    @Test
    void whatIsExportedIsImportedByNix() throws Exception {
        Path first = dir.resolve("first");
        Trees.random(first, random);
        PathInfo firstInfo = info(first, List.of());
        Path second = Files.writeString(dir.resolve("second"), "see " + firstInfo.path() + "\n");
        PathInfo secondInfo = info(second, List.of(firstInfo.path()));
        Path export = dir.resolve("export");
        try (OutputStream out = Files.newOutputStream(export)) {
            ExportWriter writer = new ExportWriter(out);
            writer.write(firstInfo, to -> NarWriter.dump(first, to));
            writer.write(secondInfo, to -> NarWriter.dump(second, to));
            writer.finish();
        }
        assertThat(nix.lines(export, "nix-store", "--import"))
                .containsExactly(firstInfo.path().toString(), secondInfo.path().toString());
        nix.run(null, "nix-store", "--verify", "--check-contents");
        assertThat(nix.lines(
                        null,
                        "nix-store",
                        "--query",
                        "--references",
                        secondInfo.path().toString()))
                .containsExactly(firstInfo.path().toString());
    }

    private static PathInfo info(Path tree, List<StorePath> references) throws IOException {
        NarHash hash = NarHash.ofTree(tree);
        StorePath path = StorePath.ofSource(
                hash.digest(), references, STORE, tree.getFileName().toString());
        return PathInfo.of(path, hash.digest(), hash.size(), references);
    }
}
