package dev.heddle.core.derivation;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One build as a value: what to run, with which inputs and environment, and which outputs come of it.
 *
 * <p>Immutable. Maps and sets are kept in the order of the bytes of their keys, as in the text form ({@link DerivationText}).
 * Strings stand for bytes: UTF-8 is text, a byte {@code 0xHH} outside valid UTF-8 is the lone surrogate {@code U+DCHH}. The
 * derivation's name is not part of it; it is the name of the store path it has, less {@code .drv}.
 *
 * @param outputs what is made, by name; at least one
 * @param inputDerivations derivations whose outputs are needed, and which outputs of each; never an empty set
 * @param inputSources store paths that are needed as they are
 * @param platform the system that can run it, {@code x86_64-linux} say
 * @param builder the program that is run
 * @param arguments what it is given
 * @param environment its whole environment
 */
public record Derivation(
        SortedMap<String, Output> outputs,
        SortedMap<StorePath, SortedSet<String>> inputDerivations,
        SortedSet<StorePath> inputSources,
        String platform,
        String builder,
        List<String> arguments,
        SortedMap<String, String> environment) {

    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException if there is no output, an output's name may not be part of a store path's name, an
     *     input derivation is wanted without any of its outputs, or a string stands for no bytes
     */
    public Derivation {
        if (outputs.isEmpty()) {
            throw new IllegalArgumentException("a derivation needs at least one output");
        }
        outputs.keySet().forEach(StorePath::checkName);
        outputs = sorted(outputs);
        inputDerivations = copyInputs(inputDerivations);
        inputSources = Collections.unmodifiableSortedSet(new TreeSet<>(inputSources));
        arguments = List.copyOf(arguments);
        environment = sorted(environment);
        ByteText.encode(platform);
        ByteText.encode(builder);
        arguments.forEach(ByteText::encode);
        environment.values().forEach(ByteText::encode);
    }

    private static <V> SortedMap<String, V> sorted(Map<String, V> map) {
        SortedMap<String, V> sorted = new TreeMap<>(ByteText.ORDER);
        sorted.putAll(map);
        return Collections.unmodifiableSortedMap(sorted);
    }

    private static SortedMap<StorePath, SortedSet<String>> copyInputs(
            Map<StorePath, ? extends Collection<String>> inputs) {
        SortedMap<StorePath, SortedSet<String>> copy = new TreeMap<>();
        inputs.forEach((path, names) -> {
            if (names.isEmpty()) {
                throw new IllegalArgumentException("input " + path + " is wanted without any of its outputs");
            }
            names.forEach(StorePath::checkName);
            SortedSet<String> sorted = new TreeSet<>(ByteText.ORDER);
            sorted.addAll(names);
            copy.put(path, Collections.unmodifiableSortedSet(sorted));
        });
        return Collections.unmodifiableSortedMap(copy);
    }

    /** Everything whose content the build may see: input derivations and input sources together. */
    public SortedSet<StorePath> references() {
        SortedSet<StorePath> references = new TreeSet<>(inputSources);
        references.addAll(inputDerivations.keySet());
        return Collections.unmodifiableSortedSet(references);
    }

    /**
     * The store path of this derivation's own text.
     *
     * @param name the derivation's name, without {@code .drv}
     * @throws IllegalArgumentException if the name or the store's directory breaks the rules of {@link StorePath}
     */
    public StorePath storePath(String storeDirectory, String name) {
        Digest text = Digest.ofContent(Digest.Algorithm.SHA256, DerivationText.write(this));
        return StorePath.ofText(text, references(), storeDirectory, name + ".drv");
    }

    /** Where an output goes, and what is known of its content beforehand. */
    public sealed interface Output {

        /** The path, where it is known before the build. */
        default Optional<StorePath> knownPath() {
            return Optional.empty();
        }

        /**
         * The path follows from the derivation.
         *
         * @param path where the output goes
         */
        record InputAddressed(StorePath path) implements Output {
            @Override
            public Optional<StorePath> knownPath() {
                return Optional.of(path);
            }
        }

        /**
         * The content's hash is known; the build may use the network.
         *
         * @param path where the output goes
         * @param method how the content is hashed
         * @param hash what must come out
         */
        record Fixed(StorePath path, ContentMethod method, Digest hash) implements Output {
            @Override
            public Optional<StorePath> knownPath() {
                return Optional.of(path);
            }
        }

        /**
         * The path follows from the content once it is built.
         *
         * @param method how the content is hashed
         * @param algorithm with what
         */
        record Floating(ContentMethod method, Digest.Algorithm algorithm) implements Output {}

        /** The path follows from the derivation once the paths of its inputs are known. */
        record Deferred() implements Output {}

        /**
         * As {@link Floating}, but each build may give something else, and none is reused.
         *
         * @param method how the content is hashed
         * @param algorithm with what
         */
        record Impure(ContentMethod method, Digest.Algorithm algorithm) implements Output {}
    }

    /** The output called {@code name}, or null. */
    public @Nullable Output output(String name) {
        return outputs.get(name);
    }
}
