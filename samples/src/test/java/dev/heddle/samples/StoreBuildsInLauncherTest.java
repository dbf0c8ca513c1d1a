package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.local.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Builds of derivations by the launcher: what comes out, where it is said, and with which exit code. */
class StoreBuildsInLauncherTest extends LauncherFixture {

    private static final String DERIVATION = "Derive([%s],[],[],\"%s\",\"/bin/sh\",[\"-c\",\"%s\"],[(\"out\",\"\")])\n";

    private Path place() {
        return directory.resolve("here");
    }

    private Path derivation(String name, String script) throws IOException {
        return derivation(name, "(\"out\",\"\",\"\",\"\")", script);
    }

    private Path derivation(String name, String outputs, String script) throws IOException {
        return Files.writeString(
                directory.resolve(name + ".drv"),
                DERIVATION.formatted(outputs, StoreSettings.DEFAULT.system(), script));
    }

    private int store(String verb, Object... arguments) {
        out.reset();
        words.reset();
        err.getBuffer().setLength(0);
        return heddle(Stream.concat(
                        Stream.of("store", verb, "--store", place().toString()),
                        Stream.of(arguments).map(Object::toString))
                .toArray(String[]::new));
    }

    private List<String> result() {
        return shown().lines().toList();
    }

    @Test
    void aDerivationIsBuiltOnceAndItsOutputPrinted() throws Exception {
        Path file = derivation("hello", "echo building; echo hello >$out");
        assertThat(store("build", file)).as(everything()).isZero();
        Path made = Path.of(result().get(result().size() - 1));
        assertThat(made).hasContent("hello\n");
        assertThat(store("build", file)).as(everything()).isZero();
        assertThat(result()).endsWith(made.toString());
        assertThat(store("query", "--deriver", made)).as(everything()).isZero();
        String derivation = result().get(0);
        assertThat(derivation).endsWith("-hello.drv");
        assertThat(store("query", "--outputs", derivation)).isZero();
        assertThat(result()).containsExactly(made.toString());
        assertThat(store("check", derivation)).as(everything()).isZero();
        assertThat(everything()).contains("the same came out");
    }

    @Test
    void whatEachAttemptPrintedIsKept() throws Exception {
        Path file = derivation("talk", "echo some words; echo >$out");
        assertThat(store("build", file)).as(everything()).isZero();
        String made = result().get(result().size() - 1);
        assertThat(store("check", file)).as(everything()).isZero();
        assertThat(store("log", "--list", made)).as(everything()).isZero();
        assertThat(result()).hasSize(2).allMatch(line -> line.endsWith(" ended"));
        assertThat(store("log", "--attempt", 7, made)).isEqualTo(1);
        assertThat(err.toString()).contains("has no log of attempt 7").contains("there are logs of 2, 1");
    }

    @Test
    void onlyWhatIsWantedIsPrintedAndADryRunBuildsNothing() throws Exception {
        Path file =
                derivation("two", "(\"lib\",\"\",\"\",\"\"),(\"out\",\"\",\"\",\"\")", "echo l >$lib; echo o >$out");
        String text = Files.readString(file).replace("[(\"out\",\"\")]", "[(\"lib\",\"\"),(\"out\",\"\")]");
        Files.writeString(file, text);
        assertThat(store("build", "--dry-run", file)).as(everything()).isZero();
        assertThat(result()).singleElement().asString().startsWith("build ").endsWith("-two.drv");
        String derivation = result().get(0).substring("build ".length());
        assertThat(store("build", derivation + "!lib")).as(everything()).isZero();
        assertThat(result().get(result().size() - 1)).endsWith("-two-lib");
        assertThat(store("build", derivation + "!doc")).isEqualTo(2);
        assertThat(err.toString()).contains("has no output 'doc'").contains("it has lib, out");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exit 3 | '' | 100 | failed with exit code 3",
                "while :; do :; done | --timeout 1s | 101 | 1",
                "while :; do :; done | --max-silent-time 1s | 101 | 1",
                "while echo much; do :; done | --max-log-size 4K | 1 | 4096",
                "echo hello | '' | 1 | out"
            })
    void theExitCodeTellsHowABuildFailed(String script, String option, int exitCode, String words) throws Exception {
        Path file = derivation("bad", script);
        Object[] arguments = Stream.concat(
                        Stream.of(option.split(" ")).filter(each -> !each.isEmpty()), Stream.of(file.toString()))
                .toArray();
        assertThat(store("build", arguments)).as(everything()).isEqualTo(exitCode);
        assertThat(everything()).contains("bad").contains(words).doesNotContain("\tat ", "unexpected");
        assertThat(place().resolve("var/nix/heddle/staging").toFile().list())
                .as("nothing half-made is left")
                .allSatisfy(each -> assertThat(
                                place().resolve("var/nix/heddle/staging").resolve(each))
                        .isEmptyDirectory());
    }

    @Test
    void anOutputThatDiffersFromItsHashAndOneThatDiffersEachTimeAreTold() throws Exception {
        Digest other = Digest.ofContent(Digest.Algorithm.SHA256, new byte[0]);
        StorePath path = StorePath.ofFixed(ContentMethod.FLAT, other, place() + "/store", "fixed");
        String output = "(\"out\",\"%s\",\"sha256\",\"" + other.base16() + "\")";
        Path fixed = derivation("fixed", output.formatted(path), "echo other >$out");
        assertThat(store("build", fixed)).as(everything()).isEqualTo(102);
        assertThat(everything()).contains("hash mismatch", other.sri());
        assertThat(store("build", derivation("renamed", output.formatted(path), "echo other >$out")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("the path of output 'out' is not the one that follows");
        Path odd = derivation("odd", "read x </proc/sys/kernel/random/uuid; echo $x >$out");
        assertThat(store("build", odd)).as(everything()).isZero();
        String made = result().get(result().size() - 1);
        String before = Files.readString(Path.of(made));
        assertThat(store("check", odd)).as(everything()).isEqualTo(104);
        assertThat(everything()).contains("may not be deterministic", made);
        assertThat(Path.of(made)).hasContent(before);
    }

    @Test
    void aTargetThatIsNoDerivationIsToldWithoutBuilding() throws Exception {
        Path text = Files.writeString(directory.resolve("text"), "text\n");
        assertThat(store("add", text)).isZero();
        String path = result().get(0);
        assertThat(store("build", path)).isEqualTo(2);
        assertThat(err.toString()).contains("is no derivation");
        assertThat(store("build", text)).isEqualTo(2);
        assertThat(err.toString()).contains("is not in the store " + place());
        assertThat(store("build", directory.resolve("gone.drv"))).isEqualTo(2);
        assertThat(err.toString()).contains("no such file");
        Path broken = Files.writeString(directory.resolve("broken.drv"), "Derive([");
        assertThat(store("build", broken)).isEqualTo(2);
        assertThat(err.toString()).contains("broken.drv: derivation, offset ");
    }
}
