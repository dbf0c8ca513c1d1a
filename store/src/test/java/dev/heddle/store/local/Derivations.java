package dev.heddle.store.local;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Derivations for tests. */
final class Derivations {

    private Derivations() {}

    /** One output {@code out}, made by a shell from one source. */
    static Derivation simple(LocalStore store, String name, StorePath source) {
        TreeMap<String, Derivation.Output> outputs = new TreeMap<>();
        outputs.put("out", new Derivation.Output.Deferred());
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("out", "");
        environment.put("src", source.toString());
        Derivation blank = new Derivation(
                outputs,
                new TreeMap<>(),
                new TreeSet<>(List.of(source)),
                "x86_64-linux",
                "/bin/sh",
                List.of("-c", "echo " + name + " > $out"),
                environment);
        return new OutputPaths().resolve(store.storeDirectory(), name, blank, path -> {
            throw new AssertionError("there are no inputs");
        });
    }
}
