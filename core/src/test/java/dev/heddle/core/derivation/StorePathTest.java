package dev.heddle.core.derivation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heddle.core.derivation.Digest.Algorithm;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorePathTest {

    private static final String HASH = "9xihpalydimads2iv81zbya54ykbkjlh";

    @Test
    void pathsAreReadAndPrinted() {
        StorePath path = StorePath.parse("/nix/store/" + HASH + "-trivial-1.0");
        assertThat(path).isEqualTo(new StorePath("/nix/store", HASH, "trivial-1.0"));
        assertThat(path).hasToString("/nix/store/" + HASH + "-trivial-1.0");
        assertThat(path.baseName()).isEqualTo(HASH + "-trivial-1.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "nix/store/" + HASH + "-x",
                "/nix/store/" + HASH,
                "/nix/store/" + HASH + "-",
                "/nix/store/" + HASH + "_x",
                "/nix/store/e" + "0000000000000000000000000000000-x",
                "/nix//store/" + HASH + "-x",
                "/nix/../store/" + HASH + "-x",
                "/nix/store/" + HASH + "-x/y",
                "/nix/store/" + HASH + "-x\n",
                "/" + HASH + "-x"
            })
    void whatIsNoStorePathIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> StorePath.parse(text));
    }

    /** Nix takes a leading dot in any form since 2.8 alone; newer releases refuse what looks like a directory. */
    @Test
    void namesAreThoseOfNix() {
        Set<String> refusedByNewerNix = Set.of(".-x");
        for (String[] vector : Vectors.of("name")) {
            if (vector[1].equals("-") || refusedByNewerNix.contains(vector[0])) {
                assertThatIllegalArgumentException().isThrownBy(() -> StorePath.checkName(vector[0]));
            } else {
                assertThat(StorePath.parse(vector[1]).name()).isEqualTo(vector[0]);
            }
        }
        for (String name : List.of("", ".", "..", ".-", "..-x", "a b", "a/b", "a\0", "x".repeat(212))) {
            assertThatIllegalArgumentException().isThrownBy(() -> StorePath.checkName(name));
        }
        StorePath.checkName("x".repeat(211));
    }

    @Test
    void pathsOfFixedContentAreThoseOfNix() {
        for (String[] vector : Vectors.of("fixed")) {
            ContentMethod method = vector[0].equals("flat") ? ContentMethod.FLAT : ContentMethod.RECURSIVE;
            Digest digest = Digest.parse(Algorithm.of(vector[1]), vector[2]);
            assertThat(StorePath.ofFixed(method, digest, "/nix/store", vector[3]))
                    .hasToString(vector[4]);
        }
    }

    @Test
    void pathsOfTextAreThoseOfNixWhateverTheOrderOfReferences() {
        for (String[] vector : Vectors.of("text")) {
            Digest digest = Digest.parse(Algorithm.SHA256, vector[0]);
            List<StorePath> references = vector[1].equals("-")
                    ? List.of()
                    : Arrays.stream(vector[1].split(",")).map(StorePath::parse).toList();
            assertThat(StorePath.ofText(digest, references, "/nix/store", vector[2]))
                    .hasToString(vector[3]);
        }
    }

    @Test
    void pathsOfTreesAreThoseOfNixInAnyStore() {
        assertThat(Vectors.of("source"))
                .isNotEmpty()
                .allSatisfy(vector -> assertThat(StorePath.ofSource(
                                Digest.parse(Algorithm.SHA256, vector[0]), List.of(), vector[1], vector[2]))
                        .hasToString(vector[3]));
    }

    @Test
    void aScratchPathIsThatOfNix() {
        StorePath derivation = StorePath.parse("/nix/store/28v374d2zicwlhd5yjlp7pa4lc5gcw53-srr.drv");
        StorePath output = StorePath.parse("/nix/store/v8bmrkqv3dhr3p3w76dhs74ljpximhbj-srr");
        assertThat(StorePath.ofScratch(derivation, output))
                .hasToString("/nix/store/4kl1jqhpm3ydx52pmirm7ccv4vn4fv0f-srr");
    }

    @Test
    void thePathOfATreeThatRefersToItselfIsThatOfNix() {
        Digest modulo =
                Digest.parse(Algorithm.SHA256, "f487c3eadbf11b4a768daa1b121a3cb4c960b3aee50607daadaee89d244d0691");
        assertThat(StorePath.ofSelfReferring(modulo, List.of(), "/nix/store", "selfref"))
                .hasToString("/nix/store/j9xpm5a9yzp9v5slnxsgvay2lnwqi2l6-selfref");
    }
}
