package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What a person who watches is shown of a job that says too much, in virtual time. */
class DisplayBudgetTest {

    private static final int PART = DisplayBudget.PART;
    private static final Pattern MORE = Pattern.compile("── ([0-9.]+) (KiB|MiB) more: heddle log cat job\\d ──");

    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();

    private VirtualView view(GroupingStrategy strategy, boolean watched) {
        return new VirtualView(strategy, ConsoleDisplay.of(terminal, TextRenderer.Form.of(false), watched));
    }

    private static String lines(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(String.format("this is line %06d of a job%n", i));
        }
        return text.toString();
    }

    private String shown() {
        return TextChecks.decode(terminal.toByteArray());
    }

    // Lines of jobs that are shown twice, cut, or out of order would all show here.
    private static void assertPartsOf(String whole, String shown, int mores) {
        int at = 0;
        int found = 0;
        for (String line : shown.lines().toList()) {
            if (line.startsWith("──")) {
                found += MORE.matcher(line).matches() ? 1 : 0;
            } else {
                int next = whole.indexOf(line + "\n", at);
                assertThat(next).as(line).isGreaterThanOrEqualTo(at);
                at = next + line.length();
            }
        }
        assertThat(found).isEqualTo(mores);
    }

    @Test
    void aBlockThatWasHeldBackIsShownByItsBeginningAndEnd() throws Exception {
        String said = lines(0, 50_000);
        VirtualView view = view(GroupingStrategy.task(), true)
                .open(1)
                .at(10)
                .say(1, said)
                .at(20)
                .end(1, 0);
        view.finish();
        String[] parts = shown().split("── .* more: heddle log cat job1 ──\n");
        assertThat(parts).hasSize(2);
        assertThat(parts[0]).startsWith("── job1 ──\n" + lines(0, 1000)).endsWith("\n");
        assertThat(parts[0].length()).isBetween(PART - 100, PART + 100);
        assertThat(said.endsWith("\n" + parts[1])).isTrue();
        assertThat(parts[1].length()).isBetween(PART - 100, PART);
        assertPartsOf(said, shown(), 1);
    }

    @Test
    void howMuchIsLeftOutIsExact() throws Exception {
        // Two runs of a single character each, so that every cut is exact.
        VirtualView view = view(GroupingStrategy.task(), true).open(1);
        view.at(10).say(1, "a".repeat(65536)).say(1, "b".repeat(65536 + 1024)).end(1, 0);
        view.finish();
        assertThat(shown())
                .isEqualTo("── job1 ──\n" + "a".repeat(PART) + "…\n── 65.0 KiB more: heddle log cat job1 ──\n…"
                        + "b".repeat(PART) + "\n");
    }

    @Test
    void aFileGetsTheBlockWhole() throws Exception {
        String said = lines(0, 50_000);
        view(GroupingStrategy.task(), false)
                .open(1)
                .at(10)
                .say(1, said)
                .end(1, 0)
                .finish();
        assertThat(shown().equals("── job1 ──\n" + said)).isTrue();
    }

    @Test
    void aBlockOfSixtyFourKibibytesIsWhole() throws Exception {
        String said = lines(0, 65536 / lines(0, 1).length());
        view(GroupingStrategy.task(), true)
                .open(1)
                .at(10)
                .say(1, said)
                .end(1, 0)
                .finish();
        assertThat(shown().equals("── job1 ──\n" + said)).isTrue();
    }

    @Test
    void aJobThatFloodsIsHiddenAndTheLastWordsAreShown() throws Exception {
        VirtualView view = view(GroupingStrategy.stage(), true).open(1);
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String text = lines(i * 3000, (i + 1) * 3000);
            said.append(text);
            view.at(i).say(1, text);
        }
        view.end(1, 0).finish();
        assertThat(said.length()).isGreaterThan(17_000_000);
        assertPartsOf(said.toString(), shown(), 1);
        assertThat(shown().length()).isBetween(2 << 20, (2 << 20) + 3 * 65536);
        String last = shown().substring(shown().lastIndexOf("──\n") + 3);
        assertThat(last.length()).isBetween(65536 - 100, 65536);
        assertThat(said.toString().endsWith(last)).isTrue();
        Matcher more = MORE.matcher(shown());
        assertThat(more.find()).isTrue();
        double leftOut = said.length() - (shown().length() - more.group().length() - "── job1 ──\n\n".length() + 0.0);
        assertThat(Double.parseDouble(more.group(1)) * 1024 * 1024).isCloseTo(leftOut, Offset.offset(64 * 1024.0));
    }

    @Test
    void aFloodThatEndsIsFollowedByItsLastWordsThoughTheJobSaysNothingMore() throws Exception {
        VirtualView view = view(GroupingStrategy.line(), true).open(1).open(2);
        view.at(1).say(1, lines(0, 100_000));
        int hidden = shown().length();
        assertThat(shown().contains(" more: ")).isFalse();
        view.at(600).say(2, "other\n").at(700);
        view.finish();
        assertThat(shown().length()).isGreaterThan(hidden);
        String rest = shown().substring(hidden);
        assertThat(rest.indexOf("more: heddle log cat job1")).isPositive();
        assertThat(rest.indexOf("line 099999")).isLessThan(rest.indexOf("── job2 ──\nother\n"));
    }

    @Test
    void aLongFloodIsShownEveryFiveSeconds() throws Exception {
        VirtualView view = view(GroupingStrategy.line(), true).open(1);
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < 120; i++) {
            String text = lines(i * 10_000, (i + 1) * 10_000);
            said.append(text);
            view.at(i * 100L).say(1, text);
        }
        view.end(1, 0).finish();
        // Hidden after 2.3 seconds, shown 5 seconds later and at the end.
        assertPartsOf(said.toString(), shown(), 2);
    }

    @Test
    void twoMebibytesASecondAreShownWhole() throws Exception {
        VirtualView view = view(GroupingStrategy.line(), true).open(1);
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            String text = lines(i * 3000, (i + 1) * 3000);
            said.append(text);
            view.at(i * 50L).say(1, text);
        }
        view.finish();
        assertThat(shown().equals("── job1 ──\n" + said)).isTrue();
    }

    @Test
    void aJobThatFloodsTakesNothingFromTheOthers() throws Exception {
        VirtualView view = view(GroupingStrategy.line(), true).open(1).open(2);
        for (int i = 0; i < 100; i++) {
            view.at(i * 200L).say(1, lines(0, 20_000)).say(2, "honest " + i + "\n");
        }
        view.finish();
        List<String> honest =
                shown().lines().filter(line -> line.startsWith("honest")).toList();
        assertThat(honest).hasSize(100);
    }
}
