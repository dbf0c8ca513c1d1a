package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.console.FramePainter.Frame;
import dev.heddle.logmux.console.FramePainter.Mode;
import dev.heddle.logmux.console.FramePainter.Screen;
import dev.heddle.logmux.testing.ScriptedTerminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After every frame the screen shows the log and the region and nothing else. */
class FramePainterTest {

    private static final String SOME = "abcdefgh ijklm \u6f22\u5b57\uac00 \u00e9\u00fc \ud83d\ude00 0123456789 /._-";

    private final ScriptedTerminal terminal = new ScriptedTerminal(40, 80);
    private Screen screen = Screen.UNTOUCHED;
    /** The size that the display believes in, or null for the true one. */
    private Terminal.@Nullable Size known;

    private Frame paint(String log, String... region) throws IOException {
        return paint(log.getBytes(StandardCharsets.UTF_8), lines(region), false);
    }

    private Frame paint(byte[] log, List<RegionLine> region, boolean atOnce) throws IOException {
        Mode mode = new Mode(known == null ? terminal.size() : known, atOnce);
        Frame frame = FramePainter.paint(screen, log, region, mode);
        screen = frame.screen();
        if (frame.bytes().length > 0) {
            terminal.output().write(frame.bytes());
        }
        return frame;
    }

    private static List<RegionLine> lines(String... texts) {
        List<RegionLine> lines = new ArrayList<>();
        for (String text : texts) {
            lines.add(new RegionLine(text, text));
        }
        return lines;
    }

    @Test
    void theLogScrollsAboveTheRegion() throws IOException {
        paint("", "one", "two");
        paint("first\nsecond\n", "one", "two");
        paint("third\n", "one", "two", "three");
        assertThat(terminal.screen().text()).containsExactly("first", "second", "third", "one", "two", "three");
        assertThat(terminal.screen().hasCursor()).isFalse();
        assertThat(terminal.screen().wraps()).isTrue();
        paint("");
        assertThat(terminal.screen().text()).containsExactly("first", "second", "third");
        assertThat(terminal.screen().hasCursor()).isTrue();
    }

    @Test
    void nothingIsWrittenWhenNothingHasChanged() throws IOException {
        paint("log\n", "one", "two");
        assertThat(paint("", "one", "two").bytes()).isEmpty();
    }

    @Test
    void rowsThatHaveNotChangedAreLeftAlone() throws IOException {
        paint("", "one", "two", "three");
        Frame frame = paint("", "one", "TWO", "three");
        assertThat(new String(frame.bytes(), StandardCharsets.UTF_8))
                .contains("TWO")
                .doesNotContain("one")
                .doesNotContain("three");
        assertThat(terminal.screen().text()).containsExactly("one", "TWO", "three");
        assertThat(terminal.screen().erasedOutsideUpdates()).isZero();
    }

    @Test
    void theRegionDoesNotCutALineThatIsNotFinished() throws IOException {
        paint("", "one");
        paint("half a li", "one");
        assertThat(terminal.screen().text()).containsExactly("half a li");
        paint("ne\n", "one");
        assertThat(terminal.screen().text()).containsExactly("half a line", "one");
    }

    @Test
    void colorsOfTheLogGoOnBehindTheRegion() throws IOException {
        paint("\u001b[1m\u001b[31mred\n", "one");
        assertThat(screen.colors()).isEqualTo("\u001b[1m\u001b[31m");
        Frame frame = paint("still red\n", "one");
        assertThat(new String(frame.bytes(), StandardCharsets.UTF_8)).contains("\u001b[1m\u001b[31mstill red");
        paint("plain again\u001b[0m\n", "one");
        assertThat(screen.colors()).isEmpty();
    }

    @Test
    void anUpdateIsBegunAndEndedWhereTheTerminalKnowsThem() throws IOException {
        Frame frame = paint("log\n".getBytes(StandardCharsets.UTF_8), lines("one"), true);
        assertThat(new String(frame.bytes(), StandardCharsets.UTF_8))
                .startsWith("\u001b[?2026h")
                .endsWith("\u001b[?2026l");
        assertThat(terminal.screen().isUpdating()).isFalse();
    }

    @Test
    void aScreenOfWhichNothingIsKnownIsPaintedBelow() throws IOException {
        paint("log\n", "one", "two");
        terminal.output().write("\n\n$ fg\n".getBytes(StandardCharsets.UTF_8));
        screen = screen.lost();
        paint("more\n", "one", "two");
        assertThat(terminal.screen().text()).containsExactly("log", "one", "two", "$ fg", "more", "one", "two");
    }

    /** Where a terminal can have stopped reading, but for the middle of a row, which a narrower screen breaks. */
    private static List<Integer> gaps(byte[] frame) {
        List<Integer> gaps = new ArrayList<>();
        boolean begins = true;
        for (int at = 0; at < frame.length; at++) {
            if (begins) {
                gaps.add(at);
            }
            if (frame[at] == 0x1B) {
                do {
                    at++;
                } while (frame[at] < 0x40 || frame[at] == '[');
            } else {
                begins = frame[at] == '\r' || frame[at] == '\n';
            }
        }
        return gaps;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aResizeInTheMiddleOfAFrameLeavesNoTraceInTheLog(long seed) throws IOException {
        Random random = new Random(seed);
        List<String> logged = new ArrayList<>();
        for (int step = 0; step < 400; step++) {
            String log = "";
            if (random.nextBoolean()) {
                logged.add("log " + step + " " + "x".repeat(1 + random.nextInt(60)));
                log = logged.get(logged.size() - 1) + "\n";
            }
            Terminal.Size size = terminal.size();
            List<RegionLine> region = new ArrayList<>();
            for (int i = 1 + random.nextInt(7); i > 0; i--) {
                String line = "region " + step + " " + "r".repeat(random.nextInt(size.columns() - 10));
                region.add(new RegionLine(line, line));
            }
            Frame frame =
                    FramePainter.paint(screen, log.getBytes(StandardCharsets.UTF_8), region, new Mode(size, true));
            screen = frame.screen();
            List<Integer> gaps = gaps(frame.bytes());
            int gap = gaps.isEmpty() || random.nextInt(3) > 0 ? 0 : gaps.get(random.nextInt(gaps.size()));
            write(Arrays.copyOf(frame.bytes(), gap));
            if (gap > 0) {
                terminal.resize(30 + random.nextInt(20), 30 + random.nextInt(90));
            }
            write(Arrays.copyOfRange(frame.bytes(), gap, frame.bytes().length));
        }
        paint("");
        List<String> left = terminal.screen().lines();
        assertThat(left.stream().filter(line -> line.contains("region") || line.contains("rr")))
                .isEmpty();
        assertThat(left.stream().filter(line -> !line.isEmpty())).isEqualTo(logged);
    }

    private void write(byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            terminal.output().write(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theScreenIsTheLogAndTheRegionWhateverHappens(long seed) throws IOException {
        Random random = new Random(seed);
        List<String> logged = new ArrayList<>(List.of(""));
        for (int step = 0; step < 400; step++) {
            known = null;
            if (random.nextInt(12) == 0) {
                // The display learns of it later, as a terminal that is busy may tell it.
                known = random.nextBoolean() ? terminal.size() : null;
                terminal.resize(30 + random.nextInt(20), 30 + random.nextInt(90));
            }
            StringBuilder log = new StringBuilder();
            for (int i = random.nextInt(4); i > 0; i--) {
                log.append(text(random, 200)).append(random.nextInt(9) == 0 ? "" : "\n");
            }
            String[] pieces = log.toString().split("\n", -1);
            logged.set(logged.size() - 1, logged.get(logged.size() - 1) + pieces[0]);
            logged.addAll(List.of(pieces).subList(1, pieces.length));
            List<RegionLine> region = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                String line = CellText.start(text(random, 150), terminal.size().columns() - 1);
                region.add(new RegionLine(line, line));
            }
            if (random.nextInt(3) == 0) {
                region = new ArrayList<>(screen.region());
                region.removeIf(
                        line -> CellText.width(line.text()) >= terminal.size().columns());
            }
            paint(log.toString().getBytes(StandardCharsets.UTF_8), region, random.nextBoolean());

            List<String> expected = new ArrayList<>();
            logged.forEach(line -> expected.add(line.stripTrailing()));
            if (logged.get(logged.size() - 1).isEmpty()) {
                expected.remove(expected.size() - 1);
                region.forEach(line -> expected.add(line.text().stripTrailing()));
            }
            while (!expected.isEmpty() && expected.get(expected.size() - 1).isEmpty()) {
                expected.remove(expected.size() - 1);
            }
            if (known != null) {
                continue;
            }
            List<String> found = terminal.screen().lines();
            int first = 0;
            while (first < Math.min(found.size(), expected.size())
                    && found.get(first).equals(expected.get(first))) {
                first++;
            }
            // The lines before are the same; thousands of them would hide the one that is not.
            assertThat(found.subList(first, found.size()))
                    .as("step %d, from line %d", step, first)
                    .isEqualTo(expected.subList(first, expected.size()));
            assertThat(terminal.screen().isUpdating()).isFalse();
        }
    }

    private static String text(Random random, int most) {
        int length = random.nextInt(most);
        StringBuilder text = new StringBuilder();
        int[] codes = SOME.codePoints().toArray();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(codes[random.nextInt(codes.length)]);
        }
        return text.toString();
    }
}
