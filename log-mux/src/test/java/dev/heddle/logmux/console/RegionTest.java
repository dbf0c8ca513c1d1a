package dev.heddle.logmux.console;

import static dev.heddle.logmux.console.ModelFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.TaskState;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegionTest {

    private final ModelFixture build = new ModelFixture();

    private List<String> lines(int rows, int columns, long nanos) {
        Terminal.Size size = new Terminal.Size(rows, columns);
        return Region.lines(build.model.at(nanos, Region.height(size)), size, false).stream()
                .map(RegionLine::painted)
                .toList();
    }

    private void someBuild() {
        build.event(new BuildEvent.BuildStarted(build.stamp(), 40, 60));
        for (int i = 0; i < 10; i++) {
            build.state("d" + i, TaskState.WAITING, TaskState.USABLE);
        }
        build.state("bad", TaskState.WAITING, TaskState.FAILED);
        build.time(0)
                .start(1, "zlib/inflate.o")
                .start(2, "core/very/long/path/to/a/source/file/that/is/deep.o")
                .start(3, "\u6f22\u5b57.o")
                .say(1, "[3/4] checking for fcntl...")
                .say(3, "compiling\n");
        build.event(new BuildEvent.StepStarted(build.stamp(), 1, "configure", 4711));
        build.time(65 * SECOND).say(2, "a word\n");
    }

    @Test
    void columnsStandBelowOneAnother() {
        someBuild();
        assertThat(lines(30, 100, 66 * SECOND))
                .containsExactly(
                        "\u2501".repeat(6) + "\u2500".repeat(18)
                                + "   27%  11/40  1 failed  3 running  1:06  left: unknown",
                        "  zlib/inflate.o(configure)                4711  1:06  75%  silent 66 s  [3/4] checking for fcntl.\u2026",
                        "  \u2026g/path/to/a/source/file/that/is/deep.o        1:06   7B  a word",
                        "  \u6f22\u5b57.o                                         1:06  10B  silent 66 s  compiling",
                        "P=0 I=10 B=0 Q=0 T=29 !=0 E=1",
                        "E= bad");
    }

    @Test
    void aSmallScreenHasOneLine() {
        someBuild();
        assertThat(lines(5, 100, 0)).containsExactly(" 27%  11/40  1 failed  3 running  1:05  left: unknown");
        assertThat(lines(50, 20, 0)).containsExactly(" 27%  11/40  1:05");
        assertThat(lines(1, 1, 0)).containsExactly("");
    }

    @Test
    void aNarrowScreenHasTheJobsWithoutTheirPlaces() {
        someBuild();
        assertThat(lines(12, 40, 66 * SECOND))
                .containsExactly(
                        " 27%  11/40  1 failed  3 running  1:06",
                        "  \u2026o(configure)  1:06  75%  silent 66 s",
                        "  \u2026at/is/deep.o  1:06   7B  a word",
                        "  \u6f22\u5b57.o         1:06  10B  silent 66 s");
    }

    @Test
    void moreJobsThanRowsAreCounted() {
        for (int i = 1; i <= 200; i++) {
            build.start(i, "task" + i);
        }
        List<String> lines = lines(24, 80, 0);
        assertThat(lines).hasSize(8).startsWith("0 done  200 running  0:00").endsWith("  \u2026 and 194 more");
        assertThat(lines(100, 80, 0)).hasSize(Region.MOST_LINES);
    }

    @Test
    void theListOfErrorsSaysHowManyItLeavesOut() {
        build.event(new BuildEvent.BuildStarted(build.stamp(), 400, 0));
        for (int i = 0; i < 30; i++) {
            build.state("broken" + i, TaskState.WAITING, TaskState.FAILED);
        }
        build.start(1, "a");
        String errors = lines(40, 60, 0).get(3);
        assertThat(errors).startsWith("E= broken0 broken1").matches(".* \u2026 and \\d+ more");
        assertThat(errors.length()).isLessThan(60);
    }

    @Test
    void colorsAreClosedInTheirLine() {
        someBuild();
        Terminal.Size size = new Terminal.Size(30, 100);
        for (RegionLine line : Region.lines(build.model.at(66 * SECOND, 9), size, true)) {
            assertThat(line.painted()
                            .replaceAll("\u001b\\[[0-9;]+m[^\u001b]+\u001b\\[0m", "")
                            .indexOf('\u001b'))
                    .isEqualTo(-1);
            assertThat(line.painted().replaceAll("\u001b\\[[0-9;]*m", "").replace('\u2501', '\u2500'))
                    .isEqualTo(line.text().replace('\u2501', '\u2500'));
        }
    }

    @Test
    void everyLineIsNarrowerThanTheScreenWhateverIsShown() {
        Random random = new Random(3);
        for (int round = 0; round < 2000; round++) {
            ModelFixture any = new ModelFixture();
            if (random.nextBoolean()) {
                any.event(new BuildEvent.BuildStarted(any.stamp(), random.nextInt(2_000_000), 0));
            }
            for (int i = random.nextInt(20); i > 0; i--) {
                any.start(i, word(random), random.nextBoolean() ? "local" : word(random), false)
                        .say(i, word(random) + (random.nextBoolean() ? "\n" : ""))
                        .event(new BuildEvent.StepStarted(any.stamp(), i, word(random), random.nextInt()));
            }
            for (int i = random.nextInt(9); i > 0; i--) {
                any.state(word(random), TaskState.WAITING, TaskState.FAILED)
                        .event(new BuildEvent.HostDown(any.stamp(), word(random), ""));
            }
            any.model.notice(random.nextBoolean() ? CellText.visible(word(random)) : null);
            Terminal.Size size = new Terminal.Size(1 + random.nextInt(60), 1 + random.nextInt(150));
            long now = random.nextInt(1_000_000) * SECOND;
            List<RegionLine> lines = Region.lines(any.model.at(now, Region.height(size)), size, random.nextBoolean());
            assertThat(lines).hasSizeBetween(1, Math.max(1, Math.min(size.rows() / 3, Region.MOST_LINES)));
            for (RegionLine line : lines) {
                assertThat(CellText.width(line.text())).isLessThanOrEqualTo(Math.max(1, size.columns() - 1));
            }
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder("w");
        for (int i = random.nextInt(random.nextInt(80) + 1); i > 0; i--) {
            word.appendCodePoint(random.nextInt(8) == 0 ? random.nextInt(0x20000) : 'a' + random.nextInt(26));
        }
        return word.toString();
    }

    @Test
    void timesAndSizesAreShort() {
        assertThat(Region.time(9 * SECOND)).isEqualTo("0:09");
        assertThat(Region.time(754 * SECOND)).isEqualTo("12:34");
        assertThat(Region.time(3723 * SECOND)).isEqualTo("1:02:03");
        assertThat(Region.silence(45 * SECOND)).isEqualTo("45 s");
        assertThat(Region.silence(600 * SECOND)).isEqualTo("10 min");
        assertThat(Region.silence(9000 * SECOND)).isEqualTo("2 h");
        assertThat(Region.size(999)).isEqualTo("999B");
        assertThat(Region.size(1000)).isEqualTo("1.0K");
        assertThat(Region.size(123_456)).isEqualTo("121K");
        assertThat(Region.size(1_023_000)).isEqualTo("999K");
        assertThat(Region.size(1_040_000)).isEqualTo("1.0M");
        assertThat(Region.size(Long.MAX_VALUE)).isEqualTo("8.0E");
        for (long bytes = 1; bytes > 0; bytes = bytes * 3 + 1) {
            assertThat(Region.size(bytes).length()).isLessThanOrEqualTo(4);
        }
    }
}
