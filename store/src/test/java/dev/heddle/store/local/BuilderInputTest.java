package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a builder finds, as Nix 2.8 gives it. */
class BuilderInputTest {

    private static final StorePath OUT = path("out");
    private static final BuilderInput.Place PLACE =
            new BuilderInput.Place("/nix/store", "/build", 4, name -> name.equals("http_proxy") ? "a:1" : null);
    private static final Rewrites NONE = Rewrites.of(Map.of("out", OUT), Map.of());

    static StorePath path(String name) {
        return StorePath.of(
                "source",
                Digest.ofContent(Digest.Algorithm.SHA256, name.getBytes(StandardCharsets.UTF_8)),
                "/nix/store",
                name);
    }

    private static Derivation derivation(Map<String, String> environment) {
        return derivation(new Derivation.Output.InputAddressed(OUT), environment);
    }

    private static Derivation derivation(Derivation.Output output, Map<String, String> environment) {
        return new Derivation(
                new TreeMap<>(Map.of("out", output)),
                new TreeMap<>(),
                new TreeSet<>(),
                "x86_64-linux",
                "/bin/sh",
                List.of(),
                new TreeMap<>(environment));
    }

    private static ReferencesGraph noGraph() {
        return new ReferencesGraph(new TreeSet<>(), paths -> List.of());
    }

    @Test
    void variablesAreThoseOfNix() throws Exception {
        BuilderInput input =
                BuilderInput.of(derivation(Map.of("name", "x", "out", OUT.toString())), PLACE, NONE, noGraph());
        Map<String, String> wanted = new TreeMap<>(Map.of(
                "PATH", "/path-not-set",
                "HOME", "/homeless-shelter",
                "NIX_STORE", "/nix/store",
                "NIX_BUILD_CORES", "4",
                "NIX_LOG_FD", "2",
                "TERM", "xterm-256color",
                "name", "x",
                "out", OUT.toString()));
        for (String directory : List.of("NIX_BUILD_TOP", "TMPDIR", "TEMPDIR", "TMP", "TEMP", "PWD")) {
            wanted.put(directory, "/build");
        }
        assertThat(input.environment()).isEqualTo(wanted);
        assertThat(input.files()).isEmpty();
    }

    @Test
    void derivationMayChangeThePathButNotItsDirectories() throws Exception {
        BuilderInput input =
                BuilderInput.of(derivation(Map.of("PATH", "/mine", "TMPDIR", "/mine")), PLACE, NONE, noGraph());
        assertThat(input.environment()).containsEntry("PATH", "/mine").containsEntry("TMPDIR", "/build");
    }

    @Test
    void attributesThatAreAskedForAsFilesAreFiles() throws Exception {
        BuilderInput input =
                BuilderInput.of(derivation(Map.of("passAsFile", "big", "big", "hello\udcff")), PLACE, NONE, noGraph());
        // The name that nix-store 2.8 gave to an attribute called big.
        String file = ".attr-1lak0mvllw8rv9i9ygkglvhqsq19qi9ynl4bi7gbf69ab5nzw89a";
        assertThat(input.files().get(file)).isEqualTo(new byte[] {'h', 'e', 'l', 'l', 'o', (byte) 0xff});
        assertThat(input.environment())
                .containsEntry("bigPath", "/build/" + file)
                .doesNotContainKey("big");
    }

    @Test
    void placeholdersAreThePathsOfOutputs() throws Exception {
        BuilderInput input = BuilderInput.of(
                derivation(Map.of("prefix", OutputPaths.placeholder("out") + "/x")), PLACE, NONE, noGraph());
        assertThat(input.environment()).containsEntry("prefix", OUT + "/x");
    }

    @Test
    void builderOfAnOutputMadeElsewhereIsToldOfThatPlaceOnly() throws Exception {
        StorePath scratch = StorePath.ofScratch(path("x.drv"), OUT);
        Rewrites rewrites = Rewrites.of(Map.of("out", OUT), Map.of("out", scratch));
        BuilderInput input = BuilderInput.of(
                derivation(Map.of("out", OUT.toString(), "flags", "-I" + OUT + " " + OutputPaths.placeholder("out"))),
                PLACE,
                rewrites,
                noGraph());
        assertThat(input.environment())
                .containsEntry("out", scratch.toString())
                .containsEntry("flags", "-I" + scratch + " " + scratch);
        assertThat(rewrites.back()).isEqualTo(Map.of(scratch.hashPart(), OUT.hashPart()));
    }

    @Test
    void onlyFixedOutputsGetVariablesOfTheMachine() throws Exception {
        Map<String, String> asks = Map.of("impureEnvVars", "http_proxy no_proxy");
        Digest hash = Digest.ofContent(Digest.Algorithm.SHA256, new byte[0]);
        Derivation.Output fixed = new Derivation.Output.Fixed(OUT, ContentMethod.FLAT, hash);
        assertThat(BuilderInput.of(derivation(fixed, asks), PLACE, NONE, noGraph())
                        .environment())
                .containsEntry("http_proxy", "a:1")
                .containsEntry("no_proxy", "")
                .containsEntry("NIX_OUTPUT_CHECKED", "1");
        assertThat(BuilderInput.of(derivation(asks), PLACE, NONE, noGraph()).environment())
                .doesNotContainKeys("http_proxy", "no_proxy", "NIX_OUTPUT_CHECKED");
    }

    @Test
    void referencesGraphIsAFileInTheFormOfNix() throws Exception {
        StorePath one = path("one");
        StorePath two = path("two");
        Digest hash = Digest.ofContent(Digest.Algorithm.SHA256, new byte[0]);
        List<PathInfo> closure =
                List.of(PathInfo.of(two, hash, 1, List.of(one, two)), PathInfo.of(one, hash, 1, List.of()));
        ReferencesGraph graph = new ReferencesGraph(new TreeSet<>(List.of(two)), paths -> closure);
        BuilderInput input = BuilderInput.of(
                derivation(Map.of("exportReferencesGraph", "graph " + two + "/bin")), PLACE, NONE, graph);
        String first = one + "\n\n0\n";
        String second =
                two + "\n\n2\n" + String.join("\n", new TreeSet<>(List.of(one.toString(), two.toString()))) + "\n";
        assertThat(new String(input.files().get("graph"), StandardCharsets.UTF_8))
                .isEqualTo(one.compareTo(two) < 0 ? first + second : second + first);
    }

    @Test
    void referencesGraphOfAnythingButInputsIsRefused() {
        assertRefused("graph " + path("secret"), "which is not among the inputs");
        assertRefused("graph", "must have pairs");
        assertRefused("../graph " + OUT, "'../graph' is not allowed as a file name");
    }

    private static void assertRefused(String wanted, String why) {
        assertThatThrownBy(() ->
                        BuilderInput.of(derivation(Map.of("exportReferencesGraph", wanted)), PLACE, NONE, noGraph()))
                .isInstanceOf(BuildFailure.class)
                .hasMessageContaining(why);
    }
}
