package dev.heddle.core.derivation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heddle.core.derivation.Derivation.Output;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OutputPathsTest {

    private static final String STORE = "/nix/store";

    private final Map<StorePath, Derivation> derivations = new HashMap<>();
    private final OutputPaths paths = new OutputPaths();

    OutputPathsTest() throws DerivationFormatException {
        for (Map.Entry<String, byte[]> text : Vectors.derivations().entrySet()) {
            derivations.put(StorePath.parse(text.getKey()), DerivationText.read(text.getValue()));
        }
    }

    private Derivation read(StorePath path) {
        return Objects.requireNonNull(derivations.get(path), () -> "no derivation " + path);
    }

    private static String name(StorePath derivation) {
        return derivation.name().substring(0, derivation.name().length() - ".drv".length());
    }

    @Test
    void theOutputsOfDerivationsAreWhereNixHasThem() {
        assertThat(derivations).isNotEmpty();
        derivations.forEach((path, derivation) -> {
            if (derivation.inputDerivations().keySet().stream().allMatch(derivations::containsKey)) {
                assertThat(paths.resolve(STORE, name(path), blank(derivation), this::read))
                        .as(path.name())
                        .isEqualTo(derivation);
                assertThat(paths.wrongOutput(STORE, name(path), derivation, this::read))
                        .isEmpty();
            }
        });
    }

    /** The derivation without any path that follows from it. */
    private static Derivation blank(Derivation derivation) {
        SortedMap<String, Output> outputs = new TreeMap<>(derivation.outputs());
        SortedMap<String, String> environment = new TreeMap<>(derivation.environment());
        outputs.replaceAll((name, output) -> {
            if (output instanceof Output.InputAddressed) {
                environment.replace(name, "");
                return new Output.Deferred();
            }
            return output;
        });
        return with(derivation, outputs, environment);
    }

    private static Derivation with(
            Derivation derivation, SortedMap<String, Output> outputs, SortedMap<String, String> environment) {
        return new Derivation(
                outputs,
                derivation.inputDerivations(),
                derivation.inputSources(),
                derivation.platform(),
                derivation.builder(),
                derivation.arguments(),
                environment);
    }

    @Test
    void aForgedPathIsFound() {
        derivations.forEach((path, derivation) -> derivation.outputs().forEach((name, output) -> {
            if (output instanceof Output.InputAddressed
                    && derivation.inputDerivations().keySet().stream().allMatch(derivations::containsKey)) {
                SortedMap<String, Output> outputs = new TreeMap<>(derivation.outputs());
                StorePath forged = new StorePath(STORE, "11111111111111111111111111111111", "forged");
                outputs.put(name, new Output.InputAddressed(forged));
                assertThat(paths.wrongOutput(
                                STORE, name(path), with(derivation, outputs, derivation.environment()), this::read))
                        .contains(name);
            }
        }));
    }

    @Test
    void anInputWithoutAKnownPathDefersTheOutputs() {
        StorePath floating = new StorePath(STORE, "00000000000000000000000000000000", "floating.drv");
        SortedMap<String, Output> outputs =
                new TreeMap<>(Map.of("out", new Output.Floating(ContentMethod.RECURSIVE, Digest.Algorithm.SHA256)));
        derivations.put(floating, derivation(outputs, new TreeMap<>()));
        Derivation dependent = derivation(
                new TreeMap<>(Map.of("out", new Output.Deferred())),
                new TreeMap<>(Map.of(floating, new TreeSet<>(Set.of("out")))));
        assertThat(paths.resolve(STORE, "dependent", dependent, this::read)).isEqualTo(dependent);
    }

    @Test
    void aCycleOfDerivationsIsRefused() {
        StorePath self = new StorePath(STORE, "00000000000000000000000000000000", "self.drv");
        Derivation derivation = derivation(
                new TreeMap<>(Map.of("out", new Output.InputAddressed(self))),
                new TreeMap<>(Map.of(self, new TreeSet<>(Set.of("out")))));
        derivations.put(self, derivation);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> paths.resolve(STORE, "self", derivation, this::read))
                .withMessageContaining("self.drv is an input of itself");
    }

    @Test
    void aChainOfTenThousandDerivationsNeedsNoDeepStack() {
        StorePath last = new StorePath(STORE, "00000000000000000000000000000000", "end.drv");
        StorePath made = new StorePath(STORE, "00000000000000000000000000000000", "made");
        derivations.put(
                last, derivation(new TreeMap<>(Map.of("out", new Output.InputAddressed(made))), new TreeMap<>()));
        for (int i = 0; i < 10_000; i++) {
            StorePath next = new StorePath(STORE, "00000000000000000000000000000000", "link-" + i + ".drv");
            derivations.put(
                    next,
                    derivation(
                            new TreeMap<>(Map.of("out", new Output.InputAddressed(made))),
                            new TreeMap<>(Map.of(last, new TreeSet<>(Set.of("out"))))));
            last = next;
        }
        Derivation top = paths.resolve(STORE, "link-9999", read(last), this::read);
        assertThat(top.output("out")).isInstanceOf(Output.InputAddressed.class);
    }

    private static Derivation derivation(
            SortedMap<String, Output> outputs, SortedMap<StorePath, java.util.SortedSet<String>> inputs) {
        return new Derivation(outputs, inputs, new TreeSet<>(), "x86_64-linux", "/bin/sh", List.of(), new TreeMap<>());
    }

    @Test
    void placeholdersAreThoseOfNix() {
        assertThat(OutputPaths.placeholder("out")).isEqualTo("/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9");
    }
}
