package dev.heddle.logmux.console;

import static dev.heddle.logmux.console.ModelFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.sink.TextRenderer;
import dev.heddle.logmux.testing.ScriptedTerminal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What keys are, and what they do. */
class KeyTest {

    private static final class Answers implements Controls {
        final List<String> asked = new ArrayList<>();
        boolean paused;

        @Override
        public String regroup() {
            asked.add("regroup");
            return "line";
        }

        @Override
        public void showHeld() {
            asked.add("held");
        }

        @Override
        public boolean pauseOrGoOn() {
            paused = !paused;
            return paused;
        }

        @Override
        public void quit() {
            asked.add("quit");
        }

        @Override
        public boolean log(String task, OutputStream to) throws IOException {
            asked.add("log " + task);
            if (!task.equals("unknown")) {
                to.write("one\ntwo\u001b[2J\n".getBytes(StandardCharsets.UTF_8));
            }
            return !task.equals("unknown");
        }
    }

    private final ScriptedTerminal terminal = new ScriptedTerminal(24, 100);
    private final ModelFixture build = new ModelFixture();
    private final Log log = new Log();
    private final TextRenderer renderer = new TextRenderer(log, TextRenderer.Form.of(false));
    private final Answers answers = new Answers();
    private final LiveScreen screen = new LiveScreen(terminal, build.model, new Log());
    private final KeyPad pad =
            new KeyPad(terminal, answers, build.model, new PlainWords(renderer, build.model, Duration.ZERO), screen);

    private String press(String keys) throws IOException {
        terminal.press(keys);
        pad.press(SECOND);
        renderer.flush(true);
        return log.toString(StandardCharsets.UTF_8);
    }

    @Test
    void keysDoWhatTheyStandForAndSayIt() throws IOException {
        build.start(1, "a");
        press("g");
        assertThat(build.model.at(0, 0).notice()).isEqualTo("grouping: line");
        press("d");
        press("p");
        assertThat(build.model.at(0, 0).notice()).startsWith("paused");
        press("p");
        assertThat(build.model.at(0, 0).notice()).isEqualTo("goes on");
        press("q");
        press("?");
        assertThat(build.model.at(0, 0).notice()).isEqualTo(KeyPad.HELP);
        assertThat(press("xyz\t")).isEmpty();
        assertThat(answers.asked).containsExactly("regroup", "held", "quit");
    }

    @Test
    void aWordAboutAKeyGoesAfterAWhile() throws IOException {
        press("g");
        pad.press(6 * SECOND);
        assertThat(build.model.at(0, 0).notice()).isNotNull();
        pad.press(8 * SECOND);
        assertThat(build.model.at(0, 0).notice()).isNull();
    }

    @Test
    void failuresAreShownInTheLog() throws IOException {
        assertThat(press("f")).isEmpty();
        assertThat(build.model.at(0, 0).notice()).isEqualTo("nothing has failed");
        build.start(1, "a").say(1, "why\n").end(1, 3);
        assertThat(press("f")).isEqualTo("\u2500\u2500 failed: a after 0:00: exit code 3 \u2500\u2500\n    why\n");
    }

    @Test
    void theLogOfATaskIsChosenByItsLineOrItsName() throws IOException {
        build.start(1, "alpha").start(2, "beta");
        press("l");
        assertThat(build.model.at(0, 0).notice()).startsWith("log of ").endsWith(": _");
        press("et\u007f");
        assertThat(build.model.at(0, 0).notice()).endsWith(": e_");
        press("ta\n");
        assertThat(terminal.screen().text())
                .startsWith("one", "two")
                .last()
                .asString()
                .startsWith("beta  lines 1-2 of 2  q back");
        press("q");
        assertThat(terminal.screen().text()).isEmpty();
        press("l1\rq");
        press("lunknown\r");
        assertThat(build.model.at(0, 0).notice()).isEqualTo("nothing is there of 'unknown'");
        press("l\r");
        assertThat(answers.asked)
                .contains("log beta", "log alpha", "log unknown")
                .doesNotContain("log 1");
    }

    @Test
    void aQuestionCanBeLeft() throws IOException {
        press("lg\u001b");
        assertThat(answers.asked).isEmpty();
        assertThat(build.model.at(0, 0).notice()).isNull();
        press("g");
        assertThat(answers.asked).containsExactly("regroup");
    }

    private static List<Integer> decode(KeyDecoder decoder, String bytes) {
        List<Integer> keys = new ArrayList<>();
        for (byte each : bytes.getBytes(StandardCharsets.UTF_8)) {
            int key = decoder.take(each & 0xFF);
            if (key != KeyDecoder.NONE) {
                keys.add(key);
            }
        }
        return keys;
    }

    @Test
    void charactersAndSequencesAreDecodedFromBytes() {
        assertThat(decode(new KeyDecoder(), "a\u00fc\u6f22\ud83d\ude00\u001b[A\u001b[B\u001b[5~\u001bOAz"))
                .containsExactly(
                        (int) 'a',
                        0xFC,
                        0x6F22,
                        0x1F600,
                        KeyDecoder.UP,
                        KeyDecoder.DOWN,
                        KeyDecoder.PAGE_UP,
                        KeyDecoder.UP,
                        (int) 'z');
    }

    @Test
    void answersOfTheTerminalAreNoKeys() {
        KeyDecoder decoder = new KeyDecoder();
        assertThat(decode(decoder, "\u001b[?2026;2$y")).isEmpty();
        assertThat(decoder.updatesAtOnce()).isTrue();
        assertThat(decoder.answered()).isFalse();
        assertThat(decode(decoder, "\u001b[?62;1;4cq")).containsExactly((int) 'q');
        assertThat(decoder.answered()).isTrue();
        assertThat(decode(decoder, "\u001b[?2026;0$y")).isEmpty();
        assertThat(decoder.updatesAtOnce()).isFalse();
    }

    @Test
    void escapeAloneIsKnownWhenNothingFollowsForAWhile() {
        KeyDecoder decoder = new KeyDecoder();
        assertThat(decoder.idle(0)).isEqualTo(KeyDecoder.NONE);
        assertThat(decode(decoder, "\u001b")).isEmpty();
        assertThat(decoder.idle(1_000)).isEqualTo(KeyDecoder.NONE);
        assertThat(decoder.idle(999 + KeyDecoder.ALONE_NANOS)).isEqualTo(KeyDecoder.NONE);
        assertThat(decoder.idle(1_000 + KeyDecoder.ALONE_NANOS)).isEqualTo(KeyDecoder.ESCAPE);
        assertThat(decoder.idle(2_000 + KeyDecoder.ALONE_NANOS)).isEqualTo(KeyDecoder.NONE);
        assertThat(decode(decoder, "A")).containsExactly((int) 'A');
    }

    @Test
    void whatFollowsAnEscapeLateIsStillASequence() {
        KeyDecoder decoder = new KeyDecoder();
        decode(decoder, "\u001b");
        assertThat(decoder.idle(0)).isEqualTo(KeyDecoder.NONE);
        assertThat(decode(decoder, "[")).isEmpty();
        assertThat(decoder.idle(1_000_000_000)).isEqualTo(KeyDecoder.NONE);
        assertThat(decode(decoder, "A\u001b")).containsExactly(KeyDecoder.UP);
        // A second escape waits as long as the first.
        assertThat(decoder.idle(1_000_000_001)).isEqualTo(KeyDecoder.NONE);
    }

    @Test
    void anyBytesAreTaken() {
        Random random = new Random(5);
        KeyDecoder decoder = new KeyDecoder();
        for (int i = 0; i < 200_000; i++) {
            int key = decoder.take(
                    random.nextInt(4) == 0 ? "\u001b[O?;~cA$".charAt(random.nextInt(9)) : random.nextInt(256));
            assertThat(key).isBetween(KeyDecoder.NONE, KeyDecoder.PAGE_DOWN + 0xEFFFF);
        }
        // Whatever came before, the end of a sequence and then a key come through.
        decode(decoder, "~~~~\u0080");
        assertThat(decode(decoder, "~q")).contains((int) 'q');
    }
}
