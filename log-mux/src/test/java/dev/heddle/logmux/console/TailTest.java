package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TailTest {

    private final Tail tail = new Tail();

    private void say(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        tail.add(bytes, 0, bytes.length);
    }

    @Test
    void theUnfinishedLineIsShownAndOtherwiseTheLastWholeOne() {
        assertThat(tail.current()).isEmpty();
        say("one\ntwo\n");
        assertThat(tail.current()).isEqualTo("two");
        say("checking for fcntl...");
        assertThat(tail.current()).isEqualTo("checking for fcntl...");
        say("\n\n\n");
        assertThat(tail.current()).isEqualTo("checking for fcntl...");
        assertThat(tail.last()).containsExactly("one", "two", "checking for fcntl...");
    }

    @Test
    void aProgressBarShowsItsLastState() {
        say(" 10%\r 20%\r 30%");
        assertThat(tail.current()).isEqualTo("30%");
        say("\r");
        assertThat(tail.current()).isEqualTo("30%");
        say("done\r\nnext\r\n");
        assertThat(tail.last()).containsExactly("done", "next");
    }

    @Test
    void controlSequencesAreLeftOutAlsoWhenTheyComeInPieces() {
        say("\u001b[1;31mred\u001b[0m ");
        say("\u001b");
        say("[3");
        say("2mgreen\u001b]0;title\u0007!");
        assertThat(tail.current()).isEqualTo("red green!");
        say("\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\\n");
        assertThat(tail.current()).isEqualTo("red green!link");
    }

    @Test
    void aSequenceThatNeverEndsDoesNotSwallowTheNextLines() {
        say("\u001b]0;never ended\nnext\n");
        assertThat(tail.current()).isEqualTo("next");
        say("\u001b[\nlast\n");
        assertThat(tail.current()).isEqualTo("last");
    }

    @Test
    void aCharacterInPiecesIsNotShownBroken() {
        byte[] bytes = "na\u00efve \ud83d\ude00".getBytes(StandardCharsets.UTF_8);
        for (byte each : bytes) {
            tail.add(new byte[] {each}, 0, 1);
            assertThat(tail.current()).doesNotContain("\ufffd");
        }
        assertThat(tail.current()).isEqualTo("na\u00efve \ud83d\ude00");
    }

    @Test
    void nothingIsKeptBeyondTheLastLines() {
        for (int i = 0; i < 100; i++) {
            say("line " + i + "\n");
        }
        assertThat(tail.last()).hasSize(Tail.LINES).contains("line 99").doesNotContain("line 89");
        say("x".repeat(3 * Tail.LINE_BYTES));
        assertThat(tail.current()).hasSize(Tail.LINE_BYTES + 1).endsWith("x\u2026");
    }

    @Test
    void aFloodIsLookedAtFromItsEnd() {
        StringBuilder flood = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            flood.append("line ").append(i).append("\n \n");
        }
        say(flood + "the end");
        assertThat(tail.current()).isEqualTo("the end");
        String[] last = IntStream.range(4991, 5000).mapToObj(i -> "line " + i).toArray(String[]::new);
        assertThat(tail.last()).startsWith(last).endsWith("the end").hasSize(Tail.LINES);
        say("y".repeat(3 * Tail.LOOK_BYTES));
        assertThat(tail.current()).startsWith("yyy");
    }

    @Test
    void anyBytesInAnyPiecesAreTaken() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                for (int j = 0; j < bytes.length; j++) {
                    bytes[j] = (byte) "\u001b[]\\\r\n;m0 a".charAt(random.nextInt(11));
                }
            }
            tail.add(bytes, 0, bytes.length);
            String shown = tail.current() + tail.last();
            assertThat(shown.chars().noneMatch(Character::isISOControl))
                    .as(Arrays.toString(bytes))
                    .isTrue();
        }
    }
}
