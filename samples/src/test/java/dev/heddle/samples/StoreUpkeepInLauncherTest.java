package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.local.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps a store in order: verification, repair, roots, collections, the self-test. */
class StoreUpkeepInLauncherTest extends LauncherFixture {

    private Path place() {
        return directory.resolve("here");
    }

    private int store(String verb, Object... arguments) {
        return on(place().toString(), verb, arguments);
    }

    private int on(String uri, String verb, Object... arguments) {
        out.reset();
        words.reset();
        err.getBuffer().setLength(0);
        return heddle(Stream.concat(
                        Stream.of("store", verb, "--store", uri),
                        Stream.of(arguments).map(Object::toString))
                .toArray(String[]::new));
    }

    private List<String> result() {
        return shown().lines().toList();
    }

    private String last() {
        return result().get(result().size() - 1);
    }

    private String text(String name) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "text of " + name + "\n");
        assertThat(store("add", file)).as(everything()).isZero();
        return last();
    }

    private String built(String name, Object... options) throws IOException {
        Path file = Files.writeString(
                directory.resolve(name + ".drv"),
                "Derive([(\"out\",\"\",\"\",\"\")],[],[],\"%s\",\"/bin/sh\",[\"-c\",\"echo $name >$out\"],[(\"name\",\"%s\"),(\"out\",\"\")])"
                        .formatted(StoreSettings.DEFAULT.system(), name));
        assertThat(store(
                        "build",
                        Stream.concat(Stream.of(options), Stream.of(file)).toArray()))
                .as(everything())
                .isZero();
        return last();
    }

    private static void spoil(String path) throws IOException {
        Files.setPosixFilePermissions(Path.of(path), PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(Path.of(path), "spoilt\n");
    }

    @Test
    void whatIsCorruptIsFoundAndFetchedOrBuiltAgain() throws Exception {
        String fetched = text("fetched");
        String made = built("made");
        String cache = "file://" + directory.resolve("cache");
        assertThat(store("copy", "--to", cache, fetched)).as(everything()).isZero();
        spoil(fetched);
        spoil(made);
        assertThat(store("verify")).as("without reading").isZero();
        assertThat(store("verify", "--check-contents")).isEqualTo(1);
        assertThat(result()).hasSize(2).allMatch(line -> line.contains(": is corrupt: registered are sha256:"));
        assertThat(store("repair", fetched)).as("nobody is asked").isEqualTo(1);
        assertThat(last()).contains(fetched, "NOT repaired");
        assertThat(store("repair", "--substituter", cache)).as(everything()).isZero();
        assertThat(result()).anyMatch(line -> line.startsWith(fetched + ": is corrupt; fetched again"));
        assertThat(result()).anyMatch(line -> line.startsWith(made + ": is corrupt; built again"));
        assertThat(everything()).contains("2 not as registered, all of which are mended");
        assertThat(store("verify", "--check-contents")).as(everything()).isZero();
        assertThat(Path.of(made)).hasContent("made\n");
        assertThat(Path.of(fetched)).hasContent("text of fetched\n");
    }

    @Test
    void aMissingPathThatNothingNeedsMayBeForgotten() throws Exception {
        String path = text("lost");
        Files.delete(Path.of(path));
        assertThat(store("verify")).isEqualTo(1);
        assertThat(last()).isEqualTo(path + ": is missing");
        assertThat(store("verify", "--forget-missing")).as(everything()).isZero();
        assertThat(store("query", "--valid", path)).isZero();
        assertThat(result()).isEmpty();
    }

    @Test
    void everyKeptPathIsExplainedAndTheOthersAreCollected() throws Exception {
        Path link = directory.resolve("result");
        String made = built("made", "--add-root", link);
        assertThat(link).isSymbolicLink();
        String dead = text("dead");
        assertThat(store("query", "--deriver", made)).isZero();
        String derivation = last();
        assertThat(store("roots", made)).isZero();
        assertThat(result()).containsExactly(link + " -> " + made);
        assertThat(store("roots", derivation, dead)).isZero();
        assertThat(result())
                .containsExactly(derivation + ":", link + " -> " + made + " (by keep-derivations)", dead + ":");
        assertThat(everything()).contains(dead + " has no root: a collection deletes it");

        assertThat(store("gc", "--dry-run")).as(everything()).isZero();
        assertThat(result()).containsExactly(dead);
        assertThat(store("gc", "--print-live")).isZero();
        assertThat(result()).containsExactlyInAnyOrder(made, derivation);
        assertThat(store("gc", "--older-than", "1d")).isZero();
        assertThat(result()).isEmpty();
        assertThat(store("gc", "--delete", made)).isEqualTo(1);
        assertThat(err.toString()).contains(made, "alive", link.toString());
        assertThat(store("gc")).isZero();
        assertThat(result()).containsExactly(dead);
        assertThat(everything()).contains("1 path deleted");
        assertThat(Path.of(dead)).doesNotExist();

        Files.delete(link);
        assertThat(store("gc", "--max-freed", "1")).isZero();
        assertThat(result()).hasSize(1);
        assertThat(store("gc")).isZero();
        assertThat(Path.of(made)).doesNotExist();
    }

    @Test
    void aPathThatIsThereAlreadyGetsARoot() throws Exception {
        String path = text("kept");
        Path link = directory.resolve("link");
        assertThat(store("roots", "--add", link, path)).as(everything()).isZero();
        assertThat(result()).containsExactly(link + " -> " + path);
        Path taken = Files.createDirectory(directory.resolve("taken"));
        assertThat(store("roots", "--add", taken, path)).isEqualTo(1);
        assertThat(err.toString()).contains(taken.toString());
        assertThat(store("gc")).isZero();
        assertThat(Path.of(path)).exists();
    }

    @Test
    void theSelftestCountsWhatItDidAndLeavesNothing() {
        assertThat(heddle("store", "selftest", "--seconds", "3", "--directory", directory.toString(), "--seed", "7"))
                .as(everything())
                .isZero();
        assertThat(result())
                .endsWith("findings: 0")
                .anyMatch(line -> line.matches("kills: [1-9].*"))
                .anyMatch(line -> line.matches("calls that failed: [1-9].*"));
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gc --older-than soon | 2 | --older-than: 'soon' is not a time",
                "gc --max-freed lots | 2 | --max-freed: 'lots' is not a number of bytes",
                "gc --print-live --dry-run | 2 | --print-live: goes neither with",
                "gc --delete /etc | 2 | /etc: is not in the store",
                "roots /nowhere/x | 2 | is not in the store",
                "repair nothing | 2 | nothing: is not in the store",
                "query --hash nothing | 2 | and there is no such file",
                "query --from-hash-part abc | 2 | abc",
                "verify --substituter ftp://x | 2 | --substituter: 'ftp://x' names no kind of store",
                "verify --substituter file:///nowhere/cache | 1 | is no binary cache",
                "verify --trusted-key x | 2 | --trusted-key: ",
                "copy x | 2 | --to: is missing",
                "copy --to file:///x -j 0 x | 2 | -j: needs a number of at least 1",
                "build -j 0 x.drv | 2 | -j: needs a number of at least 1",
                "build --check --repair x.drv | 2 | --check: does not go with --repair",
                "add nothing | 2 | nothing: no such file or directory",
                "add --name .x fifo | 1 | fifo",
                "add --name a/b fifo | 2 | --name: ",
                "add --flat --text fifo | 2 | --text: does not go with",
                "add --recursive fifo | 2 | --recursive: goes with --fixed",
                "add --fixed sha3 fifo | 2 | --fixed: unknown hash algorithm",
                "add --reference x fifo | 2 | --reference: goes with --text",
                "add --text fifo | 2 | is no regular file"
            })
    void badInputIsToldInOneLineWithAnExitCodeAndLeavesNothing(String line, int exitCode, String told)
            throws Exception {
        Process made = new ProcessBuilder("mkfifo", directory.resolve("fifo").toString()).start();
        assertThat(made.waitFor()).isZero();
        String[] given =
                line.replace("fifo", directory.resolve("fifo").toString()).split(" ");
        Object[] arguments = Stream.of(given).skip(1).toArray();
        assertThat(store("gc")).as("an empty store").isZero();
        assertThat(store(given[0], arguments)).as(everything()).isEqualTo(exitCode);
        assertThat(err.toString()).startsWith("heddle: ").contains(told).doesNotContain("\tat ", "unexpected");
        assertThat(shown()).isEmpty();
        assertThat(place().resolve("store")).isEmptyDirectory();
    }

    @Test
    void aStoreThatCannotBeUsedIsToldWithWhatIsWrong() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "text\n");
        assertThat(on(file.toString(), "add", file)).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("heddle: ")
                .contains(file.toString())
                .doesNotContain("unexpected");

        text("first");
        Files.writeString(place().resolve("var/nix/db/schema"), "7");
        assertThat(store("add", file)).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("heddle: ")
                .contains("schema", "7")
                .doesNotContain("unexpected");
        Files.writeString(place().resolve("var/nix/db/schema"), "10");

        Files.write(place().resolve("var/nix/db/db.sqlite"), new byte[8192]);
        assertThat(store("query", "--valid", place() + "/store/" + "0".repeat(32) + "-x"))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("heddle: ").contains("db.sqlite").doesNotContain("unexpected");
    }
}
