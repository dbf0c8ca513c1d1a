package dev.heddle.samples.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildService;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.local.BuildResult;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page on stores shows at its beginning: a program that embeds one. */
class EmbeddedStoreTest {

    @TempDir
    Path directory;

    private Derivation greeting(StorePath source) {
        TreeMap<String, Derivation.Output> outputs = new TreeMap<>();
        outputs.put("out", new Derivation.Output.Deferred());
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("source", source.toString());
        environment.put("out", "");
        Derivation blank = new Derivation(
                outputs,
                new TreeMap<>(),
                new TreeSet<>(List.of(source)),
                StoreSettings.DEFAULT.system(),
                "/bin/sh",
                List.of("-c", "read line <$source/text; echo $line from $source >$out"),
                environment);
        return new OutputPaths().resolve(source.storeDirectory(), "greeting", blank, path -> {
            throw new AssertionError("no derivation is needed");
        });
    }

    @Test
    void aProgramAddsATreeAndBuildsADerivationOfIt() throws Exception {
        Path sources = Files.createDirectory(directory.resolve("sources"));
        Files.writeString(sources.resolve("text"), "greetings\n");
        try (LocalStore store = LocalStore.open(directory.resolve("store"))) {
            StorePath source = store.addTree("greeting-src", sources);
            StorePath derivation = store.addDerivation("greeting", greeting(source));
            BuildResult result = store.build(derivation, BuildService.Mode.NORMAL, OutputPort.discard());

            assertThat(result.isSuccess()).as(result.summary()).isTrue();
            StorePath made = store.queryOutputs(derivation).get("out");
            assertThat(store.layout().real(made)).hasContent("greetings from " + source + "\n");
            assertThat(store.queryClosure(List.of(made))).containsExactly(source, made);
        }
        try (LocalStore again = LocalStore.open(directory.resolve("store"))) {
            assertThat(again.isValid(again.addTree("greeting-src", sources))).isTrue();
        }
    }
}
