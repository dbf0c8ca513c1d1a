package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Derivations that say what they make, truly or not. */
class OutputClaimsTest {

    @TempDir
    Path dir;

    private LocalStore store;

    @BeforeEach
    void open() throws IOException {
        store = LocalStore.open(dir);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static Derivation with(
            Derivation derivation,
            SortedMap<String, Derivation.Output> outputs,
            SortedMap<String, String> environment) {
        return new Derivation(
                outputs,
                derivation.inputDerivations(),
                derivation.inputSources(),
                derivation.platform(),
                derivation.builder(),
                derivation.arguments(),
                environment);
    }

    private Derivation simple(String name) throws IOException {
        return Derivations.simple(store, name, store.addText("source", new byte[] {1}, List.of()));
    }

    @Test
    void aDerivationThatClaimsAnothersOutputIsRefusedAndNothingOfItIsValid() throws IOException {
        Derivation one = simple("one");
        Derivation other = simple("other");
        StorePath stolen = other.output("out").knownPath().orElseThrow();
        TreeMap<String, Derivation.Output> outputs =
                new TreeMap<>(java.util.Map.of("out", new Derivation.Output.InputAddressed(stolen)));
        TreeMap<String, String> environment = new TreeMap<>(one.environment());
        environment.put("out", stolen.toString());
        Derivation thief = with(one, outputs, environment);
        assertThatThrownBy(() -> store.addDerivation("one", thief))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("claims " + stolen + " for its output 'out', but what follows from it is "
                        + one.output("out").knownPath().orElseThrow());
        assertThat(store.queryDerivers(stolen)).isEmpty();
        assertThat(store.isValid(store.addDerivation("one", one))).isTrue();
    }

    @Test
    void aVariableThatIsNotThePathOfItsOutputIsRefused() throws IOException {
        Derivation right = simple("one");
        TreeMap<String, String> environment = new TreeMap<>(right.environment());
        environment.put("out", "/elsewhere");
        Derivation wrong = with(right, right.outputs(), environment);
        assertThatThrownBy(() -> store.addDerivation("one", wrong))
                .hasMessageContaining("the variable 'out'")
                .hasMessageContaining("but is /elsewhere");
    }

    @Test
    void aFixedOutputMustHaveThePathOfItsHash() throws IOException {
        Derivation one = simple("one");
        Digest hash = Digest.ofContent(Digest.Algorithm.SHA256, new byte[] {7});
        StorePath foreign = one.output("out").knownPath().orElseThrow();
        TreeMap<String, Derivation.Output> outputs =
                new TreeMap<>(java.util.Map.of("out", new Derivation.Output.Fixed(foreign, ContentMethod.FLAT, hash)));
        Derivation wrong = with(one, outputs, new TreeMap<>(one.environment()));
        assertThatThrownBy(() -> store.addDerivation("one", wrong))
                .hasMessageContaining("claims " + foreign)
                .hasMessageContaining("does not follow from its hash");
    }

    @Test
    void chainsAreCheckedInOneBatchAndOneByOneAndReadOnceEach() throws IOException {
        OutputPaths paths = new OutputPaths();
        java.util.Map<StorePath, Derivation> known = new java.util.HashMap<>();
        List<Derivation> chain = new ArrayList<>();
        TreeMap<StorePath, java.util.SortedSet<String>> inputs = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            TreeMap<String, Derivation.Output> outputs =
                    new TreeMap<>(java.util.Map.of("out", new Derivation.Output.Deferred()));
            TreeMap<String, String> environment = new TreeMap<>(java.util.Map.of("out", ""));
            Derivation blank = new Derivation(
                    outputs, inputs, new TreeSet<>(), "x86_64-linux", "/bin/sh", List.of("" + i), environment);
            Derivation derivation = paths.resolve(store.storeDirectory(), "link", blank, known::get);
            chain.add(derivation);
            StorePath path = derivation.storePath(store.storeDirectory(), "link");
            known.put(path, derivation);
            inputs = new TreeMap<>(java.util.Map.of(path, new TreeSet<>(List.of("out"))));
        }
        try (AddBatch batch = store.batch()) {
            for (Derivation derivation : chain.subList(0, 30)) {
                batch.addDerivation("link", derivation);
            }
            batch.commit();
        }
        for (Derivation derivation : chain.subList(30, 60)) {
            assertThat(store.isValid(store.addDerivation("link", derivation))).isTrue();
        }
        Derivation last = chain.get(59);
        TreeMap<StorePath, java.util.SortedSet<String>> missing = new TreeMap<>(java.util.Map.of(
                StorePath.of(
                        "text",
                        Digest.ofContent(Digest.Algorithm.SHA256, new byte[] {1}),
                        store.storeDirectory(),
                        "no.drv"),
                new TreeSet<>(List.of("out"))));
        Derivation dangling = new Derivation(
                last.outputs(), missing, new TreeSet<>(), "x86_64-linux", "/bin/sh", List.of(), last.environment());
        assertThatThrownBy(() -> store.addDerivation("link", dangling))
                .hasMessageContaining("no.drv, which is not valid in this store");
    }
}
