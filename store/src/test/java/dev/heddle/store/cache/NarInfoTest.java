package dev.heddle.store.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.store.SecretKey;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NarInfoTest {

    private static final String STORE = "/nix/store";

    private static final String GOOD = new String(file(Vectors.of("narinfo").get(0)), StandardCharsets.UTF_8);

    private static byte[] file(String[] vector) {
        return HexFormat.of().parseHex(vector[0]);
    }

    private static NarInfo read(String text) throws NarInfoException {
        return NarInfo.read(text.getBytes(StandardCharsets.UTF_8), STORE);
    }

    @Test
    void whatNixWritesIsReadAndWrittenAgain() throws NarInfoException {
        assertThat(Vectors.of("narinfo")).isNotEmpty();
        for (String[] vector : Vectors.of("narinfo")) {
            NarInfo read = NarInfo.read(file(vector), STORE);
            assertThat(read.write()).isEqualTo(file(vector));
            assertThat(read.info().fingerprint()).isEqualTo(vector[1]);
        }
    }

    @Test
    void itsSignaturesAreThoseThatNixMakes() throws NarInfoException {
        for (String[] vector : Vectors.of("narinfo")) {
            SecretKey key = SecretKey.parse(vector[2]);
            NarInfo read = NarInfo.read(file(vector), STORE);
            assertThat(key.sign(read.info())).isEqualTo(read.info().signatures().first());
            assertThat(TrustedKeys.of(List.of(key.publicKey())).vouchFor(read.info()))
                    .isTrue();
        }
    }

    @Test
    void theClaimOfAContentAddressIsThePath() throws NarInfoException {
        long addressed = 0;
        for (String[] vector : Vectors.of("narinfo")) {
            NarInfo read = NarInfo.read(file(vector), STORE);
            if (read.info().contentAddress() != null) {
                assertThat(read.info().claimedPath()).contains(read.info().path());
                addressed++;
            }
        }
        assertThat(addressed).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "StorePath: .*\\n| |10|no StorePath",
                "URL: .*\\n| |10|no URL",
                "NarHash: .*\\n| |10|no NarHash",
                "NarSize: .*\\n| |10|no NarSize",
                "NarSize: .*|NarSize: 0|6|above zero",
                "NarSize: .*|NarSize: -1|7|digits",
                "NarSize: .*|NarSize: 99999999999999999999|7|digits",
                "NarHash: sha256|NarHash: sha255|6|sha255",
                "URL: .*|'URL: '|2|URL",
                "References: .*|References: x|8|base-32",
                "References: .*|References: a\\nReferences: b|9|twice",
                "Compression: .*|Compression|3|KEY: VALUE",
                "Sig: .*|Sig: x|10|signature",
                "Deriver: .*|Deriver: ../x|9|store path",
                "/nix/store/|/gnu/store/|1|another store"
            })
    void whatIsWrongIsToldWithItsLine(String pattern, String replacement, int line, String word) {
        String text = GOOD.replaceFirst(pattern, replacement == null ? "" : replacement.replace("\\n", "\n"));
        assertThat(text).isNotEqualTo(GOOD);
        assertThatExceptionOfType(NarInfoException.class)
                .isThrownBy(() -> read(text))
                .withMessageContaining(word)
                .satisfies(e -> assertThat(e.line()).isEqualTo(line));
    }

    @Test
    void whatIsNotKnownIsPassedOver() throws NarInfoException {
        NarInfo read = read(GOOD + "System: x86_64-linux\nColour: blue\nDeriverOf: x\n");
        assertThat(new String(read.write(), StandardCharsets.UTF_8)).isEqualTo(GOOD);
    }

    @Test
    void anUnknownDeriverIsNone() throws NarInfoException {
        assertThat(read(GOOD.replaceFirst("Deriver: .*", "Deriver: unknown-deriver"))
                        .info()
                        .deriver())
                .isNull();
    }

    @Test
    void aMissingCompressionIsBzip2AsItWasOnce() throws NarInfoException {
        assertThat(read(GOOD.replaceFirst("Compression: .*\n", "")).compression())
                .isEqualTo("bzip2");
    }

    @Test
    void aCutFileIsRefusedWhereverItIsCutWithinALine() {
        byte[] file = GOOD.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            boolean wholeLines = length >= GOOD.indexOf("References:") && cut[length - 1] == '\n';
            if (!wholeLines) {
                assertThatExceptionOfType(NarInfoException.class)
                        .as("%d bytes", length)
                        .isThrownBy(() -> NarInfo.read(cut, STORE));
            }
        }
    }

    @Test
    void mutationsAreReadOrRefusedButNothingElseHappens() {
        Random random = new Random(30);
        byte[] file = GOOD.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 10_000; i++) {
            byte[] mutated = file.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                NarInfo read = NarInfo.read(mutated, STORE);
                assertThat(NarInfo.read(read.write(), STORE)).isEqualTo(read);
            } catch (NarInfoException refused) {
                assertThat(refused.line()).isPositive();
            }
        }
    }

    @Test
    void anEndlessFileIsRefused() {
        assertThatExceptionOfType(NarInfoException.class)
                .isThrownBy(() -> NarInfo.read(new byte[NarInfo.MAX_BYTES + 1], STORE));
    }
}
