package dev.heddle.core.derivation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.Derivation.Output;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DerivationTextTest {

    private static final int MUTATIONS = Integer.getInteger("heddle.derivation.mutations", 10_000);
    private static final String OUT = "/nix/store/9xihpalydimads2iv81zbya54ykbkjlh-trivial";

    @Test
    void whatNixMadeIsReadAndWrittenBackByteForByte() throws Exception {
        for (Map.Entry<String, byte[]> entry : Vectors.derivations().entrySet()) {
            Derivation derivation = DerivationText.read(entry.getValue());
            assertThat(DerivationText.write(derivation)).as(entry.getKey()).isEqualTo(entry.getValue());
        }
    }

    @Test
    void theStorePathOfTheTextIsThatOfNix() throws Exception {
        for (Map.Entry<String, byte[]> entry : Vectors.derivations().entrySet()) {
            String name = StorePath.parse(entry.getKey()).name().replaceFirst("\\.drv$", "");
            assertThat(DerivationText.read(entry.getValue()).storePath("/nix/store", name))
                    .hasToString(entry.getKey());
        }
    }

    @Test
    void fieldsAreWhatTheTextSays() throws Exception {
        Derivation derivation = read("Derive([(\"out\",\"" + OUT + "\",\"\",\"\")],"
                + "[(\"/nix/store/751hv45h2ydv7jqgwnmaz5wkgcfdq98z-a.drv\",[\"dev\",\"out\"])],"
                + "[\"/nix/store/z45ailnkm27lnvhimqkhy08f6sh5m17d-src\"],"
                + "\"x86_64-linux\",\"/bin/sh\",[\"-c\",\"a\\n\\t\\r\\\"\\\\b\"],[(\"k\",\"v\"),(\"out\",\"\")])");
        assertThat(derivation.output("out")).isEqualTo(new Output.InputAddressed(StorePath.parse(OUT)));
        assertThat(derivation.output("dev")).isNull();
        assertThat(derivation.inputDerivations().values()).containsExactly(new TreeSet<>(List.of("dev", "out")));
        assertThat(derivation.references()).hasSize(2);
        assertThat(derivation.platform()).isEqualTo("x86_64-linux");
        assertThat(derivation.builder()).isEqualTo("/bin/sh");
        assertThat(derivation.arguments()).containsExactly("-c", "a\n\t\r\"\\b");
        assertThat(derivation.environment()).isEqualTo(Map.of("k", "v", "out", ""));
    }

    @Test
    void everyKindOfOutputSurvives() throws Exception {
        String sha = "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447";
        byte[] text =
                bytes("Derive([(\"a\",\"" + OUT + "\",\"\",\"\"),(\"b\",\"" + OUT + "\",\"r:sha256\",\"" + sha + "\"),"
                        + "(\"c\",\"\",\"text:sha256\",\"\"),(\"d\",\"\",\"\",\"\"),(\"e\",\"\",\"git:sha1\",\"impure\")],"
                        + "[],[],\"\",\"\",[],[])");
        Derivation derivation = DerivationText.read(text);
        StorePath path = StorePath.parse(OUT);
        assertThat(derivation.outputs().values())
                .containsExactly(
                        new Output.InputAddressed(path),
                        new Output.Fixed(path, ContentMethod.RECURSIVE, Digest.parse("sha256:" + sha)),
                        new Output.Floating(ContentMethod.TEXT, Digest.Algorithm.SHA256),
                        new Output.Deferred(),
                        new Output.Impure(ContentMethod.GIT, Digest.Algorithm.SHA1));
        assertThat(derivation.outputs().values().stream()
                        .filter(o -> o.knownPath().isPresent()))
                .hasSize(2);
        assertThat(DerivationText.write(derivation)).isEqualTo(text);
    }

    @Test
    void bytesThatAreNotUtf8Survive() throws Exception {
        byte[] head = bytes("Derive([(\"out\",\"\",\"\",\"\")],[],[],\"\",\"\",[\"");
        byte[] tail = bytes("\"],[])");
        Random random = new Random(8);
        for (int i = 0; i < 2_000; i++) {
            byte[] odd = new byte[1 + random.nextInt(12)];
            random.nextBytes(odd);
            for (int j = 0; j < odd.length; j++) {
                odd[j] |= (byte) (random.nextInt(3) == 0 ? 0x80 : 0x40);
                odd[j] = odd[j] == '\\' ? (byte) 0xe2 : odd[j];
            }
            byte[] text = new byte[head.length + odd.length + tail.length];
            System.arraycopy(head, 0, text, 0, head.length);
            System.arraycopy(odd, 0, text, head.length, odd.length);
            System.arraycopy(tail, 0, text, head.length + odd.length, tail.length);
            assertThat(DerivationText.write(DerivationText.read(text))).isEqualTo(text);
        }
    }

    @Test
    void orderIsThatOfBytesAndNotOfCharacters() throws Exception {
        TreeMap<String, String> environment = new TreeMap<>(Map.of("\ud83d\ude00", "1", "\uffee", "2", "\udcff", "3"));
        Derivation derivation = new Derivation(
                new TreeMap<>(Map.of("out", new Output.Deferred())),
                new TreeMap<>(),
                new TreeSet<>(),
                "p",
                "b",
                List.of(),
                environment);
        assertThat(derivation.environment().keySet()).containsExactly("\uffee", "\ud83d\ude00", "\udcff");
        assertThat(DerivationText.read(DerivationText.write(derivation))).isEqualTo(derivation);
    }

    @Test
    void everyTruncationIsRefused() {
        for (byte[] text : Vectors.derivations().values()) {
            for (int length = 0; length < text.length; length++) {
                byte[] cut = Arrays.copyOf(text, length);
                assertThatThrownBy(() -> DerivationText.read(cut))
                        .isInstanceOfSatisfying(
                                DerivationFormatException.class,
                                e -> assertThat(e.offset()).isBetween(0, cut.length));
            }
        }
    }

    @Test
    void aMutatedTextIsRefusedOrReadAsItIs() {
        Random random = new Random(20_260_812);
        List<byte[]> texts = List.copyOf(Vectors.derivations().values());
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = texts.get(random.nextInt(texts.size())).clone();
            for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
                int at = random.nextInt(mutated.length);
                mutated[at] = random.nextBoolean() ? (byte) random.nextInt() : mutated[random.nextInt(mutated.length)];
            }
            try {
                assertThat(DerivationText.write(DerivationText.read(mutated))).isEqualTo(mutated);
            } catch (DerivationFormatException e) {
                assertThat(e.offset()).isBetween(0, mutated.length);
                refused++;
            }
        }
        assertThat(refused).isBetween(MUTATIONS / 10, MUTATIONS - 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Derive",
                "DrvWithVersion(\"xp-dyn-drv\",[])",
                "Derive([],[],[],\"\",\"\",[],[])",
                "Derive([(\"o\",\"\",\"\",\"\")],[],[],\"\",\"\",[],[]) ",
                "Derive([(\"o\",\"\",\"\",\"\"),],[],[],\"\",\"\",[],[])",
                "Derive([(\"o\",\"\",\"\",\"\"),(\"o\",\"\",\"\",\"\")],[],[],\"\",\"\",[],[])",
                "Derive([(\"p\",\"\",\"\",\"\"),(\"o\",\"\",\"\",\"\")],[],[],\"\",\"\",[],[])",
                "Derive([(\"a/b\",\"\",\"\",\"\")],[],[],\"\",\"\",[],[])",
                "Derive([(\"o\",\"\",\"\",\"x\")],[],[],\"\",\"\",[],[])",
                "Derive([(\"o\",\"\",\"sha3\",\"\")],[],[],\"\",\"\",[],[])",
                "Derive([(\"o\",\"\",\"md5\",\"6f5902ac237024bdd0c176cb93063dc4\")],[],[],\"\",\"\",[],[])",
                "Derive([(\"o\",\"" + OUT + "\",\"md5\",\"6F5902AC237024BDD0C176CB93063DC4\")],[],[],\"\",\"\",[],[])",
                "Derive([(\"o\",\"" + OUT + "\",\"md5\",\"\")],[],[],\"\",\"\",[],[])",
                "Derive([(\"o\",\"/tmp/x\",\"\",\"\")],[],[],\"\",\"\",[],[])",
                "Derive([(\"o\",\"\",\"\",\"\")],[(\"" + OUT + "\",[])],[],\"\",\"\",[],[])",
                "Derive([(\"o\",\"\",\"\",\"\")],[],[],\"\",\"\",[\"\\x\"],[])",
                "Derive([(\"o\",\"\",\"\",\"\")],[],[],\"\",\"\",[\"a\nb\"],[])",
                "Derive([(\"o\",\"\",\"\",\"\")],[],[],\"\",\"\",[\"\\q a\nb\"],[])",
                "Derive([(\"o\",\"\",\"\",\"\")],[],[],\"\",\"\",[],[(\"b\",\"\"),(\"a\",\"\")])"
            })
    void whatIsNotExactlyADerivationIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(DerivationFormatException.class);
    }

    @Test
    void theOffsetIsThatOfTheFault() {
        String text = "Derive([(\"out\",\"\",\"\",\"\")],[],[\"/tmp/x\"],\"\",\"\",[],[])";
        assertThatThrownBy(() -> read(text))
                .isInstanceOfSatisfying(
                        DerivationFormatException.class,
                        e -> assertThat(e.offset()).isEqualTo(text.indexOf("\"/tmp/x")))
                .hasMessageContaining("is not a store path");
    }

    @Test
    void longListsAreReadInTimeThatGrowsWithThem() throws Exception {
        TreeMap<String, String> environment = new TreeMap<>();
        for (int i = 0; i < 100_000; i++) {
            environment.put("variable" + i, "");
        }
        Derivation derivation = new Derivation(
                new TreeMap<>(Map.of("out", new Output.Deferred())),
                new TreeMap<>(),
                new TreeSet<>(),
                "p",
                "b",
                List.of(),
                environment);
        assertThat(DerivationText.read(DerivationText.write(derivation))).isEqualTo(derivation);
    }

    @Test
    void aTextBeyondTheLimitIsRefusedUnread() {
        assertThatThrownBy(() -> DerivationText.read(new byte[DerivationText.MAX_BYTES + 1]))
                .isInstanceOf(DerivationFormatException.class)
                .hasMessageContaining("limit");
    }

    @Test
    void aStringThatStandsForNoBytesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Derivation(
                        new TreeMap<>(Map.of("out", new Output.Deferred())),
                        new TreeMap<>(),
                        new TreeSet<>(),
                        "\ud800",
                        "b",
                        List.of(),
                        new TreeMap<>()));
    }

    private static Derivation read(String text) throws DerivationFormatException {
        return DerivationText.read(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
