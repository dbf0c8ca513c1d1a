package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builders that find their attributes in files; that these are those of Nix is tried beside Nix. */
class StructuredAttributesTest {

    @TempDir
    Path dir;

    private static Derivation derivation(BuildHouse house, String json, String script, StorePath... inputs) {
        return house.shell("structured", script, Map.of("__json", json), List.of(inputs));
    }

    private BuildHouse house(UnaryOperator<StoreSettings> settings) throws IOException {
        return new BuildHouse(dir, Isolation.BUBBLEWRAP, settings);
    }

    /** The output's path, as a shell without arrays finds it. */
    private static final String OUT =
            "out=$(sed -n 's/.*\"outputs\":{\"out\":\"\\([^\"]*\\)\".*/\\1/p' $NIX_ATTRS_JSON_FILE)\n";

    @Test
    void plainAttributesAreNoVariablesAndTheFilesAreWhereTheVariablesSay() throws Exception {
        try (BuildHouse house = house(chosen -> chosen.withCores(3))) {
            house.made(
                    derivation(
                            house,
                            "{\"a\":\"it's\",\"b\":2}",
                            OUT
                                    + "echo $__json$a; tail -n 3 $NIX_ATTRS_SH_FILE | head -n 2; echo $NIX_BUILD_CORES; echo x >$out"));
            assertThat(house.printed()).isEqualTo("\ndeclare a='it'\\''s'\ndeclare b=2\n3\n");
        }
    }

    @Test
    void checksOfOutputsHold() throws Exception {
        try (BuildHouse house = house(UnaryOperator.identity())) {
            StorePath far = house.store().addText("far", new byte[] {'x'}, List.of());
            StorePath near = house.store().addText("near", new byte[] {'y'}, List.of(far));
            String script = OUT + "echo " + near + " >$out";
            for (String rule : List.of(
                    "\"allowedReferences\":[]",
                    "\"allowedRequisites\":[\"out\",\"" + near + "\"]",
                    "\"disallowedReferences\":[\"" + near + "\"]",
                    "\"disallowedRequisites\":[\"" + far + "\"]")) {
                assertThat(rejected(house, rule, script, near))
                        .contains("is not allowed to refer to the following paths");
            }
            assertThat(rejected(house, "\"maxSize\":10", script, near)).contains("too large at", "limit is 10 bytes");
            assertThat(rejected(house, "\"maxClosureSize\":300", script, near)).contains("closure of path '");
            String all = "\"allowedRequisites\":[\"out\",\"" + near + "\",\"" + far + "\"],\"maxSize\":300,"
                    + "\"maxClosureSize\":1000,\"disallowedReferences\":[\"out\"]";
            house.made(derivation(house, "{\"outputChecks\":{\"out\":{" + all + "}}}", script, near));
        }
    }

    private static String rejected(BuildHouse house, String rule, String script, StorePath input) throws Exception {
        Derivation derivation = derivation(house, "{\"outputChecks\":{\"out\":{" + rule + "}}}", script, input);
        return house.failed(derivation, BuildResult.Failure.OUTPUT_REJECTED).message();
    }

    @Test
    void attributesThatCannotBeReadAreRefused() throws Exception {
        try (BuildHouse house = house(UnaryOperator.identity())) {
            for (String json : List.of("", "{", "[]", "{\"exportReferencesGraph\":{\"g\":[1]}}")) {
                assertThat(house.failed(derivation(house, json, ":"), BuildResult.Failure.REFUSED)
                                .message())
                        .contains("the structured attributes (__json) of the derivation");
            }
        }
    }
}
