package dev.heddle.store.open;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.store.SecretKey;
import dev.heddle.store.StoreException;
import dev.heddle.store.cache.BinaryCache;
import dev.heddle.store.cache.Compression;
import dev.heddle.store.local.StoreLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreLocatorTest {

    private static final Map<String, String> HOME = Map.of("HOME", "/home/ada");

    private static StoreLocator parse(String text) {
        return StoreLocator.parse(text, HOME::get);
    }

    private static StoreLayout layout(String text) {
        return ((StoreLocator.Local) parse(text)).layout();
    }

    @Test
    void nothingAndAutoAreTheStoreOfTheUser() {
        StoreLayout own = StoreLayout.in(Path.of("/home/ada/.local/share/heddle"));
        assertThat(layout("")).isEqualTo(own);
        assertThat(layout("auto")).isEqualTo(own);
        StoreLocator data = StoreLocator.parse("auto", Map.of("HOME", "/home/ada", "XDG_DATA_HOME", "/data")::get);
        assertThat(data).isEqualTo(new StoreLocator.Local(StoreLayout.in(Path.of("/data/heddle")), false));
        StoreLocator relative = StoreLocator.parse("auto", Map.of("HOME", "/home/ada", "XDG_DATA_HOME", "data")::get);
        assertThat(relative).isEqualTo(new StoreLocator.Local(own, false));
    }

    @Test
    void aUserWithoutHomeIsToldWhatIsMissing() {
        assertThatThrownBy(() -> StoreLocator.parse("auto", Map.<String, String>of()::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither XDG_DATA_HOME nor HOME is set");
    }

    @ParameterizedTest
    @CsvSource({"/srv/store", "store", "./store", "a?b/c", "/a:b"})
    void aDirectoryIsAStoreOfHeddlesOwn(String text) {
        assertThat(layout(text)).isEqualTo(StoreLayout.in(Path.of(text)));
    }

    @Test
    void localStoresAreSpelledAsForNix() {
        assertThat(layout("local"))
                .isEqualTo(new StoreLayout(
                        "/nix/store", Path.of("/nix/store"), Path.of("/nix/var/nix"), Path.of("/nix/var/log/nix")));
        assertThat(layout("local?root=/x")).isEqualTo(StoreLayout.below(Path.of("/x")));
        assertThat(layout("local?store=/s/store&state=/s/state&log=/s/log"))
                .isEqualTo(new StoreLayout("/s/store", Path.of("/s/store"), Path.of("/s/state"), Path.of("/s/log")));
        assertThat(layout("local?store=/a&real=/b").real()).isEqualTo(Path.of("/b"));
        assertThat(layout("local?root=/x&store=/gnu/store"))
                .isEqualTo(new StoreLayout(
                        "/gnu/store",
                        Path.of("/x/nix/store"),
                        Path.of("/x/nix/var/nix"),
                        Path.of("/x/nix/var/log/nix")));
        assertThat(parse("local?root=/x&read-only=true"))
                .isEqualTo(new StoreLocator.Local(StoreLayout.below(Path.of("/x")), true));
    }

    @Test
    void cachesAreFilesWithSettings() {
        assertThat(parse("file:///srv/cache"))
                .isEqualTo(new StoreLocator.Cache(Path.of("/srv/cache"), Compression.XZ, null));
        assertThat(parse("file:///srv/a%20cache?compression=zstd&secret-key=/k"))
                .isEqualTo(new StoreLocator.Cache(Path.of("/srv/a cache"), Compression.ZSTD, Path.of("/k")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssh://host | names no kind of store",
                "https://cache.example.org | names no kind of store",
                "daemon:x | names no kind of store",
                "lcoal?root=x | names no kind of store",
                "local?rot=/x | has no setting 'rot': a local store has root, store",
                "local?root=/x&root=/y | has 'root' twice",
                "local?root | wanted NAME=VALUE",
                "local? | wanted NAME=VALUE",
                "local?store=relative | store needs an absolute path, not 'relative'",
                "local?state=x%zz | has a percent sign without two hexadecimal digits",
                "local?read-only=maybe | read-only is true or false, not 'maybe'",
                "local?root=%00 | root is no path",
                "file://cache | a cache is named by an absolute path",
                "file:///c?compression=zip | zip",
                "file:///c?colour=red | has no setting 'colour': a cache has compression"
            })
    void whatNamesNoStoreIsRefusedWithWhatWould(String text, String words) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    @Test
    void aCacheIsOpenedWithTheKeyThatIsNamed(@TempDir Path directory) throws Exception {
        Path key = Files.writeString(
                directory.resolve("key"),
                SecretKey.generate("k-1", new SecureRandom()).secretText() + "\n");
        StoreLocator.Cache cache =
                (StoreLocator.Cache) parse("file://" + directory.resolve("cache") + "?secret-key=" + key);
        try (BinaryCache made = cache.builder("/nix/store").create().open()) {
            assertThat(made.storeDirectory()).isEqualTo("/nix/store");
        }
        Files.writeString(key, "k-1:geheim");
        assertThatThrownBy(() -> cache.builder("/nix/store"))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(key + ": ")
                .hasMessageNotContaining("geheim");
        Files.delete(key);
        assertThatThrownBy(() -> cache.builder("/nix/store")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void theTextOfALocatorNamesTheSameStore() {
        for (String text : new String[] {
            "/srv/a store&more%",
            "local",
            "local?root=/x",
            "local?store=/s&read-only=1",
            "file:///c%3Fd?compression=zstd"
        }) {
            StoreLocator first = parse(text);
            assertThat(parse(first.toString())).isEqualTo(first);
        }
    }

    @Test
    void randomTextNamesAStoreOrIsRefusedAsSuch() {
        Random random = new Random(11);
        String letters = "local?file:/=&%ro+s2. \u00e4\ud83d\ude00\0";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "local?" : "");
            for (int n = random.nextInt(20); n > 0; n--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                assertThat(parse(text.toString()).toString()).isNotEmpty();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
