package dev.heddle.store.local;

import dev.heddle.core.derivation.ByteText;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a builder finds: its environment, and the files that lie in its directory before it runs. The variables and names are
 * those of Nix 2.8.
 *
 * @param environment its whole environment
 * @param files what lies in its directory, by name
 */
record BuilderInput(SortedMap<String, String> environment, SortedMap<String, byte[]> files) {

    private static final List<String> DIRECTORY_VARIABLES =
            List.of("NIX_BUILD_TOP", "TMPDIR", "TEMPDIR", "TMP", "TEMP", "PWD");

    /** Copies the maps. */
    BuilderInput {
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /**
     * Where a builder runs.
     *
     * @param storeDirectory the store's directory
     * @param directory the builder's own directory, as it sees it
     * @param cores how many processors it may use
     * @param outer the variables of this process, for fixed outputs that ask for some of them
     */
    record Place(String storeDirectory, String directory, int cores, UnaryOperator<@Nullable String> outer) {}

    /**
     * What the builder of {@code derivation} finds.
     *
     * @param graph tells of paths for {@code exportReferencesGraph}
     * @throws BuildFailure if the derivation asks for what cannot be given
     */
    static BuilderInput of(Derivation derivation, Place place, Rewrites rewrites, ReferencesGraph graph)
            throws IOException {
        SortedMap<String, String> environment = new TreeMap<>();
        SortedMap<String, byte[]> files = new TreeMap<>();
        environment.put("PATH", "/path-not-set");
        environment.put("HOME", "/homeless-shelter");
        environment.put("NIX_STORE", place.storeDirectory());
        environment.put("NIX_BUILD_CORES", Integer.toString(place.cores()));
        SortedMap<String, String> attributes = derivation.environment();
        Optional<StructuredAttributes> structured = StructuredAttributes.of(derivation);
        if (structured.isPresent()) {
            files.putAll(structured.orElseThrow().files(derivation, rewrites, graph));
            environment.putAll(StructuredAttributes.variables(place.directory()));
        } else {
            plain(attributes, place, rewrites, environment, files);
            files.putAll(graph.files(words(attributes.get("exportReferencesGraph"))));
        }
        DIRECTORY_VARIABLES.forEach(name -> environment.put(name, place.directory()));
        if (isFixed(derivation)) {
            environment.put("NIX_OUTPUT_CHECKED", "1");
            List<String> asked = structured.isPresent()
                    ? structured.orElseThrow().words("impureEnvVars")
                    : words(attributes.get("impureEnvVars"));
            for (String name : asked) {
                String value = place.outer().apply(name);
                environment.put(name, value == null ? "" : value);
            }
        }
        environment.put("NIX_LOG_FD", "2");
        environment.put("TERM", "xterm-256color");
        return new BuilderInput(environment, files);
    }

    private static void plain(
            Map<String, String> attributes,
            Place place,
            Rewrites rewrites,
            Map<String, String> environment,
            Map<String, byte[]> files) {
        Set<String> asFile = Set.copyOf(words(attributes.get("passAsFile")));
        attributes.forEach((name, value) -> {
            String text = rewrites.apply(value);
            if (asFile.contains(name)) {
                String file = ".attr-"
                        + Digest.ofContent(Digest.Algorithm.SHA256, name.getBytes(StandardCharsets.UTF_8))
                                .nix32();
                files.put(file, ByteText.encode(text));
                environment.put(name + "Path", place.directory() + "/" + file);
            } else {
                environment.put(name, text);
            }
        });
    }

    /** The words of a list, of which each may stand once only. */
    static List<String> words(@Nullable String text) {
        return text == null || text.isBlank()
                ? List.of()
                : List.of(text.strip().split("[ \t\n\r]+")).stream().distinct().toList();
    }

    /** Whether the hash of what is made is known, so that the builder may use the network. */
    static boolean isFixed(Derivation derivation) {
        return derivation.outputs().values().stream().anyMatch(Derivation.Output.Fixed.class::isInstance);
    }
}
