package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.SecretKey;
import dev.heddle.store.local.LocalStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is put into a store by the launcher, and asked of it. */
class StoreInLauncherTest extends LauncherFixture {

    private Path place() {
        return directory.resolve("here");
    }

    /** Runs a command on the store, which must succeed, and gives the lines of its result. */
    private List<String> store(String verb, Object... arguments) {
        out.reset();
        int exitCode = heddle(Stream.concat(
                        Stream.of("store", verb, "--store", place().toString()),
                        Stream.of(arguments).map(Object::toString))
                .toArray(String[]::new));
        assertThat(exitCode).as(everything()).isZero();
        return shown().lines().toList();
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private String text(String name, Object... more) throws IOException {
        Path file = file(name, "text of " + name + "\n");
        return store(
                        "add",
                        Stream.concat(Stream.of("--text", file), Stream.of(more))
                                .toArray())
                .get(0);
    }

    @Test
    void treesFilesAndFixedContentAreAddedInOneBatchAndTheirPathsPrinted() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.writeString(tree.resolve("a"), "a\n");
        Path file = file("b", "b\n");
        List<String> paths = store("add", tree, file);
        assertThat(paths).hasSize(2).allMatch(path -> path.startsWith(place() + "/store/"));
        assertThat(Path.of(paths.get(0)).resolve("a")).hasContent("a\n");
        assertThat(store("add", "--fixed", "sha256", "--recursive", "--name", "tree", tree))
                .containsExactly(paths.get(0));
        String flat = store("add", "--flat", file).get(0);
        assertThat(store("add", "--fixed", "sha256", file))
                .containsExactly(flat)
                .doesNotContain(paths.get(1));
        assertThat(store("query", "--valid", paths.get(0), flat, place() + "/store/" + "0".repeat(32) + "-x"))
                .containsExactlyInAnyOrder(paths.get(0), flat);
    }

    @Test
    void aTextFromStandardInputMayReferToPaths() throws Exception {
        String first = text("first");
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("more\n".getBytes(StandardCharsets.UTF_8)));
        try {
            String second = store("add", "--text", "--name", "second", "--reference", first, "-")
                    .get(0);
            assertThat(Path.of(second)).hasContent("more\n");
            assertThat(store("query", "--references", second)).containsExactly(first);
            assertThat(store("query", "--referrers", first)).containsExactly(second);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void everythingThatIsKnownOfAPathIsPrinted() throws Exception {
        String first = text("first");
        String second = text("second", "--reference", first);
        String third = text("third", "--reference", second, "--reference", first);
        assertThat(store("query", third))
                .startsWith("Path: " + third)
                .contains("Reference: " + first, "Reference: " + second, "Size: 128")
                .anyMatch(line -> line.startsWith("Hash: sha256:"))
                .anyMatch(line -> line.startsWith("Content address: text:sha256:"));
        assertThat(store("query", "--size", first, third)).containsExactly("128", "128");
        assertThat(store("query", "--deriver", first)).containsExactly("unknown-deriver");
        assertThat(store("query", "-R", third)).containsExactly(first, second, third);
        assertThat(store("query", "--referrers-closure", first)).containsExactlyInAnyOrder(first, second, third);
        List<String> below = Stream.of(first, second).sorted().toList();
        assertThat(store("query", "--tree", third))
                .contains(third)
                .hasSize(4)
                .anyMatch(line -> line.equals("├───" + below.get(0)))
                .anyMatch(line -> line.equals("└───" + below.get(1)) || line.equals("└───" + below.get(1) + " [...]"));
        assertThat(store("query", "--graph", third))
                .contains("  \"" + Path.of(third).getFileName() + "\" -> \""
                        + Path.of(first).getFileName() + "\";");
        assertThat(String.join("", store("query", "--json", third)))
                .startsWith("[{\"path\":\"" + third + "\",\"narHash\":\"sha256:")
                .contains("\"narSize\":128", "\"valid\":true");
        assertThat(store(
                        "query",
                        "--from-hash-part",
                        Path.of(third).getFileName().toString().substring(0, 32)))
                .containsExactly(third);
    }

    @Test
    void aPathIsNamedByWhatIsInItAndByLinksToo() throws Exception {
        Path tree = Files.createDirectories(directory.resolve("tree/below"));
        String path = store("add", tree.getParent()).get(0);
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of(path));
        Path further = Files.createSymbolicLink(directory.resolve("further"), Path.of("link"));
        List<String> hash = store("query", "--hash", path);
        assertThat(store("query", "--hash", path + "/below")).isEqualTo(hash);
        assertThat(store("query", "--hash", link)).isEqualTo(hash);
        assertThat(store("query", "--hash", further)).isEqualTo(hash);
    }

    @Test
    void theClosureGoesByACacheWithSignaturesToAnotherStore() throws Exception {
        String first = text("first");
        String second = text("second", "--reference", first);
        SecretKey key = SecretKey.generate("test-1", new SecureRandom());
        Path secret = file("secret", key.secretText());
        String cache = "file://" + directory.resolve("cache") + "?compression=none&secret-key=" + secret;
        store("copy", "--to", cache, second);
        assertThat(everything()).contains("2 copied");
        String other = "local?store=" + place() + "/store&real=" + directory + "/other/store&state=" + directory
                + "/other/state&log=" + directory + "/other/log";
        store("copy", "--from", cache, "--to", other, "--trusted-key", key.publicKey(), second);
        out.reset();
        assertThat(heddle("store", "query", "--store", other, "--closure", second))
                .as(everything())
                .isZero();
        assertThat(shown().lines()).containsExactly(first, second);
        assertThat(directory.resolve("other/store").resolve(Path.of(second).getFileName()))
                .hasContent("text of second\n");
    }

    @Test
    void aQueryMakesNoStore() {
        Path odd = directory.resolve("odd name");
        assertThat(heddle(
                        "store",
                        "query",
                        "--store",
                        odd.toString(),
                        "--valid",
                        odd + "/store/" + "0".repeat(32) + "-x"))
                .as(everything())
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("heddle: ").doesNotContain("unexpected");
        assertThat(odd).doesNotExist();
    }

    @Test
    void aStoreThatIsOpenInThisProcessIsToldToBe() throws Exception {
        try (LocalStore open = LocalStore.open(place())) {
            assertThat(open.storeDirectory()).isEqualTo(place() + "/store");
            assertThat(heddle(
                            "store",
                            "add",
                            "--store",
                            place().toString(),
                            file("a", "a").toString()))
                    .isEqualTo(1);
            assertThat(err.toString()).startsWith("heddle: ").contains("open").doesNotContain("unexpected");
        }
    }
}
