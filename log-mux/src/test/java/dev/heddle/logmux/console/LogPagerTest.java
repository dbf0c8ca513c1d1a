package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.testing.ScriptedTerminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The log of a task, read page by page. */
class LogPagerTest {

    private static final Terminal.Size SIZE = new Terminal.Size(11, 60);

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private int readings;

    private LogPagerTest say(String text) {
        said.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private LogPager open() throws IOException {
        return LogPager.open(
                        "task",
                        to -> {
                            readings++;
                            // As a journal has it: in pieces.
                            byte[] all = said.toByteArray();
                            for (int at = 0; at < all.length; at += 777) {
                                to.write(all, at, Math.min(777, all.length - at));
                            }
                            return true;
                        },
                        SIZE)
                .orElseThrow();
    }

    private static List<String> rows(LogPager pager, int key) throws IOException {
        assertThat(pager.press(key)).isTrue();
        return pager.page(SIZE).rows();
    }

    private static void type(LogPager pager, String keys) throws IOException {
        for (char key : keys.toCharArray()) {
            assertThat(pager.press(key)).isTrue();
        }
    }

    @Test
    void pagesInBothDirectionsHaveEveryLineOnce() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 5003; i++) {
            lines.add("line " + i + " " + "x".repeat(i % 40));
        }
        say(String.join("\n", lines));
        LogPager pager = open();
        assertThat(pager.page(SIZE).rows()).isEqualTo(lines.subList(4993, 5003));
        assertThat(pager.page(SIZE).status()).startsWith("task  lines 4994-5003 of 5003");
        List<String> back = new ArrayList<>(pager.page(SIZE).rows());
        for (int i = 0; i < 500; i++) {
            back.addAll(0, rows(pager, i % 2 == 0 ? 'b' : KeyDecoder.PAGE_UP));
        }
        // The first page is full: seven of its lines are those of the one below.
        assertThat(back.subList(0, 3)).isEqualTo(lines.subList(0, 3));
        assertThat(back.subList(10, back.size())).isEqualTo(lines.subList(3, 5003));
        List<String> forth = new ArrayList<>(rows(pager, 'g'));
        for (int i = 0; i < 499; i++) {
            forth.addAll(rows(pager, i % 2 == 0 ? ' ' : KeyDecoder.PAGE_DOWN));
        }
        assertThat(forth).isEqualTo(lines.subList(0, 5000));
        assertThat(rows(pager, ' ')).isEqualTo(lines.subList(4993, 5003));
        // Nearly all pages come from what is kept of a place.
        assertThat(readings).isLessThan(40);
    }

    @Test
    void aLogThatGrowsIsReadFurtherFromItsEnd() throws IOException {
        say("one\ntwo\nhal");
        LogPager pager = open();
        assertThat(pager.page(SIZE).rows()).containsExactly("one", "two", "hal");
        say("f\nthree\n");
        assertThat(rows(pager, 'j')).containsExactly("one", "two", "half", "three");
        say("line\n".repeat(20) + "last");
        assertThat(rows(pager, 'G')).hasSize(10).endsWith("last");
        assertThat(rows(pager, 'g')).startsWith("one", "two", "half");
        assertThat(pager.press('q')).isFalse();
    }

    @Test
    void wordsAreFoundInBothDirectionsAndCapitalsCountOnlyIfThereAreAny() throws IOException {
        for (int i = 0; i < 3000; i++) {
            say(i % 1000 == 500 ? "An Error here " + i + "\n" : "line " + i + "\n");
        }
        LogPager pager = open();
        type(pager, "g/errorx\u007f\r");
        assertThat(pager.page(SIZE).rows()).startsWith("An Error here 500", "line 501");
        assertThat(rows(pager, 'n')).startsWith("An Error here 1500");
        assertThat(rows(pager, 'n')).startsWith("An Error here 2500");
        assertThat(rows(pager, 'n')).startsWith("An Error here 2500");
        assertThat(pager.page(SIZE).status()).contains("not found below: error");
        assertThat(rows(pager, 'N')).startsWith("An Error here 1500");
        type(pager, "/eRROR\r");
        assertThat(pager.page(SIZE).status()).contains("not found below: eRROR");
        type(pager, "/half typed");
        assertThat(pager.page(SIZE).status()).isEqualTo("/half typed_");
    }

    @Test
    void longLinesAreShiftedIntoSight() throws IOException {
        say("0123456789".repeat(20) + "\n\u6f22\u5b57\n");
        LogPager pager = open();
        assertThat(pager.page(SIZE).rows().get(0)).hasSize(59).endsWith("\u2026");
        assertThat(rows(pager, KeyDecoder.RIGHT).get(0)).startsWith("0123").hasSize(59);
        for (int i = 0; i < 5; i++) {
            rows(pager, KeyDecoder.RIGHT);
        }
        assertThat(pager.page(SIZE).rows()).containsExactly("01234567890123456789", "");
        for (int i = 0; i < 9; i++) {
            rows(pager, KeyDecoder.LEFT);
        }
        assertThat(pager.page(SIZE).rows()).element(1).isEqualTo("\u6f22\u5b57");
    }

    @Test
    void whatIsKeptIsBoundedHoweverLongTheLogIs() throws IOException {
        say(("y".repeat(3 * TaskLog.LINE_BYTES) + "\n").repeat(600)).say("end");
        TaskLog log = new TaskLog(to -> {
            to.write(said.toByteArray());
            return true;
        });
        assertThat(log.measure()).isTrue();
        assertThat(log.total()).isEqualTo(601);
        assertThat(log.lines(0, 5)).hasSize(5).allMatch(line -> line.length() == TaskLog.LINE_BYTES + 1);
        assertThat(log.lines(590, 20)).hasSize(11).endsWith("end");
        assertThat(log.lines(0, 1000)).hasSizeLessThanOrEqualTo(TaskLog.WINDOW_CHARS / TaskLog.LINE_BYTES + 1);
    }

    @Test
    void noBytesAndNoKeysBreakAPage() throws IOException {
        int[] keys = {
            ' ',
            'b',
            'j',
            'k',
            'g',
            'G',
            '/',
            '\r',
            'n',
            'N',
            KeyDecoder.LEFT,
            KeyDecoder.RIGHT,
            KeyDecoder.UP,
            'd',
            'u',
            0x7F,
            'a'
        };
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            said.reset();
            byte[] bytes = new byte[random.nextInt(5000)];
            random.nextBytes(bytes);
            said.writeBytes(bytes);
            LogPager pager = open();
            for (int i = 0; i < 40; i++) {
                pager.press(keys[random.nextInt(keys.length)]);
                Terminal.Size size = new Terminal.Size(1 + random.nextInt(12), 1 + random.nextInt(50));
                Page page = pager.page(size);
                // Whatever is in it, it is text and the sequences of a page.
                ScriptedTerminal terminal = new ScriptedTerminal(size.rows(), size.columns());
                terminal.output().write(page.paint(size));
                assertThat(page.rows()).hasSizeLessThanOrEqualTo(Math.max(1, size.rows() - 1));
                assertThat(terminal.screen().text()).hasSizeLessThanOrEqualTo(size.rows());
            }
        }
    }
}
