package dev.heddle.logmux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SecretStreamTest {

    private static final int ROUNDS = Integer.getInteger("heddle.splits", 3000);

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** Secrets ready to be found. */
    static Secrets secrets(List<byte[]> all) {
        Secrets.Given given = new Secrets.Given();
        all.forEach(given::add);
        return Objects.requireNonNull(given.secrets());
    }

    /** A stream and what came out of it. */
    private static final class Probe {
        final SecretStream stream;
        final ByteArrayOutputStream shown = new ByteArrayOutputStream();

        Probe(String... secrets) {
            this(Arrays.stream(secrets).map(SecretStreamTest::bytes).toList());
        }

        Probe(List<byte[]> secrets) {
            stream = new SecretStream(secrets(secrets));
        }

        Probe say(String text) {
            assertThat(stream.write(bytes(text), 0, text.length(), this::take)).isTrue();
            return this;
        }

        Probe pause() {
            assertThat(stream.settle(this::take)).isTrue();
            return this;
        }

        private boolean take(byte[] bytes, int offset, int length) {
            shown.write(bytes, offset, length);
            return true;
        }

        String shown() {
            return shown.toString(ISO_8859_1);
        }
    }

    /** The model: every place where a secret stands is masked. */
    private static byte[] masked(byte[] text, List<byte[]> secrets) {
        byte[] result = text.clone();
        for (byte[] secret : secrets) {
            for (int at = 0; at + secret.length <= text.length; at++) {
                if (Arrays.equals(text, at, at + secret.length, secret, 0, secret.length)) {
                    for (int i = at; i < at + secret.length; i++) {
                        result[i] = Secrets.masked(text[i]);
                    }
                }
            }
        }
        return result;
    }

    private static List<byte[]> randomSecrets(Random random) {
        List<byte[]> secrets = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            byte[] secret = letters(random, Secrets.SHORTEST + random.nextInt(8));
            if (!secrets.isEmpty() && random.nextInt(3) == 0) {
                byte[] other = secrets.get(random.nextInt(secrets.size()));
                secret = Arrays.copyOf(other, other.length + 1 + random.nextInt(4));
                Arrays.fill(secret, other.length, secret.length, (byte) 'b');
            }
            secrets.add(secret);
        }
        return secrets;
    }

    // Three letters, so that secrets overlap, begin one another, and nearly stand everywhere.
    private static byte[] letters(Random random, int length) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) (random.nextInt(20) == 0 ? '\n' : 'a' + random.nextInt(3));
        }
        return text;
    }

    private static byte[] text(Random random, List<byte[]> secrets) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = random.nextInt(30); i >= 0; i--) {
            text.writeBytes(letters(random, random.nextInt(6)));
            byte[] secret = secrets.get(random.nextInt(secrets.size()));
            text.write(secret, 0, 1 + random.nextInt(secret.length));
        }
        return text.toByteArray();
    }

    @Test
    void everyCuttingOfTheSameBytesMasksTheSamePlaces() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<byte[]> secrets = randomSecrets(random);
            int longest =
                    secrets.stream().mapToInt(secret -> secret.length).max().orElseThrow();
            byte[] text = text(random, secrets);
            Probe probe = new Probe(secrets);
            for (int at = 0; at < text.length; ) {
                int size = 1 + random.nextInt(Math.min(text.length - at, 9));
                probe.stream.write(text, at, size, probe::take);
                at += size;
                assertThat(probe.stream.held()).isLessThan(longest);
                assertThat(probe.shown.size() + probe.stream.held()).isEqualTo(at);
            }
            int undecided = probe.stream.held();
            byte[] expected = masked(text, secrets);
            assertThat(probe.shown.toByteArray())
                    .as("seed %d", seed)
                    .isEqualTo(Arrays.copyOf(expected, text.length - undecided));
            assertThat(probe.stream.hits() > 0).isEqualTo(hasAny(text, secrets));
            probe.pause();
            assertThat(probe.shown.size()).isEqualTo(text.length);
        }
    }

    private static boolean hasAny(byte[] text, List<byte[]> secrets) {
        String all = new String(text, ISO_8859_1);
        return secrets.stream().anyMatch(secret -> all.contains(new String(secret, ISO_8859_1)));
    }

    @Test
    void pausesAnywhereLetNoSecretThroughAndChangeNothingElseThanBeginnings() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<byte[]> secrets = randomSecrets(random);
            byte[] text = text(random, secrets);
            Probe probe = new Probe(secrets);
            for (int at = 0; at < text.length; ) {
                int size = 1 + random.nextInt(Math.min(text.length - at, 5));
                probe.stream.write(text, at, size, probe::take);
                at += size;
                if (random.nextInt(3) == 0) {
                    probe.pause();
                    assertThat(probe.shown.size()).isEqualTo(at);
                }
            }
            probe.pause();
            byte[] shown = probe.shown.toByteArray();
            assertThat(shown).hasSameSizeAs(text);
            for (int i = 0; i < text.length; i++) {
                assertThat(shown[i]).isIn(text[i], Secrets.masked(text[i]));
            }
            assertOnlyFirstHalvesAreShown(text, shown, secrets, seed);
        }
    }

    // A byte of a secret may show only in the first half of it, where a pause let it go before the secret was known.
    private static void assertOnlyFirstHalvesAreShown(byte[] text, byte[] shown, List<byte[]> secrets, int seed) {
        for (byte[] secret : secrets) {
            for (int at = 0; at + secret.length <= text.length; at++) {
                if (Arrays.equals(text, at, at + secret.length, secret, 0, secret.length)) {
                    for (int i = secret.length / 2; i < secret.length; i++) {
                        assertThat(shown[at + i])
                                .as("seed %d, byte %d of a secret at %d", seed, i, at)
                                .isEqualTo(Secrets.masked(text[at + i]));
                    }
                }
            }
        }
    }

    @Test
    void aSecretThatBeginsAnotherIsMaskedAtOnceAndTheLongerOneWhenItIsWhole() {
        Probe probe = new Probe("token", "token-long").say("a token");
        assertThat(probe.shown()).isEqualTo("a *****");
        assertThat(probe.say("-lo").shown()).isEqualTo("a *****");
        assertThat(probe.say("ng!").shown()).isEqualTo("a **********!");
        assertThat(probe.stream.hits()).isOne();
        assertThat(new Probe("token", "token-long").say("token-lose").shown()).isEqualTo("*****-lose");
    }

    @Test
    void secretsThatOverlapAreMaskedAsOne() {
        Probe probe = new Probe("abcd", "cdef").say("xabcdefx abcdabcd");
        assertThat(probe.shown()).isEqualTo("x******x ********");
        assertThat(probe.stream.hits()).isEqualTo(3);
    }

    @Test
    void aPauseShowsTheFirstHalfOfABeginningAndMasksMore() {
        assertThat(new Probe("hunter22").say("pass hunt").shown()).isEqualTo("pass ");
        assertThat(new Probe("hunter22").say("pass hunt").pause().shown()).isEqualTo("pass hunt");
        assertThat(new Probe("hunter22").say("pass hunte").pause().shown()).isEqualTo("pass *****");
        Probe slow = new Probe("hunter22");
        for (char c : "hunter22 hunger".toCharArray()) {
            slow.say(String.valueOf(c)).pause();
        }
        assertThat(slow.shown()).isEqualTo("hunt**** hunger");
        assertThat(slow.stream.hits()).isOne();
    }

    @Test
    void linesOfASecretStayLinesAndBytesAreNotText() {
        assertThat(new Probe("one\ntwo\r\n").say("<one\ntwo\r\n>").shown()).isEqualTo("<***\n***\r\n>");
        assertThat(new Probe("\u00e9\u00ff\0\u0001")
                        .say("\u00e9\u00e9\u00ff\0\u0001\u00ff")
                        .shown())
                .isEqualTo("\u00e9****\u00ff");
        assertThat(new Probe("ab*c").say("ab*d ab*c").shown()).isEqualTo("ab*d ****");
    }

    @Test
    void whatIsHeldIsLessThanTheLongestSecret() {
        String secret = "s".repeat(Secrets.LONGEST - 1) + "!";
        Probe probe = new Probe(secret);
        probe.say("s".repeat(5 * Secrets.LONGEST));
        assertThat(probe.stream.held()).isEqualTo(Secrets.LONGEST - 1);
        assertThat(probe.shown.size()).isEqualTo(4 * Secrets.LONGEST + 1);
        probe.say("!");
        assertThat(probe.stream.held()).isZero();
        assertThat(probe.shown()).isEqualTo("s".repeat(4 * Secrets.LONGEST + 1) + "*".repeat(Secrets.LONGEST));
    }

    @Test
    void aThousandSecretsAreFoundInTimeThatDoesNotDependOnTheirNumber() {
        List<byte[]> secrets = new ArrayList<>();
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            secrets.add(bytes("%040x".formatted(new BigInteger(160, random))));
        }
        byte[] text = new byte[4_000_000];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) "0123456789abcdef".charAt(random.nextInt(16));
        }
        for (int i = 0; i < 1000; i++) {
            System.arraycopy(secrets.get(i), 0, text, i * 4000, 40);
        }
        Probe probe = new Probe(secrets);
        // A search for each secret would look at 4 billion bytes.
        probe.stream.write(text, 0, text.length, probe::take);
        probe.pause();
        assertThat(probe.stream.hits()).isEqualTo(1000);
        byte[] shown = probe.shown.toByteArray();
        for (int i = 0; i < 1000; i++) {
            assertThat(new String(shown, i * 4000, 41, ISO_8859_1)).startsWith("*".repeat(40));
            assertThat(shown[i * 4000 + 40]).isEqualTo(text[i * 4000 + 40]);
        }
    }

    @Test
    void secretsOutOfBoundsAreRefusedWithoutTellingThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> secrets(List.of(bytes("pin"))))
                .withMessageContaining("4 to 16384 bytes, not 3")
                .withMessageNotContaining("pin");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> secrets(List.of(new byte[Secrets.LONGEST + 1])))
                .withMessageContaining("not 16385");
        List<byte[]> many = new ArrayList<>();
        for (int i = 0; i < Secrets.MOST_BYTES / Secrets.LONGEST; i++) {
            many.add(new byte[Secrets.LONGEST]);
        }
        secrets(many);
        many.add(new byte[4]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> secrets(many))
                .withMessageContaining("at most 262144 bytes");
    }
}
