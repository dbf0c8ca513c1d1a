package dev.heddle.core.derivation;

import dev.heddle.core.derivation.Derivation.Output;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the outputs of derivations go, as Nix does.
 *
 * <p>The path of an output follows from the <em>hash modulo</em> of its derivation: the hash of its text in which each input
 * derivation is replaced by that one's own hash modulo. A derivation whose output is fixed stands for that content alone, so
 * another mirror of a source changes nothing that depends on it. While its own paths are looked for, a derivation's outputs,
 * and the variables named like them, are blank.
 *
 * <p>Remembers what it has computed, about 200 bytes for each derivation. Not safe for several threads at once.
 */
public final class OutputPaths {

    /** Gives the text of input derivations. */
    @FunctionalInterface
    public interface Reader<E extends Exception> {
        /** The derivation whose text is at {@code path}. */
        Derivation read(StorePath path) throws E;
    }

    private static final String DEFERRED = "";

    /** The hash modulo, in base 16; {@link #DEFERRED} where the paths of a derivation's inputs are not known yet. */
    private final Map<StorePath, String> known = new HashMap<>();

    /** An empty memory. */
    public OutputPaths() {}

    /**
     * The derivation with the paths of its outputs, which also become the variables named like them.
     *
     * @param name the derivation's name, without {@code .drv}
     * @param blank the derivation; outputs that are input addressed or deferred get their paths, others stay
     * @param inputs gives the derivations that {@code blank} needs
     * @return the same derivation with every path that can be known; outputs stay {@link Output.Deferred} if the path of an
     *     input is not known before it is built
     * @throws IllegalArgumentException if a derivation is an input of itself
     * @throws E from {@code inputs}
     */
    public <E extends Exception> Derivation resolve(
            String storeDirectory, String name, Derivation blank, Reader<E> inputs) throws E {
        Derivation masked = masked(blank);
        Optional<Digest> modulo = modulo(masked, inputs);
        SortedMap<String, Output> outputs = new TreeMap<>(ByteText.ORDER);
        SortedMap<String, String> environment = new TreeMap<>(ByteText.ORDER);
        environment.putAll(masked.environment());
        masked.outputs().forEach((output, kind) -> {
            Output resolved = kind instanceof Output.Deferred && modulo.isPresent()
                    ? new Output.InputAddressed(StorePath.of(
                            "output:" + output, modulo.orElseThrow(), storeDirectory, outputName(name, output)))
                    : kind;
            outputs.put(output, resolved);
            resolved.knownPath().ifPresent(path -> environment.replace(output, path.toString()));
        });
        return new Derivation(
                outputs,
                blank.inputDerivations(),
                blank.inputSources(),
                blank.platform(),
                blank.builder(),
                blank.arguments(),
                environment);
    }

    /**
     * Whether the paths that {@code derivation} names for its outputs are those that follow from it.
     *
     * @return the first output, in order, whose path is another than it must be; empty if all are right
     * @throws E from {@code inputs}
     */
    public <E extends Exception> Optional<String> wrongOutput(
            String storeDirectory, String name, Derivation derivation, Reader<E> inputs) throws E {
        Derivation right = resolve(storeDirectory, name, derivation, inputs);
        for (Map.Entry<String, Output> output : derivation.outputs().entrySet()) {
            Output wanted = Objects.requireNonNull(right.output(output.getKey()));
            boolean same = output.getValue() instanceof Output.Fixed fixed
                    ? fixed.path()
                            .equals(StorePath.ofFixed(
                                    fixed.method(), fixed.hash(), storeDirectory, outputName(name, output.getKey())))
                    : output.getValue().equals(wanted);
            if (!same) {
                return Optional.of(output.getKey());
            }
        }
        return Optional.empty();
    }

    /** The name of the store path of an output: the derivation's own for {@code out}, else with the output's behind a dash. */
    public static String outputName(String derivationName, String output) {
        return output.equals("out") ? derivationName : derivationName + "-" + output;
    }

    /** What stands in arguments and environment for the path of an output that is not known before the build. */
    public static String placeholder(String output) {
        byte[] text = ("nix-output:" + output).getBytes(StandardCharsets.UTF_8);
        return "/" + Digest.ofContent(Digest.Algorithm.SHA256, text).nix32();
    }

    private static Derivation masked(Derivation derivation) {
        SortedMap<String, Output> outputs = new TreeMap<>(ByteText.ORDER);
        SortedMap<String, String> environment = new TreeMap<>(ByteText.ORDER);
        environment.putAll(derivation.environment());
        derivation.outputs().forEach((name, output) -> {
            boolean follows = output instanceof Output.InputAddressed || output instanceof Output.Deferred;
            outputs.put(name, follows ? new Output.Deferred() : output);
            if (follows) {
                environment.replace(name, "");
            }
        });
        return new Derivation(
                outputs,
                derivation.inputDerivations(),
                derivation.inputSources(),
                derivation.platform(),
                derivation.builder(),
                derivation.arguments(),
                environment);
    }

    /** The hash that stands for {@code derivation} as it is; empty if an input's is not known. */
    private <E extends Exception> Optional<Digest> modulo(Derivation derivation, Reader<E> reader) throws E {
        learnInputs(derivation, reader);
        return modulo(derivation);
    }

    /** Finds the hashes of all inputs, the deepest first; by a list of its own, as chains may be deeper than a stack. */
    private <E extends Exception> void learnInputs(Derivation derivation, Reader<E> reader) throws E {
        Deque<Open> open = new ArrayDeque<>();
        Set<StorePath> above = new HashSet<>();
        open.push(new Open(null, derivation));
        while (!open.isEmpty()) {
            Open current = open.getFirst();
            if (current.inputs.hasNext()) {
                StorePath input = current.inputs.next();
                if (above.contains(input)) {
                    throw new IllegalArgumentException("derivation " + input + " is an input of itself");
                }
                if (!known.containsKey(input)) {
                    above.add(input);
                    open.push(new Open(input, reader.read(input)));
                }
            } else {
                open.pop();
                if (current.path != null) {
                    above.remove(current.path);
                    known.put(current.path, hash(current.derivation));
                }
            }
        }
    }

    /** A derivation whose inputs are being looked at; {@code path} is null for the one that was asked for. */
    private static final class Open {
        private final @Nullable StorePath path;
        private final Derivation derivation;
        private final Iterator<StorePath> inputs;

        Open(@Nullable StorePath path, Derivation derivation) {
            this.path = path;
            this.derivation = derivation;
            boolean needed = path == null || fixed(derivation) == null;
            Set<StorePath> all = needed ? derivation.inputDerivations().keySet() : Set.of();
            this.inputs = all.iterator();
        }
    }

    private Optional<Digest> modulo(Derivation derivation) {
        SortedMap<String, SortedSet<String>> inputs = new TreeMap<>();
        for (Map.Entry<StorePath, SortedSet<String>> input :
                derivation.inputDerivations().entrySet()) {
            String hash = Objects.requireNonNull(known.get(input.getKey()));
            if (hash.equals(DEFERRED)) {
                return Optional.empty();
            }
            inputs.computeIfAbsent(hash, key -> new TreeSet<>(ByteText.ORDER)).addAll(input.getValue());
        }
        return Optional.of(Digest.ofContent(Digest.Algorithm.SHA256, DerivationText.write(derivation, inputs)));
    }

    private String hash(Derivation derivation) {
        Output.@Nullable Fixed fixed = fixed(derivation);
        if (fixed != null) {
            String text = "fixed:out:" + fixed.method().prefix() + fixed.hash().algorithm() + ":"
                    + fixed.hash().base16() + ":" + fixed.path();
            return Digest.ofContent(Digest.Algorithm.SHA256, text.getBytes(StandardCharsets.UTF_8))
                    .base16();
        }
        boolean follows = derivation.outputs().values().stream().allMatch(Output.InputAddressed.class::isInstance);
        return follows ? modulo(derivation).map(Digest::base16).orElse(DEFERRED) : DEFERRED;
    }

    private static Output.@Nullable Fixed fixed(Derivation derivation) {
        boolean alone = derivation.outputs().size() == 1;
        return alone && derivation.output("out") instanceof Output.Fixed fixed ? fixed : null;
    }
}
