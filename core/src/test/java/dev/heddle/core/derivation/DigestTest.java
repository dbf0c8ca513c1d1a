package dev.heddle.core.derivation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heddle.core.derivation.Digest.Algorithm;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {

    @Test
    void everyFormThatNixPrintsIsReadAndPrinted() {
        for (String[] vector : Vectors.of("digest")) {
            Algorithm algorithm = Algorithm.of(vector[0]);
            Digest digest = Digest.parse(algorithm, vector[1]);
            assertThat(digest.base16()).isEqualTo(vector[1]);
            assertThat(digest.nix32()).isEqualTo(vector[2]);
            assertThat(digest.sri()).isEqualTo(vector[3]);
            assertThat(Digest.parse(algorithm, vector[2])).isEqualTo(digest);
            assertThat(Digest.parse(vector[3])).isEqualTo(digest);
            assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
            assertThat(Digest.parse(algorithm, vector[1].toUpperCase(Locale.ROOT)))
                    .isEqualTo(digest);
        }
    }

    @Test
    @Tag("T13")
    void whatNixRefusesIsRefused() {
        for (String[] vector : Vectors.of("bad-digest")) {
            Algorithm algorithm = vector[0].length() > 40 ? Algorithm.SHA256 : Algorithm.SHA1;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Digest.parse(algorithm, vector[0]))
                    .as(vector[0]);
        }
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void randomDigestsSurviveEveryForm(Algorithm algorithm) {
        Random random = new Random(32);
        for (int i = 0; i < 1_000; i++) {
            byte[] bytes = new byte[algorithm.size()];
            random.nextBytes(bytes);
            Digest digest = Digest.of(algorithm, bytes);
            assertThat(digest.bytes()).isEqualTo(bytes);
            assertThat(Digest.parse(algorithm + ":" + digest.base16())).isEqualTo(digest);
            assertThat(Digest.parse(algorithm + ":" + digest.nix32())).isEqualTo(digest);
            assertThat(Digest.parse(digest.sri())).isEqualTo(digest);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256",
                "sha256:",
                "sha256-",
                "md4:6f5902ac237024bdd0c176cb93063dc4",
                "md5:6f5902ac237024bdd0c176cb93063dcg",
                "md5:6f5902ac237024bdd0c176cb93063dc",
                "md5-b1kCrCNwJL3QwXbLkwY9xA",
                "md5-b1kCrCNwJL3QwXbLkwY9xB==",
                "md5-b1kCrCNwJL3QwXbLkwY9xA== ",
                "sha256-b1kCrCNwJL3QwXbLkwY9xA=="
            })
    void anythingElseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Digest.parse(text));
    }

    @Test
    void theMessageOfARefusalHasNoControlCharacters() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Digest.parse("\u001b[2J"))
                .withMessageContaining("\\u001b[2J");
    }

    @Test
    void aDigestHasTheLengthOfItsAlgorithm() {
        assertThatIllegalArgumentException().isThrownBy(() -> Digest.of(Algorithm.SHA256, new byte[31]));
    }
}
