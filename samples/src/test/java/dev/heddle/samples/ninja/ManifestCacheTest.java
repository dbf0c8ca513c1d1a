package dev.heddle.samples.ninja;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestCacheTest {

    private static final String GOLDEN = ManifestParserTest.GOLDEN.replace("default prog y/z:", "default prog y/z$:");

    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();

    private Manifest written() throws Exception {
        Manifest manifest = Manifests.parse(directory, GOLDEN);
        Path file = directory.resolve("build.ninja");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        Disk disk = new Disk(directory);
        new BuildState(manifest, disk, CommandHash.MURMUR).learnEdges();
        ManifestCache.write(disk, manifest, false, List.of("a warning"));
        return manifest;
    }

    private @Nullable Manifest read() {
        return ManifestCache.read(new Disk(directory), "build.ninja", false, warnings::add);
    }

    @Test
    void whatIsReadIsWhatWasParsed() throws Exception {
        Manifest parsed = written();
        Manifest cached = read();
        assertThat(cached).isNotNull();
        assertThat(warnings).containsExactly("a warning");
        assertThat(cached.nodeCount()).isEqualTo(parsed.nodeCount());
        for (int node = 0; node < parsed.nodeCount(); node++) {
            assertThat(cached.name(node)).isEqualTo(parsed.name(node));
            assertThat(cached.paths.find(parsed.name(node))).isEqualTo(node);
        }
        for (int i = 0; i < parsed.lists().size(); i++) {
            assertThat(cached.lists().get(i).toArray())
                    .isEqualTo(parsed.lists().get(i).toArray());
        }
        Evaluator evaluator = new Evaluator(cached);
        for (int edge = 0; edge < parsed.edgeCount(); edge++) {
            assertThat(evaluator.commandHash(edge, CommandHash.MURMUR))
                    .isEqualTo(new Evaluator(parsed).commandHash(edge, CommandHash.MURMUR));
        }
        assertThat(cached.rootVariable(Manifest.BUILDDIR)).isEqualTo("out");
    }

    @Test
    void aManifestThatChangedIsParsedAgain() throws Exception {
        written();
        Files.setLastModifiedTime(
                directory.resolve("build.ninja"), FileTime.from(Instant.parse("2020-01-01T00:00:01Z")));
        assertThat(read()).isNull();
    }

    @Test
    void aManifestTooYoungForItsTimeToTellIsParsedAgain() throws Exception {
        Manifest manifest = Manifests.parse(directory, GOLDEN);
        Disk disk = new Disk(directory);
        new BuildState(manifest, disk, CommandHash.MURMUR).learnEdges();
        ManifestCache.write(disk, manifest, false, List.of());
        Path cache = directory.resolve(ManifestCache.NAME);
        assertThat(cache).exists();
        Files.setLastModifiedTime(directory.resolve("build.ninja"), Files.getLastModifiedTime(cache));
        assertThat(read()).isNull();
    }

    @Test
    void aDamagedCacheIsPassedOver() throws Exception {
        written();
        Path cache = directory.resolve(ManifestCache.NAME);
        byte[] golden = Files.readAllBytes(cache);
        for (int length = 0; length < golden.length; length += 7) {
            Files.write(cache, Arrays.copyOf(golden, length));
            assertThat(read()).isNull();
        }
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            byte[] mutated = Manifests.mutated(golden, random);
            Files.write(cache, mutated);
            assertThat(read() == null || Arrays.equals(mutated, golden)).isTrue();
        }
    }
}
