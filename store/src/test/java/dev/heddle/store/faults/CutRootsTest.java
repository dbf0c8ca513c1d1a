package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.local.CollectOptions;
import dev.heddle.store.local.LocalStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Temporary roots whose content a power cut took away and whose length it left; the number in the name is in use again. */
final class CutRootsTest {

    @TempDir
    Path directory;

    @Test
    @Tag("T15")
    @Tag("T19")
    void zeroesInTheFileOfTemporaryRootsNameNothing() throws Exception {
        StorePath path;
        try (LocalStore store = LocalStore.open(directory)) {
            path = store.addText("dead", "dead".getBytes(StandardCharsets.UTF_8), List.of());
        }
        Files.write(directory.resolve("var/nix/temproots/1"), new byte[200]);
        try (LocalStore store = LocalStore.open(directory)) {
            assertThat(store.roots(path)).isEmpty();
            store.collect(CollectOptions.ALL);
            assertThat(store.isValid(path)).isFalse();
        }
    }
}
