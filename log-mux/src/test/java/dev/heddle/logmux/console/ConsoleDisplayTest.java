package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.logmux.DiagnosticMatcher;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.LineRules;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.TextRenderer;
import dev.heddle.logmux.testing.ScriptedTerminal;
import dev.heddle.logmux.wire.FrameVisitor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The display behind a multiplexer. */
@Timeout(60)
class ConsoleDisplayTest {

    private final ScriptedTerminal terminal = new ScriptedTerminal(24, 80);

    private static OutputMultiplexer show(ConsoleDisplay display, GroupingStrategy strategy) throws IOException {
        return OutputMultiplexer.builder().strategy(strategy).to(display).build();
    }

    private static void say(OutputSource source, String text) {
        source.write(Channel.STDOUT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Waits until the screen shows something; the test's timeout ends a wait in vain. */
    private void awaitText(String wanted) throws InterruptedException {
        while (terminal.screen().text().stream().noneMatch(line -> line.contains(wanted))) {
            Thread.onSpinWait();
            if (Thread.interrupted()) {
                throw new InterruptedException(
                        wanted + " is not in " + terminal.screen().text());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"line", "indented", "task", "stage"})
    void allLinesAreInTheLogAndTheRegionIsGoneAtTheEnd(String strategy) throws Exception {
        Random random = new Random(strategy.hashCode());
        List<List<String>> said = new ArrayList<>();
        ConsoleDisplay display = ConsoleDisplay.builder(terminal).summary().build();
        try (OutputMultiplexer mux = show(display, GroupingStrategy.byName(strategy))) {
            List<OutputSource> open = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                open.add(mux.open("task" + i, null));
                said.add(new ArrayList<>());
            }
            for (int round = 0; round < 2000; round++) {
                int i = random.nextInt(open.size());
                String line = "t" + i + " says " + round + " \u6f22\u5b57 " + "x".repeat(random.nextInt(150)) + ".";
                said.get(i).add(line);
                int cut = random.nextInt(line.length());
                say(open.get(i), line.substring(0, cut));
                say(open.get(i), line.substring(cut) + "\n");
                if (round % 100 == 0) {
                    terminal.resize(6 + random.nextInt(40), 40 + random.nextInt(100));
                }
            }
            for (int i = 0; i < open.size(); i++) {
                open.get(i).finish(i % 50 == 7 ? 1 : 0);
            }
        }
        List<String> lines = terminal.screen().lines();
        for (int i = 0; i < said.size(); i++) {
            String mine = "t" + i + " says ";
            assertThat(lines.stream().filter(line -> line.startsWith(mine))).isEqualTo(said.get(i));
        }
        assertThat(lines).noneMatch(line -> line.contains("running") || line.contains("% "));
        assertThat(lines.get(lines.size() - 2)).startsWith("\u2500\u2500 slowest: ");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("\u2500\u2500 196 succeeded, 4 failed \u2500\u2500");
        assertThat(lines.stream().filter(line -> line.startsWith("\u2500\u2500 failed: ")))
                .hasSize(4);
        assertThat(terminal.screen().hasCursor()).isTrue();
        assertThat(terminal.screen().wraps()).isTrue();
        assertThat(terminal.isOpen()).isFalse();
    }

    @Test
    void theSummaryTellsWhatWasFoundInTheOutputOfAFailureInPlaceOfItsLastLines() throws Exception {
        ConsoleDisplay display = ConsoleDisplay.builder(terminal).summary().build();
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.line())
                .to(display)
                .rules(LineRules.none().matchers(DiagnosticMatcher.common()))
                .build();
        OutputSource source = mux.open("zlib", null);
        say(source, "a.c:4:2: warning: unused variable 'n'\na.c:7:1: error: no such thing\nmake: giving up\n");
        source.finish(1);
        mux.close();
        List<String> text = terminal.screen().text();
        int head = text.size() - 4;
        assertThat(text.get(head)).startsWith("\u2500\u2500 failed: zlib after ");
        assertThat(text.subList(head + 1, text.size()))
                .containsExactly(
                        "    a.c:7:1: error: no such thing",
                        "    a.c:4:2: warning: unused variable 'n'",
                        "\u2500\u2500 1 failed; 1 error, 1 warning \u2500\u2500");
    }

    @Test
    void noRowOfALongLineBeginsLikeOneOfOurs() throws Exception {
        String forged = "\u2500\u2500 failed: other \u2500\u2500";
        try (OutputMultiplexer mux = show(ConsoleDisplay.builder(terminal).build(), GroupingStrategy.line())) {
            OutputSource source = mux.open("job", null);
            say(source, "x".repeat(80) + forged + "\n" + "\u6f22".repeat(40) + forged + "\n");
            awaitText("failed: other");
            source.finish(0);
        }
        assertThat(terminal.screen().text().stream().map(String::strip))
                .contains("\\" + forged)
                .doesNotContain(forged);
    }

    @Test
    void whatRunsStandsBelowWhatWasSaid() throws Exception {
        ConsoleDisplay display = ConsoleDisplay.builder(terminal).build();
        try (OutputMultiplexer mux = show(display, GroupingStrategy.line())) {
            display.listener().onEvent(new BuildEvent.BuildStarted(new BuildEvent.Stamp(1, 1, Instant.EPOCH), 8, 0));
            OutputSource source = mux.open(new JobInfo(1, "zlib", null, "", "local", 1));
            say(source, "a line\nchecking for fcntl...");
            awaitText("checking for fcntl...");
            assertThat(terminal.screen().text()).containsSubsequence("\u2500\u2500 zlib \u2500\u2500", "a line");
            awaitText("P=0 I=0 B=0 Q=0 T=8 !=0 E=0");
            assertThat(terminal.screen().hasCursor()).isFalse();
            say(source, " yes\n");
            awaitText("checking for fcntl... yes");
            source.finish(0);
        }
        assertThat(terminal.screen().text())
                .containsExactly("\u2500\u2500 zlib \u2500\u2500", "a line", "checking for fcntl... yes");
    }

    @Test
    void halfLineStandsInTheRegionOnlyHoweverLongItTakes() throws Exception {
        AtomicLong skipped = new AtomicLong();
        ConsoleDisplay display = ConsoleDisplay.builder(terminal).build();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.stage())
                .ticker(() -> System.nanoTime() + skipped.get())
                .to(display)
                .build()) {
            OutputSource slow = mux.open("slow", null);
            OutputSource bar = mux.open("bar", null);
            say(slow, "checking ... ");
            say(bar, "\r 19%");
            awaitText("checking ...");
            for (int second = 1; second <= 13; second++) {
                skipped.addAndGet(1_000_000_000L);
                say(bar, "\r " + (19 + second) + "%");
                mux.message(Channel.MESSAGE, "second " + second);
                awaitText("second " + second);
            }
            say(slow, "yes\n");
            slow.finish(0);
            bar.finish(0);
        }
        assertThat(terminal.screen().lines())
                .containsOnlyOnce("checking ... yes", " 32%")
                .noneMatch(line -> line.contains("\u2026"));
    }

    @Test
    void plainTextShowsHalfLinesOfJobsThatPause() {
        terminal.dumb();
        ConsoleDisplay display = ConsoleDisplay.builder(terminal).build();
        display.begin(() -> {});
        assertThat(display.showsHalfLines()).isFalse();
    }

    @Test
    void aJobThatHasTheStageIsShownByteByByteWithoutARegion() throws Exception {
        try (OutputMultiplexer mux = show(ConsoleDisplay.builder(terminal).build(), GroupingStrategy.stage())) {
            OutputSource other = mux.open("other", null);
            awaitText("other");
            OutputSource console = mux.openLive(new JobInfo(2, "console", null, "", "local", 1));
            say(console, "Continue? ");
            awaitText("Continue?");
            assertThat(terminal.screen().text()).noneMatch(line -> line.contains("running"));
            say(console, "y\n");
            console.finish(0);
            awaitText("running");
            other.finish(0);
        }
        assertThat(terminal.screen().text()).contains("Continue? y").noneMatch(line -> line.contains("running"));
    }

    @Test
    void aKeyAsksForWhatItStandsFor() throws Exception {
        List<String> asked = new ArrayList<>();
        Controls controls = new Controls() {
            @Override
            public String regroup() {
                return "task";
            }

            @Override
            public void showHeld() {}

            @Override
            public boolean pauseOrGoOn() {
                return true;
            }

            @Override
            public void quit() {}

            @Override
            public boolean log(String task, OutputStream to) throws IOException {
                asked.add(task);
                to.write("what it said\n".getBytes(StandardCharsets.UTF_8));
                return true;
            }
        };
        ConsoleDisplay display =
                ConsoleDisplay.builder(terminal).controls(controls).build();
        try (OutputMultiplexer mux = show(display, GroupingStrategy.task())) {
            OutputSource source = mux.open("zlib", null);
            awaitText("zlib");
            terminal.press("g");
            awaitText("grouping: task");
            terminal.press("lzl\r");
            awaitText("zlib  lines 1-1 of 1");
            say(source, "said behind the page\n");
            source.finish(0);
            mux.drain();
            terminal.press("q");
            awaitText("said behind the page");
        }
        assertThat(asked).contains("zlib");
        assertThat(terminal.screen().text()).noneMatch(line -> line.contains("what it said"));
    }

    @Test
    void aTerminalWhoseCursorCannotBeMovedGetsPlainText() throws Exception {
        terminal.dumb();
        try (OutputMultiplexer mux = show(ConsoleDisplay.builder(terminal).build(), GroupingStrategy.line())) {
            OutputSource source = mux.open("zlib", null);
            say(source, "a line\n");
            source.finish(3);
        }
        assertThat(plainText(terminal.frames()))
                .isEqualTo("\u2500\u2500 zlib \u2500\u2500\na line\n\u2500\u2500 zlib: exit code 3 \u2500\u2500\n");
    }

    private static String plainText(List<byte[]> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(all::writeBytes);
        String text = all.toString(StandardCharsets.UTF_8);
        assertThat(text.chars().filter(c -> c != '\n').noneMatch(Character::isISOControl))
                .isTrue();
        return text;
    }

    @Test
    void jobsThatMayMoveTheCursorAnywhereGetNoRegion() throws Exception {
        TextRenderer.Form form = TextRenderer.Form.of(false).with(ControlPolicy.TRUST);
        ConsoleDisplay display = ConsoleDisplay.builder(terminal).form(form).build();
        try (OutputMultiplexer mux = show(display, GroupingStrategy.line())) {
            mux.open("zlib", null).finish(0);
            assertThat(terminal.isOpen()).isFalse();
        }
    }

    @Test
    void aHookGivesTheTerminalBackWhileJobsRun() throws Exception {
        ConsoleDisplay display = ConsoleDisplay.builder(terminal).build();
        try (OutputMultiplexer mux = show(display, GroupingStrategy.line())) {
            OutputSource source = mux.open("zlib", null);
            awaitText("zlib");
            display.restore();
            assertThat(terminal.screen().text()).isEmpty();
            assertThat(terminal.isOpen()).isFalse();
            say(source, "too late\n");
            source.finish(0);
        }
        assertThat(terminal.screen().text()).isEmpty();
    }

    @Test
    void plainTextHasAWordAboutWhatRunsWhenNothingWasSaidForLong() throws Exception {
        AtomicLong nanos = new AtomicLong();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConsoleDisplay display = ConsoleDisplay.builder(out, false)
                .heartbeat(Duration.ofSeconds(60))
                .build();
        display.begin(() -> {});
        FrameVisitor feed = display.feed();
        feed.time(0);
        feed.task(1, new JobInfo(1, "zlib", null, "", "local", 1), false);
        feed.task(2, new JobInfo(2, "bash", null, "", "local", 1), false);
        nanos.set(display.refresh(0));
        assertThat(nanos.get()).isEqualTo(60_000_000_000L);
        assertThat(display.refresh(59_999_999_999L)).isEqualTo(60_000_000_000L);
        assertThat(out.size()).isZero();
        assertThat(display.refresh(60_000_000_000L)).isEqualTo(120_000_000_000L);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("\u2500\u2500 2 running: zlib 1:00 (silent 60 s), bash 1:00 (silent 60 s) \u2500\u2500\n");
        display.close();
    }

    @Test
    void theEssentialsAreFailuresHostsAndJobsThatDoNotGetOn() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConsoleDisplay display = ConsoleDisplay.builder(out, false)
                .detail(ConsoleDisplay.Detail.ESSENTIALS)
                .build();
        try (OutputMultiplexer mux = show(display, GroupingStrategy.line())) {
            OutputSource good = mux.open("good", null);
            OutputSource bad = mux.open("bad", null);
            say(good, "nothing to see\n");
            say(bad, "this is why\n");
            mux.message(Channel.MESSAGE, "[1/2] progress");
            mux.message(Channel.ERROR, "the disk is full");
            good.finish(0);
            bad.finish(2);
            BuildEvent.Stamp stamp = new BuildEvent.Stamp(1, 1, Instant.EPOCH);
            display.listener().onEvent(new BuildEvent.HostUp(stamp, "alpha", 4));
            display.listener().onEvent(new BuildEvent.HostDown(stamp, "beta", "no route"));
            display.listener().onEvent(new BuildEvent.HostUp(stamp, "beta", 4));
            mux.message(Channel.MESSAGE, "wake");
        }
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactlyInAnyOrder(
                        "\u2500\u2500 error: the disk is full",
                        "\u2500\u2500 bad: exit code 2 \u2500\u2500",
                        "    this is why",
                        "\u2500\u2500 host beta is down: no route \u2500\u2500",
                        "\u2500\u2500 host beta is up again \u2500\u2500");
    }

    @Test
    void aSilenceThatGoesOnIsToldWheneverItHasDoubled() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConsoleDisplay display = ConsoleDisplay.builder(out, false)
                .detail(ConsoleDisplay.Detail.ESSENTIALS)
                .build();
        display.begin(() -> {});
        display.feed().time(0);
        display.feed().task(1, new JobInfo(1, "zlib", null, "", "beta", 1), false);
        for (long second = 0; second < 100; second++) {
            display.refresh(second * 1_000_000_000L);
        }
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "\u2500\u2500 zlib on beta is silent since 10 s \u2500\u2500",
                        "\u2500\u2500 zlib on beta is silent since 20 s \u2500\u2500",
                        "\u2500\u2500 zlib on beta is silent since 40 s \u2500\u2500",
                        "\u2500\u2500 zlib on beta is silent since 80 s \u2500\u2500");
        display.close();
    }

    @Test
    void aListenerNeverBlocksHoweverManyEventsCome() {
        ConsoleDisplay display = ConsoleDisplay.builder(terminal).build();
        for (int i = 0; i < 3 * ConsoleDisplay.MOST_EVENTS; i++) {
            display.listener().onEvent(new BuildEvent.Gap(new BuildEvent.Stamp(i, i, Instant.EPOCH), 1));
        }
        assertThat(terminal.frames()).isEmpty();
    }
}
