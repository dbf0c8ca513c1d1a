package dev.heddle.store.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.SamplePath;
import dev.heddle.store.SecretKey;
import dev.heddle.store.StoreException;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarListing;
import dev.heddle.store.nar.NarReader;
import dev.heddle.store.nar.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryCacheTest {

    private final Random random = new Random(20);

    @TempDir
    Path dir;

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    private Path place() {
        return dir.resolve("cache");
    }

    private BinaryCache cache(Compression compression) throws IOException {
        return BinaryCache.builder(place(), SamplePath.STORE)
                .compression(compression)
                .create()
                .open();
    }

    private static byte[] dumped(BinaryCache cache, StorePath path) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        cache.dump(path, out);
        return out.toByteArray();
    }

    private SamplePath tree(String name) throws IOException {
        Path tree = Files.createTempDirectory(dir, "tree").resolve("tree");
        Trees.random(tree, random);
        return SamplePath.ofTree(name, tree, List.of());
    }

    private SamplePath file(String name, StorePath... references) throws IOException {
        return SamplePath.ofFile(name, dir, random, 300, references);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(place())) {
            return all.filter(Files::isRegularFile)
                    .map(file -> place().relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAddedIsReadAgain(Compression compression) throws IOException {
        List<SamplePath> samples = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            samples.add(tree("tree" + i));
        }
        samples.add(file("refers", samples.get(0).path(), samples.get(3).path()));
        try (BinaryCache cache = cache(compression)) {
            for (SamplePath sample : samples) {
                cache.add(sample.info(), sample.in());
            }
        }
        try (BinaryCache cache = BinaryCache.open(place(), SamplePath.STORE)) {
            for (SamplePath sample : samples) {
                assertThat(cache.queryPathInfo(sample.path())).contains(sample.info());
                assertThat(cache.queryPathFromHashPart(sample.path().hashPart()))
                        .contains(sample.path());
                assertThat(dumped(cache, sample.path())).isEqualTo(sample.nar());
            }
        }
        assertThat(files()).noneMatch(name -> name.contains(".heddle-"));
    }

    @Test
    void whatIsNotThereIsNotFound() throws IOException {
        SamplePath sample = file("nowhere");
        try (BinaryCache cache = cache(Compression.NONE)) {
            assertThat(cache.queryPathInfo(sample.path())).isEmpty();
            assertThat(cache.queryPathFromHashPart(sample.path().hashPart())).isEmpty();
            assertThat(cache.queryValid(List.of(sample.path()))).isEmpty();
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> dumped(cache, sample.path()))
                    .withMessageContaining("does not have " + sample.path());
        }
    }

    @Test
    void aPathComesAfterAllItRefersTo() throws IOException {
        SamplePath below = file("below");
        SamplePath above = file("above", below.path());
        try (BinaryCache cache = cache(Compression.ZSTD)) {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> cache.add(above.info(), above.in()))
                    .withMessageContaining("before it has 1 of its references: " + below.path());
            cache.add(below.info(), below.in());
            cache.add(above.info(), above.in());
            PathInfo self = PathInfo.of(
                    file("self").built("self").path(),
                    below.info().narHash(),
                    below.info().narSize(),
                    List.of());
            PathInfo itself = PathInfo.of(self.path(), self.narHash(), self.narSize(), List.of(self.path()));
            cache.add(itself, below.in());
            assertThat(cache.queryPathInfo(self.path())).contains(itself);
        }
    }

    @Test
    void signaturesAreKeptAndThoseOfTheCacheAdded() throws IOException {
        SecretKey builder = SecretKey.generate("builder", new SecureRandom());
        SecretKey owner = SecretKey.generate("owner", new SecureRandom());
        SamplePath sample = file("signed").built("signed");
        try (BinaryCache cache = BinaryCache.builder(place(), SamplePath.STORE)
                .signedBy(List.of(owner))
                .create()
                .open()) {
            cache.add(sample.info().withSignatures(List.of(builder.sign(sample.info()))), sample.in());
            PathInfo told = cache.queryPathInfo(sample.path()).orElseThrow();
            assertThat(told.signatures()).hasSize(2);
            for (SecretKey key : List.of(builder, owner)) {
                assertThat(TrustedKeys.of(List.of(key.publicKey())).vouchFor(told))
                        .isTrue();
            }
        }
    }

    @Test
    void aListingTellsWhatIsInTheArchive() throws IOException {
        SamplePath sample = tree("listed");
        try (BinaryCache cache = BinaryCache.builder(place(), SamplePath.STORE)
                .compression(Compression.ZSTD)
                .listings()
                .create()
                .open()) {
            cache.add(sample.info(), sample.in());
        }
        Path listing = place().resolve(sample.path().hashPart() + ".ls");
        assertThat(Files.readAllBytes(listing))
                .isEqualTo(NarListing.of(NarReader.of(sample.in(), NarLimits.DEFAULT))
                        .write());
    }

    @Test
    void anEqualSecondPathIsNotEvenRead() throws IOException {
        SamplePath sample = file("twice");
        try (BinaryCache cache = cache(Compression.NONE)) {
            cache.add(sample.info(), sample.in());
            List<String> before = files();
            cache.add(sample.info(), new ByteArrayInputStream(new byte[0]));
            assertThat(files()).isEqualTo(before);
        }
    }

    @Test
    @Tag("C13")
    void aSecondWriterWithOtherBytesIsRefused() throws IOException {
        SamplePath first = file("first").built("same");
        byte[] other = file("other").nar();
        SamplePath second = file("second");
        PathInfo claim =
                PathInfo.of(first.path(), second.info().narHash(), second.info().narSize(), List.of());
        try (BinaryCache cache = cache(Compression.NONE)) {
            cache.add(first.info(), first.in());
            List<String> before = files();
            assertThat(other).isNotEqualTo(first.nar());
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> cache.add(claim, second.in()))
                    .withMessageContaining(first.path() + " with another content");
            assertThat(files()).isEqualTo(before);
            assertThat(dumped(cache, first.path())).isEqualTo(first.nar());
        }
    }

    @Test
    @Tag("C13")
    void ofManyWritersAtOnceOneWinsAndTheOthersAreRefusedUnlessTheyBringTheSame() throws Exception {
        SamplePath good = file("good").built("raced");
        SamplePath other = file("other");
        PathInfo otherInfo =
                PathInfo.of(good.path(), other.info().narHash(), other.info().narSize(), List.of());
        List<Future<Boolean>> writers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (BinaryCache cache = cache(Compression.NONE)) {
            for (int i = 0; i < 16; i++) {
                boolean first = i % 2 == 0;
                writers.add(threads.submit(() -> {
                    try {
                        cache.add(first ? good.info() : otherInfo, first ? good.in() : other.in());
                        return first;
                    } catch (StoreException e) {
                        assertThat(e).hasMessageContaining("with another content");
                        return !first;
                    }
                }));
            }
            List<Boolean> winners = new ArrayList<>();
            for (Future<Boolean> writer : writers) {
                winners.add(writer.get());
            }
            assertThat(winners).containsOnly(winners.get(0));
            byte[] wanted = winners.get(0) ? good.nar() : other.nar();
            assertThat(dumped(cache, good.path())).isEqualTo(wanted);
        } finally {
            threads.shutdownNow();
        }
        assertThat(files()).noneMatch(name -> name.contains(".heddle-"));
    }

    @Test
    @Tag("C07")
    void anArchiveThatIsNotTheOneThatWasToldLeavesNothingBehind() throws IOException {
        SamplePath sample = file("told");
        byte[] changed = sample.nar().clone();
        changed[100] ^= 1;
        byte[] shorter = Arrays.copyOf(sample.nar(), sample.nar().length - 8);
        PathInfo longer = PathInfo.of(
                sample.path(), sample.info().narHash(), sample.info().narSize() + 8, List.of());
        try (BinaryCache cache = cache(Compression.ZSTD)) {
            for (byte[] bad : List.of(changed, shorter, new byte[0], new byte[sample.nar().length])) {
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> cache.add(sample.info(), new ByteArrayInputStream(bad)));
            }
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> cache.add(longer, sample.in()));
            assertThat(files()).containsExactly(CacheInfo.NAME);
        }
    }

    @Test
    void whatFollowsAnArchiveIsLeftUnread() throws IOException {
        SamplePath sample = file("followed");
        byte[] more = Arrays.copyOf(sample.nar(), sample.nar().length + 3);
        InputStream in = new ByteArrayInputStream(more);
        try (BinaryCache cache = cache(Compression.NONE)) {
            cache.add(sample.info(), in);
        }
        assertThat(in.readAllBytes()).hasSize(3);
    }

    @Test
    void aDamagedArchiveUnderTheSameNameIsReplaced() throws IOException {
        SamplePath sample = file("healed");
        try (BinaryCache cache = cache(Compression.NONE)) {
            cache.add(sample.info(), sample.in());
            Path nar =
                    place().resolve(cache.narInfo(sample.path()).orElseThrow().url());
            Files.delete(place().resolve(sample.path().hashPart() + ".narinfo"));
            Files.write(nar, new byte[0]);
            cache.add(sample.info(), sample.in());
            assertThat(dumped(cache, sample.path())).isEqualTo(sample.nar());
        }
    }

    @Test
    void aCacheOfAnotherStoreIsRefused() throws IOException {
        cache(Compression.NONE).close();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> BinaryCache.open(place(), "/gnu/store"))
                .withMessageContaining("has paths of /nix/store; this store is /gnu/store");
        Files.writeString(place().resolve(CacheInfo.NAME), "StoreDir: /nix/store\nStoreDir: /nix/store\n");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> BinaryCache.open(place(), SamplePath.STORE))
                .withMessageContaining("StoreDir stands twice");
        Files.writeString(place().resolve(CacheInfo.NAME), "Priority: high\n");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> BinaryCache.open(place(), SamplePath.STORE))
                .withMessageContaining("Priority must be a number");
        Files.write(place().resolve(CacheInfo.NAME), new byte[CacheInfo.MAX_BYTES + 1]);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> BinaryCache.open(place(), SamplePath.STORE))
                .withMessageContaining("longer than");
    }

    @Test
    void whatIsNoCacheIsRefused() throws IOException {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> BinaryCache.open(dir.resolve("nothing"), SamplePath.STORE))
                .withMessageContaining("no such directory");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> BinaryCache.open(dir, SamplePath.STORE))
                .withMessageContaining("it has no nix-cache-info");
    }

    @Test
    void whatACacheTellsOfItselfIsRead() throws IOException {
        Files.createDirectories(place());
        Files.writeString(
                place().resolve(CacheInfo.NAME),
                "StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 40\nColour: blue\nno pair\n");
        try (BinaryCache cache = BinaryCache.open(place(), SamplePath.STORE)) {
            assertThat(cache.cacheInfo()).isEqualTo(new CacheInfo(SamplePath.STORE, true, 40));
            assertThat(cache.priority()).isEqualTo(40);
            assertThat(CacheInfo.read(cache.cacheInfo().write())).isEqualTo(cache.cacheInfo());
        }
    }

    @ParameterizedTest
    @Tag("C01")
    @ValueSource(ints = {0, 1, 31, 33})
    void whatIsNoHashPartIsNotLookedUp(int length) throws IOException {
        try (BinaryCache cache = cache(Compression.NONE)) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> cache.queryPathFromHashPart("a".repeat(length)));
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> cache.queryPathFromHashPart("../" + "a".repeat(29)));
        }
    }
}
