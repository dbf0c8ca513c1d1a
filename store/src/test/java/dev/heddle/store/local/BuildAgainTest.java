package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.nar.NarHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Building what is valid already: to compare, and to repair. */
class BuildAgainTest {

    @TempDir
    Path dir;

    private BuildHouse house(Isolation isolation) throws IOException {
        return new BuildHouse(dir.resolve("house"), isolation, chosen -> chosen.withSandboxPaths(withState(chosen)));
    }

    /** A file outside of the sandbox that lets a builder make something else each time. */
    private Map<String, Path> withState(StoreSettings chosen) {
        Map<String, Path> paths = new TreeMap<>(chosen.sandboxPaths());
        paths.put(state().toString(), state());
        return paths;
    }

    private Path state() {
        return dir.resolve("state");
    }

    private static void corrupt(Path file, String content) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(file, content);
    }

    private static void remove(Path file) throws IOException {
        Files.delete(file);
    }

    @ParameterizedTest
    @EnumSource
    void sameOutputsAreConfirmedThoughTheyNameThemselves(Isolation isolation) throws Exception {
        Files.writeString(state(), "");
        try (BuildHouse house = house(isolation)) {
            Derivation derivation =
                    house.shell("same", "mkdir $out; echo $out $dev >$out/a; ln -s $dev/x $dev", "out", "dev");
            house.made(derivation);
            BuildResult result = house.build(derivation, Mode.CHECK);
            assertThat(result).as(result.summary()).isInstanceOf(BuildResult.Confirmed.class);
            house.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDifferingOutputIsToldWithItsFilesAndTheValidOnesAreKept(Isolation isolation) throws Exception {
        Files.writeString(state(), "one");
        try (BuildHouse house = house(isolation)) {
            Derivation derivation = house.shell(
                    "differs",
                    "mkdir $out; cp " + state() + " $out/f; echo same >$out/g; cp " + state()
                            + " $a; echo 1 >$b; [ -s $out/f ]",
                    "out",
                    "a",
                    "b");
            SortedMap<String, StorePath> made = house.made(derivation);
            Files.writeString(state(), "other");
            BuildResult result = house.build(derivation, Mode.CHECK);
            assertThat(result.exitCode()).isEqualTo(104);
            Path kept = house.store().layout().own().resolve("differing");
            StorePath out = made.get("out");
            StorePath a = made.get("a");
            assertThat(((BuildResult.Failed) result).message())
                    .isEqualTo("derivation '" + house.path(derivation) + "' may not be deterministic: output '" + a
                            + "' differs from '" + kept.resolve(a.baseName()) + "':\n  .: has 5 bytes, not 3\noutput '"
                            + out + "' differs from '" + kept.resolve(out.baseName())
                            + "':\n  f: has 5 bytes, not 3");
            assertThat(Files.readString(house.real(a))).isEqualTo("one");
            assertThat(Files.readString(kept.resolve(a.baseName()))).isEqualTo("other");
            house.assertNothingLeft();
        }
    }

    @Test
    void onlyTheLastOutputsThatDifferedAreKept() throws Exception {
        Files.writeString(state(), "one");
        try (BuildHouse house = house(Isolation.NONE)) {
            Path kept = house.store().layout().own().resolve("differing");
            String last = "";
            for (int i = 0; i < 2; i++) {
                String[] outputs = IntStream.range(0, DifferingOutputs.MOST)
                        .mapToObj(number -> "o" + number)
                        .toArray(String[]::new);
                Derivation derivation = house.shell(
                        "many" + i,
                        "for o in " + String.join(" ", outputs) + "; do eval cp " + state() + " \\$$o; done",
                        outputs);
                house.made(derivation);
                Files.writeString(state(), "other" + i);
                assertThat(house.build(derivation, Mode.CHECK).exitCode()).isEqualTo(104);
                last = "-many" + i;
            }
            try (Stream<Path> trees = Files.list(kept)) {
                List<String> names = trees.map(Path::toString).toList();
                assertThat(names).hasSize(DifferingOutputs.MOST);
                String newest = last;
                assertThat(names).filteredOn(name -> name.contains(newest)).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void checkingNeedsAllOutputs(Isolation isolation) throws Exception {
        Files.writeString(state(), "");
        try (BuildHouse house = house(isolation)) {
            BuildResult result = house.build(house.shell("never", "echo x >$out"), Mode.CHECK);
            assertThat(result.summary()).endsWith("are not valid, so checking is not possible");
        }
    }

    @ParameterizedTest
    @EnumSource
    void missingAndCorruptOutputsAreMadeAgainAsTheyWere(Isolation isolation) throws Exception {
        Files.writeString(state(), "");
        try (BuildHouse house = house(isolation)) {
            Derivation derivation = house.shell(
                    "repaired", "mkdir $out; echo $out $a $b >$out/f; echo $b >$a; echo $b >$b", "out", "a", "b");
            SortedMap<String, StorePath> made = house.made(derivation);
            corrupt(house.real(made.get("out")).resolve("f"), "bad");
            remove(house.real(made.get("a")));
            BuildResult result = house.build(derivation, Mode.REPAIR);
            assertThat(result).as(result.summary()).isInstanceOf(BuildResult.Built.class);
            assertThat(((BuildResult.Built) result).outputs()).containsOnlyKeys("out", "a");
            for (StorePath path : made.values()) {
                assertThat(NarHash.ofTree(house.real(path)).digest())
                        .isEqualTo(
                                house.store().queryPathInfo(path).orElseThrow().narHash());
            }
            assertThat(house.build(derivation, Mode.REPAIR)).isInstanceOf(BuildResult.AlreadyValid.class);
            house.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void repairThatComesOutDifferentlyIsNoSuccess(Isolation isolation) throws Exception {
        Files.writeString(state(), "one");
        try (BuildHouse house = house(isolation)) {
            Derivation derivation = house.shell("unlike", "cat " + state() + " >$out; [ -s $out ]");
            StorePath out = house.made(derivation).get("out");
            String registered =
                    house.store().queryPathInfo(out).orElseThrow().narHash().toString();
            remove(house.real(out));
            Files.writeString(state(), "other");
            BuildResult result = house.build(derivation, Mode.REPAIR);
            assertThat(result.exitCode()).isEqualTo(104);
            assertThat(result.summary())
                    .contains("'" + out + "' is registered with " + registered + ", and came out with sha256:");
            assertThat(house.real(out)).doesNotExist();
        }
    }
}
