package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.NixPeer;
import dev.heddle.store.PathInfo;
import dev.heddle.store.nar.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Derivations that Heddle and real Nix both build, in one store: each must find that the other made the same. */
@Tag("peer")
class BuildPeerTest {

    private static final int BUILDS = Integer.getInteger("heddle.store.peerBuilds", 4);

    @TempDir
    Path dir;

    @BeforeEach
    void nixIsThere() {
        NixPeer.needed();
    }

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    /** With a sandbox the store is below a root, without one where its paths say. */
    private record Pair(BuildHouse house, NixPeer nix, boolean sandbox) implements AutoCloseable {
        List<String> nix(String... command) throws Exception {
            List<String> argv = new ArrayList<>(List.of(command));
            Map<String, String> options = Map.of(
                    "sandbox",
                    Boolean.toString(sandbox),
                    "sandbox-paths",
                    "/bin /usr /lib /lib64",
                    "build-users-group",
                    "",
                    "substituters",
                    "");
            options.forEach((name, value) -> argv.addAll(List.of("--option", name, value)));
            return nix.lines(null, argv.toArray(String[]::new));
        }

        @Override
        public void close() throws IOException {
            house.close();
        }
    }

    private Pair pair(Isolation isolation) throws IOException {
        boolean sandbox = isolation.isPrivate();
        StoreLayout layout = sandbox ? StoreLayout.below(dir.resolve("nix-root")) : StoreLayout.in(dir.resolve("own"));
        NixPeer nix = sandbox ? new NixPeer(dir) : NixPeer.inPlace(layout, dir);
        return new Pair(new BuildHouse(layout, isolation, UnaryOperator.identity()), nix, sandbox);
    }

    private static final String SCRIPT = """
            mkdir -p $out/bin $dev
            env | grep -v '^\\(_\\|SHLVL\\|NIX_BUILD_TOP\\|TMPDIR\\|TEMPDIR\\|TMP\\|TEMP\\|PWD\\|OLDPWD\\|bigPath\\)=' | sort >$dev/env
            cat $bigPath >$out/big; cat graph >$out/graph
            ln $out/big $out/hard; ln -s $out/big $out/bin/link; ln -s nowhere $dev/link
            printf '#!/bin/sh\\necho hi\\n' >$out/bin/run; chmod 711 $out/bin/run; chmod 640 $out/big
            echo $src $out >$dev/names
            echo built $name
            """;

    private static Derivation random(BuildHouse house, StorePath source, Random random, int number) {
        return house.shell(
                "peer-" + number,
                SCRIPT,
                Map.of(
                        "src", source.toString(),
                        "passAsFile", "big",
                        "big", "x".repeat(random.nextInt(1000)) + number,
                        "value", "a\nb \"c\" 'd' $e " + Integer.toHexString(random.nextInt()),
                        "exportReferencesGraph", "graph " + source),
                List.of(source),
                "out",
                "dev");
    }

    private static StorePath source(BuildHouse house) throws IOException {
        StorePath far = house.store().addText("far", new byte[] {'x'}, List.of());
        return house.store().addText("near", new byte[] {'y'}, List.of(far));
    }

    private static Stream<StorePath> outputs(Derivation derivation) {
        return derivation.outputs().values().stream()
                .map(output -> output.knownPath().orElseThrow());
    }

    @ParameterizedTest
    @EnumSource
    void whatHeddleBuiltNixBuildsAgainTheSame(Isolation isolation) throws Exception {
        Random random = new Random(Long.getLong("heddle.seed", 11));
        try (Pair pair = pair(isolation)) {
            BuildHouse house = pair.house();
            StorePath source = source(house);
            for (int i = 0; i < BUILDS; i++) {
                Derivation derivation = random(house, source, random, i);
                StorePath path = house.store().addDerivation("peer-" + i, derivation);
                BuildResult result = house.store().build(path, Mode.NORMAL, OutputPort.discard());
                assertThat(result).as(result.summary()).isInstanceOf(BuildResult.Built.class);
                pair.nix("nix-store", "--realise", "--check", path.toString());
                assertThat(pair.nix("nix-store", "--read-log", path.toString())).containsExactly("built peer-" + i);
                for (StorePath output : outputs(derivation).toList()) {
                    PathInfo info = house.store().queryPathInfo(output).orElseThrow();
                    assertThat(pair.nix("nix-store", "--query", "--references", output.toString()))
                            .containsExactlyInAnyOrderElementsOf(info.references().stream()
                                    .map(StorePath::toString)
                                    .toList());
                    assertThat(pair.nix("nix-store", "--query", "--deriver", output.toString()))
                            .containsExactly(path.toString());
                }
            }
            pair.nix("nix-store", "--verify", "--check-contents");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatNixBuiltHeddleBuildsAgainTheSame(Isolation isolation) throws Exception {
        Random random = new Random(Long.getLong("heddle.seed", 12));
        try (Pair pair = pair(isolation)) {
            BuildHouse house = pair.house();
            StorePath source = source(house);
            for (int i = 0; i < BUILDS; i++) {
                Derivation derivation = random(house, source, random, i);
                StorePath path = house.store().addDerivation("peer-" + i, derivation);
                pair.nix("nix-store", "--realise", path.toString());
                SortedMap<String, StorePath> known = house.store().queryOutputs(path);
                assertThat(known.values())
                        .containsExactlyInAnyOrderElementsOf(outputs(derivation).toList());
                for (StorePath output : known.values()) {
                    assertThat(house.store().isValid(output)).isTrue();
                }
                BuildResult result = house.store().build(path, Mode.CHECK, OutputPort.discard());
                assertThat(result).as(result.summary()).isInstanceOf(BuildResult.Confirmed.class);
            }
        }
    }

    private static final String STRUCTURED_SCRIPT = """
            exec bash -c '
            . $NIX_BUILD_TOP/.attrs.sh
            mkdir -p ${outputs[out]}
            cp $NIX_BUILD_TOP/.attrs.sh ${outputs[out]}/sh
            cp $NIX_BUILD_TOP/.attrs.json ${outputs[out]}/json
            env | sed s/=.*// | sort >${outputs[out]}/names
            echo built >${outputs[dev]}'
            """;

    /** With what one or the other might read or write otherwise: numbers, characters, depth, order. */
    private static String attributes(Random random, StorePath source) {
        StringBuilder json =
                new StringBuilder("{\"name\":\"s\",\"é\\u0001\\t\u007f\":\"a'b\\nc\\/\\ud83d\\ude00\\\\\"");
        json.append(",\"exportReferencesGraph\":{\"graph\":[\"").append(source).append("\"]}");
        json.append(",\"deep\":[[1,{}],{\"b\":[],\"a\":null}],\"none\":null,\"set\":{\"k y\":true,\"a\":\"x\"}");
        json.append(",\"big\":18446744073709551615,\"bigger\":18446744073709551616,\"zero\":-0,\"real\":0.0");
        for (int i = 0; i < 40; i++) {
            double number = (random.nextInt(2_000_001) - 1_000_000) / 8.0;
            json.append(",\"r").append(i).append("\":").append(number);
            json.append(",\"w").append(i).append("\":").append(random.nextLong() >> random.nextInt(64));
        }
        return json.append(",\"list\":[\"a b\",-1,false,2.0],\"no\":[1.5]}").toString();
    }

    @ParameterizedTest
    @EnumSource
    void structuredAttributesAreTheSameFiles(Isolation isolation) throws Exception {
        long seed = Long.getLong("heddle.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Pair pair = pair(isolation)) {
            BuildHouse house = pair.house();
            StorePath source = source(house);
            for (int i = 0; i < BUILDS; i++) {
                Derivation derivation = house.shell(
                        "structured",
                        STRUCTURED_SCRIPT,
                        Map.of("__json", attributes(random, source)),
                        List.of(source),
                        "out",
                        "dev");
                StorePath path = house.store().addDerivation("structured", derivation);
                pair.nix("nix-store", "--realise", path.toString());
                BuildResult result = house.store().build(path, Mode.CHECK, OutputPort.discard());
                assertThat(result).as("seed %d: %s", seed, result.summary()).isInstanceOf(BuildResult.Confirmed.class);
            }
        }
    }
}
