package dev.heddle.logmux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets between whose bytes stand control sequences. */
class PaintedSecretsTest {

    private static final int ROUNDS = Integer.getInteger("heddle.splits", 3000);

    /** What is left out of a text, by the grammar of ECMA-48. */
    private static final Pattern SEQUENCE =
            Pattern.compile("\u001b(?:\\[[ -?]{0,61}[@-~]|[ -/]{1,62}[0-~])", Pattern.DOTALL);

    private static final String[] PAINT = {
        "\u001b[m",
        "\u001b[K",
        "\u001b[01;31m\u001b[K",
        "\u001b[38;2;1;22;133m",
        "\u001b(B\u001b[m",
        "\u001b[abm",
        "\u001b[\n",
        "\u001b\u001b[1m",
        "\u001bc",
        "\u001b[1",
        "\u001b[" + "1".repeat(61) + "m",
        "\u001b[" + "1".repeat(62) + "m"
    };

    @TempDir
    Path directory;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    private boolean take(byte[] bytes, int offset, int length) {
        shown.write(bytes, offset, length);
        return true;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static SecretStream stream(String... secrets) {
        return new SecretStream(SecretStreamTest.secrets(
                Arrays.stream(secrets).map(PaintedSecretsTest::bytes).toList()));
    }

    private String shown(SecretStream stream, String... said) {
        shown.reset();
        for (String text : said) {
            stream.write(bytes(text), 0, text.length(), this::take);
        }
        stream.settle(this::take);
        return shown.toString(ISO_8859_1);
    }

    /** The model: what is masked of a text that is whole. */
    private static byte[] masked(String text, List<String> secrets) {
        List<Integer> places = new ArrayList<>();
        Matcher sequence = SEQUENCE.matcher(text);
        for (int at = 0; at < text.length(); ) {
            if (sequence.region(at, text.length()).lookingAt()) {
                at = sequence.end();
            } else {
                places.add(at++);
            }
        }
        byte[] result = bytes(text);
        StringBuilder plain = new StringBuilder();
        places.forEach(place -> plain.append(text.charAt(place)));
        for (String secret : secrets) {
            for (int at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
                for (int i = at; i < at + secret.length(); i++) {
                    result[i] = Secrets.masked((byte) text.charAt(i));
                }
            }
            for (int at = plain.indexOf(secret); at >= 0; at = plain.indexOf(secret, at + 1)) {
                for (int i = at; i < at + secret.length(); i++) {
                    result[places.get(i)] = Secrets.masked((byte) plain.charAt(i));
                }
            }
        }
        return result;
    }

    // Letters that also stand in sequences, so that secrets are in them, begin in them, and seem to.
    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(
                    random.nextInt(25) == 0 ? "\u001b[1\n".charAt(random.nextInt(4)) : "abm".charAt(random.nextInt(3)));
        }
        return text.toString();
    }

    private static String painted(Random random, String text, int often) {
        StringBuilder painted = new StringBuilder();
        for (char c : text.toCharArray()) {
            while (random.nextInt(often) == 0) {
                painted.append(PAINT[random.nextInt(PAINT.length)]);
            }
            painted.append(c);
        }
        return painted.toString();
    }

    @Test
    void everyPaintingAndEveryCuttingMasksTheBytesOfSecretsAndNoOthers() {
        int found = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            // With a long one nothing has to go before it is decided.
            List<String> secrets = new ArrayList<>(List.of("x".repeat(200)));
            for (int i = random.nextInt(4); i >= 0; i--) {
                secrets.add(letters(random, Secrets.SHORTEST + random.nextInt(8)));
            }
            StringBuilder said = new StringBuilder();
            for (int i = random.nextInt(20); i >= 0; i--) {
                String secret = secrets.get(1 + random.nextInt(secrets.size() - 1));
                said.append(letters(random, random.nextInt(5)))
                        .append(secret, 0, random.nextInt(3) == 0 ? secret.length() : random.nextInt(secret.length()));
            }
            String text = painted(random, said.toString(), 2 + random.nextInt(9));
            SecretStream stream = stream(secrets.toArray(String[]::new));
            shown.reset();
            for (int at = 0; at < text.length(); ) {
                int size = 1 + random.nextInt(Math.min(text.length() - at, 9));
                stream.write(bytes(text), at, size, this::take);
                at += size;
                assertThat(shown.size() + stream.held()).isEqualTo(at);
            }
            int decided = text.length() - stream.held();
            byte[] expected = masked(text, secrets);
            assertThat(shown.toByteArray()).as("seed %d", seed).isEqualTo(Arrays.copyOf(expected, decided));
            // A secret that a sequence would end which is not whole yet is undecided.
            boolean some = !Arrays.equals(shown.toByteArray(), Arrays.copyOf(bytes(text), decided));
            assertThat(stream.hits() > 0).isIn(some, !Arrays.equals(expected, bytes(text)));
            found += stream.hits() > 0 ? 1 : 0;
        }
        assertThat(found).isGreaterThan(ROUNDS / 10);
    }

    @Test
    void pausesAnywhereShowNoMoreThanTheFirstHalf() {
        String secret = "hunter22-and-more";
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            String text = "pass " + painted(random, secret, 2 + random.nextInt(5)) + " and on";
            byte[] expected = masked(text, List.of(secret));
            SecretStream stream = stream(secret);
            shown.reset();
            for (int at = 0; at < text.length(); ) {
                int size = 1 + random.nextInt(Math.min(text.length() - at, 7));
                stream.write(bytes(text), at, size, this::take);
                at += size;
                if (random.nextInt(3) == 0) {
                    stream.settle(this::take);
                }
            }
            stream.settle(this::take);
            boolean whole = !Arrays.equals(expected, bytes(text));
            String plain = SEQUENCE.matcher(shown.toString(ISO_8859_1)).replaceAll("");
            assertThat(shown.size()).isEqualTo(text.length());
            if (whole) {
                assertThat(plain).as("seed %d", seed).doesNotContain(secret.substring(0, secret.length() / 2 + 1));
                assertThat(plain).doesNotContain(secret.substring(secret.length() / 2));
                assertThat(stream.hits()).isOne();
            }
        }
    }

    @Test
    void theSequencesStayWhereTheyAre() {
        assertThat(shown(stream("hunter22"), "pass hun\u001b[01;31m\u001b[Kter\u001b[m\u001b[K22 on"))
                .isEqualTo("pass ***\u001b[01;31m\u001b[K***\u001b[m\u001b[K** on");
        assertThat(shown(stream("hunter22"), "h\u001b(Bunter", "22\u001b[m!")).isEqualTo("*\u001b(B*******\u001b[m!");
        // What a terminal would not obey as one sequence is text.
        assertThat(shown(stream("hunter22"), "hun\u001b[1\nmter22")).isEqualTo("hun\u001b[1\nmter22");
    }

    @Test
    void bytesOfSequencesAreNoneOfTheTextsButMayBeOfASecretAsItStands() {
        assertThat(shown(stream("mabcd"), "\u001b[1mab\u001b[mcd")).isEqualTo("\u001b[1mab\u001b[mcd");
        assertThat(shown(stream("1mab"), "\u001b[1mab")).isEqualTo("\u001b[****");
        assertThat(shown(stream("a\u001b[1mb"), "a\u001b[1mb ab a\u001b[mb")).isEqualTo("****** ab a\u001b[mb");
    }

    @Test
    void whatIsHeldIsBoundedHoweverMuchPaintThereIs() {
        String secret = "hunter22-and-more";
        SecretStream stream = stream(secret);
        int most = SecretStream.PAINT * secret.length();
        shown.reset();
        for (char c : secret.toCharArray()) {
            for (int i = 0; i < 1000; i++) {
                stream.write(bytes("\u001b[31m"), 0, 5, this::take);
                assertThat(stream.held()).isLessThanOrEqualTo(most);
            }
            stream.write(new byte[] {(byte) c}, 0, 1, this::take);
        }
        stream.settle(this::take);
        assertThat(SEQUENCE.matcher(shown.toString(ISO_8859_1)).replaceAll("")).isEqualTo("hunter22*********");
        // A painter of every letter stays below the bound.
        String rainbow = secret.replaceAll("(?s)(.)", "\u001b[38;2;100;200;255m$1\u001b[39m");
        assertThat(SEQUENCE.matcher(shown(stream(secret), rainbow)).replaceAll(""))
                .isEqualTo("*".repeat(secret.length()));
    }

    @Test
    void aSecretThatRepeatsItselfTakesNoMoreTimeForBeingLong() {
        // With every byte masked anew at each end of the secret this would be 60 billion bytes, and as many with paint.
        String secret = "s".repeat(Secrets.LONGEST);
        byte[] much = "s".repeat(4_000_000).getBytes(ISO_8859_1);
        SecretStream stream = stream(secret);
        stream.write(much, 0, much.length, this::take);
        stream.write(bytes("\u001b[m"), 0, 3, this::take);
        stream.write(much, 0, 1_000_000, this::take);
        for (int i = 0; i < 1000; i++) {
            stream.write(bytes("\u001b[m"), 0, 3, this::take);
            stream.write(much, 0, 1000, this::take);
        }
        stream.settle(this::take);
        assertThat(SEQUENCE.matcher(shown.toString(ISO_8859_1)).replaceAll("")).isEqualTo("*".repeat(6_000_000));
        assertThat(stream.hits()).isOne();
    }

    @Test
    void noFormOfTheLogShowsASecretThatWasPaintedInPart() throws Exception {
        String secret = "hunter22-and-more";
        Path journal = directory.resolve("painted.hlog");
        Path plain = directory.resolve("plain.txt");
        Random random = new Random(11);
        TextRenderer.Form form = TextRenderer.Form.of(false).with(ControlPolicy.PLAIN);
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .mask(secret)
                .journal(journal)
                .to(Sinks.text(plain, form))
                .build()) {
            OutputSource source = mux.open("grep", null);
            for (int i = 0; i < 200; i++) {
                String line =
                        "key=" + secret.replaceAll("(and|t|2-)", "\u001b[01;31m\u001b[K$1\u001b[m\u001b[K") + ";\n";
                byte[] said = bytes(line);
                int cut = random.nextInt(said.length);
                source.write(Channel.STDOUT, said, 0, cut);
                source.write(Channel.STDOUT, said, cut, said.length - cut);
            }
            source.finish(0);
            assertThat(mux.maskedSecrets()).isEqualTo(200);
        }
        for (Path file : List.of(journal, plain)) {
            String text = Files.readString(file, ISO_8859_1);
            assertThat(SEQUENCE.matcher(text).replaceAll("")).doesNotContain(secret, "hunter", "more;");
        }
        assertThat(Files.readString(plain, ISO_8859_1)).contains("key=" + "*".repeat(secret.length()) + ";");
    }
}
