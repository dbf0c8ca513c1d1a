package dev.heddle.logmux.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of a text must not depend on how it is cut, and plain text must come through as it is. */
class SafeTextTest {

    private static final int ROUNDS = 2000;
    private static final List<String> PIECES = List.of(
            "a",
            "plain words",
            "\n",
            "\n\n",
            "\r",
            "\r\n",
            "\t",
            "    ",
            "#",
            "##",
            "##[",
            "##vso[x]",
            "::",
            ":",
            "@",
            "@ b",
            "[",
            "[[ATT",
            "é",
            "漢字",
            "😀",
            "──",
            "\u200b",
            "\u00a0",
            "\u202e",
            "\u009b",
            "\u0007",
            "\u0000",
            "\u007f",
            "\b",
            "\u001b[31m",
            "\u001b[0m",
            "\u001b[K",
            "\u001b[2J",
            "\u001b]0;t\u0007",
            "\u001b]8;;http://x\u001b\\",
            "\u001b]8;;\u001b\\",
            "\u001b",
            "\u001b[",
            "\u001b]",
            "\u001bPq",
            "x".repeat(70));

    private static byte[] shown(byte[] said, ControlPolicy policy, byte[] prefix, Random cuts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Screen screen = new Screen(out);
        Supplier<LineGuard> guard = prefix.length > 0 ? LineGuard::inside : LineGuard::whole;
        SafeText text = new SafeText(policy, true, policy.isGuarded() ? guard.get() : LineGuard.off());
        screen.begin(prefix, text.color);
        text.newLine();
        for (int at = 0, count; at < said.length; at += count) {
            count = cuts == null ? said.length : Math.min(said.length - at, 1 + cuts.nextInt(9) * cuts.nextInt(9));
            text.write(said, at, count, screen);
        }
        text.end(screen);
        screen.close(new byte[0]);
        screen.flush(true);
        return out.toByteArray();
    }

    private static byte[] random(Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int pieces = random.nextInt(60);
        for (int i = 0; i < pieces; i++) {
            if (random.nextInt(8) == 0) {
                bytes.write(random.nextInt(256));
            } else {
                bytes.writeBytes(PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whereATextIsCutDoesNotMatter(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] said = random(random);
            ControlPolicy own = new ControlPolicy(EnumSet.of(ControlCategory.values()[random.nextInt(16)]));
            byte[] prefix = random.nextBoolean() ? new byte[0] : "[job] ".getBytes(StandardCharsets.US_ASCII);
            for (ControlPolicy policy :
                    List.of(ControlPolicy.SAFE, ControlPolicy.PLAIN, ControlPolicy.LIVE, ControlPolicy.TRUST, own)) {
                byte[] whole = shown(said, policy, prefix, null);
                assertThat(shown(said, policy, prefix, random))
                        .as("seed %d, round %d, %s", seed, round, policy)
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    void plainTextOfAnyLengthAndPlaceComesThroughAsItIs() throws IOException {
        Random random = new Random(5);
        List<String> plain = List.of("word ", "é", "漢字", "😀", "\tx", "x\n", "y\n\nz", "x [1] ", "a::b", "%$&");
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder("x");
            int pieces = random.nextInt(50);
            for (int i = 0; i < pieces; i++) {
                text.append(plain.get(random.nextInt(plain.size())));
            }
            byte[] said =
                    text.append('\n').toString().replaceAll("\n[^\\w\n]", "\nw").getBytes(StandardCharsets.UTF_8);
            byte[] shown = shown(said, ControlPolicy.SAFE, new byte[0], random.nextBoolean() ? random : null);
            assertThat(new String(shown, StandardCharsets.UTF_8)).isEqualTo(new String(said, StandardCharsets.UTF_8));
        }
    }

    @Test
    void everyByteThatIsNotPlainIsFoundWhereverItStands() {
        for (int b = 0; b < 256; b++) {
            boolean plain = (b >= 0x20 && b < 0x7F && b != '#') || b == '\t' || b == '\n';
            for (int length = 1; length < 40; length++) {
                for (int place = 0; place < length; place++) {
                    byte[] text = new byte[length];
                    Arrays.fill(text, (byte) 'a');
                    text[place] = (byte) b;
                    int end = b == '\n' && place == length - 1 ? length : plain ? length : place;
                    assertThat(PlainText.end(text, 0, length))
                            .as("byte %d at %d of %d", b, place, length)
                            .isEqualTo(end);
                }
            }
        }
    }

    @Test
    void aHundredThousandCarriageReturnsFoldToTheLastState() throws IOException {
        byte[] said = ("\r" + "12%").repeat(100_000).concat("\rdone\n").getBytes(StandardCharsets.US_ASCII);
        assertThat(new String(shown(said, ControlPolicy.SAFE, new byte[0], null), StandardCharsets.US_ASCII))
                .isEqualTo("done\n");
    }

    @Test
    void aColourThatAFoldedTextSwitchedOffIsOffAfterIt() throws IOException {
        byte[] said = "\u001b[31mred\nold\u001b[0m\rnew\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(new String(shown(said, ControlPolicy.SAFE, new byte[0], null), StandardCharsets.US_ASCII))
                .isEqualTo("\u001b[31mred\n\u001b[0mnew\n");
    }
}
