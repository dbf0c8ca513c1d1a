package dev.heddle.store.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.ExportWriter;
import dev.heddle.store.NixPeer;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PublicKey;
import dev.heddle.store.SamplePath;
import dev.heddle.store.SecretKey;
import dev.heddle.store.StoreCopy;
import dev.heddle.store.StoreException;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreLayout;
import dev.heddle.store.nar.Trees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Caches that go to and come from real Nix, with signatures required. */
@Tag("peer")
class BinaryCachePeerTest {

    private static final int PATHS = Integer.getInteger("heddle.store.peerPaths", 12);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final SecretKey key = SecretKey.generate("heddle-test-1", new SecureRandom());

    @TempDir
    Path dir;

    private NixPeer nix;
    private List<SamplePath> paths;

    @BeforeEach
    void makePaths() throws IOException {
        NixPeer.needed();
        nix = new NixPeer(dir);
        Path scratch = Files.createDirectory(dir.resolve("scratch"));
        paths = new ArrayList<>();
        // As builds give them: only a signature makes them believed.
        for (int i = 0; i < PATHS; i++) {
            TreeSet<StorePath> references = new TreeSet<>();
            for (int j = random.nextInt(3); j > 0 && i > 0; j--) {
                references.add(paths.get(random.nextInt(i)).path());
            }
            paths.add(
                    SamplePath.ofFile("x", scratch, random, random.nextInt(5_000), references.toArray(StorePath[]::new))
                            .built("built" + i));
        }
    }

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    private List<String> names() {
        return paths.stream().map(path -> path.path().toString()).toList();
    }

    private Path place() {
        return dir.resolve("cache");
    }

    private void write(Compression compression) throws IOException {
        try (BinaryCache cache = BinaryCache.builder(place(), SamplePath.STORE)
                .compression(compression)
                .signedBy(List.of(key))
                .listings()
                .create()
                .open()) {
            for (SamplePath path : paths) {
                cache.add(path.info(), path.in());
            }
        }
    }

    private void copyFrom(PublicKey trusted) throws Exception {
        List<String> copy = new ArrayList<>(List.of("nix", "--extra-experimental-features", "nix-command", "copy"));
        copy.addAll(List.of("--from", "file://" + place(), "--option", "require-sigs", "true"));
        copy.addAll(List.of("--option", "trusted-public-keys", trusted.toString()));
        copy.addAll(names());
        nix.run(null, copy.toArray(String[]::new));
    }

    @ParameterizedTest
    @EnumSource
    void nixCopiesFromACacheThatHeddleWroteAndSigned(Compression compression) throws Exception {
        write(compression);
        copyFrom(key.publicKey());
        nix.run(null, "nix-store", "--verify", "--check-contents");
        for (SamplePath path : paths) {
            String name = path.path().toString();
            assertThat(nix.lines(null, "nix-store", "--query", "--hash", name))
                    .as("seed %d", seed)
                    .containsExactly(path.info().narHash().toString());
            assertThat(nix.lines(null, "nix-store", "--query", "--references", name))
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(path.info().references().stream()
                            .map(StorePath::toString)
                            .toList());
        }
    }

    @Test
    void nixSubstitutesFromACacheThatHeddleWroteAndSigned() throws Exception {
        write(Compression.XZ);
        List<String> realise = new ArrayList<>(List.of("nix-store", "--realise", "--option", "require-sigs", "true"));
        realise.addAll(List.of("--option", "substituters", "file://" + place()));
        realise.addAll(
                List.of("--option", "trusted-public-keys", key.publicKey().toString()));
        realise.addAll(names());
        assertThat(nix.lines(null, realise.toArray(String[]::new))).containsAll(names());
    }

    @Test
    void nixRefusesACacheThatAStrangerSigned() throws Exception {
        write(Compression.NONE);
        SecretKey stranger = SecretKey.generate("heddle-test-1", new SecureRandom());
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> copyFrom(stranger.publicKey()))
                .withMessageContaining("signature");
    }

    @ParameterizedTest
    @EnumSource
    void heddleReadsACacheThatNixWroteAndSigned(Compression compression) throws Exception {
        writeByNix(compression);
        TrustedKeys trusted = TrustedKeys.of(List.of(key.publicKey()));
        try (BinaryCache cache = BinaryCache.open(place(), SamplePath.STORE)) {
            for (SamplePath path : paths) {
                PathInfo told = cache.queryPathInfo(path.path()).orElseThrow();
                assertThat(trusted.vouchFor(told)).as("seed %d", seed).isTrue();
                assertThat(told.fingerprint()).isEqualTo(path.info().fingerprint());
                assertThat(cache.narInfo(path.path()).orElseThrow().compression())
                        .isEqualTo(compression.toString());
                ByteArrayOutputStream nar = new ByteArrayOutputStream();
                cache.dump(path.path(), nar);
                assertThat(nar.toByteArray()).isEqualTo(path.nar());
            }
        }
    }

    private void writeByNix(Compression compression) throws Exception {
        Path export = dir.resolve("export");
        try (OutputStream out = Files.newOutputStream(export)) {
            ExportWriter writer = new ExportWriter(out);
            for (SamplePath path : paths) {
                writer.write(path.info(), to -> to.write(path.nar()));
            }
            writer.finish();
        }
        nix.run(export, "nix-store", "--import");
        Path secret = Files.writeString(dir.resolve("secret"), key.secretText());
        List<String> copy = new ArrayList<>(List.of("nix", "--extra-experimental-features", "nix-command", "copy"));
        copy.add("--to");
        copy.add("file://" + place() + "?compression=" + compression + "&secret-key=" + secret);
        copy.addAll(names());
        nix.run(null, copy.toArray(String[]::new));
    }

    @Test
    void whatHeddleFetchesFromACacheOfNixIsAStoreThatNixVerifies() throws Exception {
        writeByNix(Compression.XZ);
        NixPeer reader = new NixPeer(dir.resolve("fetched"));
        Path root = dir.resolve("fetched/nix-root");
        Map<StorePath, PathInfo> wanted = new TreeMap<>();
        paths.forEach(path -> wanted.put(path.path(), path.info()));
        try (BinaryCache cache = BinaryCache.open(place(), SamplePath.STORE)) {
            try (LocalStore wary =
                    LocalStore.builder(StoreLayout.below(dir.resolve("wary"))).open()) {
                assertThatExceptionOfType(StoreException.class)
                        .isThrownBy(() -> StoreCopy.copy(cache, wary, wanted.keySet(), 4))
                        .withMessageContaining("sign");
                assertThat(wary.queryValid(wanted.keySet())).isEmpty();
            }
            try (LocalStore store = LocalStore.builder(StoreLayout.below(root))
                    .trustedKeys(TrustedKeys.of(List.of(key.publicKey())))
                    .open()) {
                assertThat(StoreCopy.copy(cache, store, wanted.keySet(), 4).copied())
                        .isEqualTo(PATHS);
                assertThat(store.queryValid(wanted.keySet())).isEqualTo(wanted.keySet());
            }
        }
        reader.run(null, "nix-store", "--verify", "--check-contents");
        for (StorePath path : wanted.keySet()) {
            assertThat(reader.lines(null, "nix-store", "--query", "--hash", path.toString()))
                    .containsExactly(wanted.get(path).narHash().toString());
        }
    }
}
