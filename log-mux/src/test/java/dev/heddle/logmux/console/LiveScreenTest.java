package dev.heddle.logmux.console;

import static dev.heddle.logmux.console.ModelFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.logmux.testing.ScriptedTerminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When frames are painted, in virtual time. */
@Timeout(30)
class LiveScreenTest {

    private final ScriptedTerminal terminal = new ScriptedTerminal(24, 80);
    private final ModelFixture build = new ModelFixture();
    private final Log log = new Log();
    private final LiveScreen screen = new LiveScreen(terminal, build.model, log);

    private void log(String text) throws IOException {
        log.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Lets a second pass, in steps of a millisecond, while something happens in each; gives the number of frames. */
    private int framesInASecond(long from, Action each) throws IOException {
        int before = terminal.frames().size();
        for (long nanos = from; nanos < from + SECOND; nanos += 1_000_000) {
            build.time(nanos);
            each.act(nanos);
            screen.refresh(nanos);
        }
        return terminal.frames().size() - before;
    }

    private interface Action {
        void act(long nanos) throws IOException;
    }

    @Test
    void logTextIsShownAtMostTwentyTimesASecondAndOtherNewsTen() throws IOException {
        build.time(0).start(1, "a");
        screen.refresh(0);
        assertThat(framesInASecond(SECOND, nanos -> log("line " + nanos + "\n")))
                .isBetween(18, 20);
        assertThat(framesInASecond(3 * SECOND, nanos -> build.say(1, "news " + nanos)))
                .isBetween(9, 10);
        assertThat(framesInASecond(5 * SECOND, nanos -> {})).isBetween(1, 2);
    }

    @Test
    void nothingIsPaintedWhenNothingRunsAndNothingIsSaid() throws IOException {
        assertThat(framesInASecond(0, nanos -> {})).isZero();
    }

    @Test
    void itAsksToBeCalledAgainInTimeForTheNextFrame() throws IOException {
        build.time(0).start(1, "a");
        assertThat(screen.refresh(0)).isLessThanOrEqualTo(LiveScreen.NEWS_NANOS);
        log("x\n");
        assertThat(screen.refresh(1)).isLessThanOrEqualTo(LiveScreen.LOG_NANOS);
    }

    @Test
    void everyFrameIsOneWrite() throws IOException {
        build.time(0).start(1, "a").start(2, "b");
        log("one\ntwo\n");
        screen.refresh(0);
        assertThat(terminal.frames()).hasSize(1);
        assertThat(terminal.screen().text()).startsWith("one", "two").hasSize(5);
    }

    @Test
    void aNewSizeIsFollowedAndAScreenThatIsTooSmallHasOneLine() throws IOException {
        build.time(0).start(1, "a").start(2, "b").start(3, "c");
        log("log\n");
        screen.refresh(0);
        assertThat(terminal.screen().text()).hasSize(5);
        terminal.resize(5, 60);
        screen.refresh(SECOND);
        assertThat(terminal.screen().text()).containsExactly("log", "0 done  3 running  0:01");
        terminal.resize(24, 100);
        screen.refresh(2 * SECOND);
        assertThat(terminal.screen().text()).hasSize(5);
    }

    @Test
    void aJobThatHasTheStageHasItAlone() throws IOException {
        build.time(0).start(1, "a");
        screen.refresh(0);
        build.start(2, "console", "local", true);
        screen.refresh(SECOND);
        assertThat(terminal.screen().text()).isEmpty();
        log("Continue? ");
        screen.paint(SECOND);
        assertThat(terminal.screen().text()).containsExactly("Continue?");
        assertThat(terminal.screen().hasCursor()).isTrue();
        log("yes\n");
        build.end(2, 0);
        screen.refresh(2 * SECOND);
        assertThat(terminal.screen().text()).startsWith("Continue? yes").hasSize(3);
        assertThat(terminal.screen().hasCursor()).isFalse();
    }

    @Test
    void whileTheProcessIsStoppedNothingIsPaintedAndThenAllOfIt() throws Exception {
        build.time(0).start(1, "a");
        log("before\n");
        screen.refresh(0);
        CountDownLatch suspended = new CountDownLatch(1);
        Thread signal = new Thread(() -> {
            screen.suspend();
            suspended.countDown();
        });
        signal.start();
        long nanos = SECOND;
        while (suspended.getCount() > 0) {
            screen.refresh(nanos++);
        }
        assertThat(terminal.screen().text()).containsExactly("before");
        assertThat(terminal.screen().hasCursor()).isTrue();
        log("meanwhile\n");
        screen.refresh(2 * SECOND);
        assertThat(terminal.screen().text()).containsExactly("before");
        terminal.output().write("$ fg\n".getBytes(StandardCharsets.UTF_8));
        screen.resume();
        screen.refresh(3 * SECOND);
        assertThat(terminal.screen().text())
                .startsWith("before", "$ fg", "meanwhile")
                .hasSize(5);
    }

    @Test
    void theEndTakesTheRegionAwayAndGivesTheTerminalBack() throws IOException {
        terminal.open(false, null);
        build.time(0).start(1, "a");
        log("all of it\n");
        screen.refresh(0);
        log("the rest\n");
        screen.end();
        assertThat(terminal.screen().text()).containsExactly("all of it", "the rest");
        assertThat(terminal.screen().hasCursor()).isTrue();
        assertThat(terminal.isOpen()).isFalse();
    }

    @Test
    void aHookGivesTheTerminalBackAndNothingIsPaintedAfterwards() throws IOException {
        terminal.open(false, null);
        build.time(0).start(1, "a");
        log("log\n");
        screen.refresh(0);
        screen.restore();
        assertThat(terminal.isOpen()).isFalse();
        log("more\n");
        screen.paint(SECOND);
        screen.restore();
        screen.end();
        assertThat(terminal.screen().text()).containsExactly("log");
        assertThat(terminal.screen().hasCursor()).isTrue();
    }

    @Test
    void aTerminalThatIsGoneIsGivenBackAllTheSame() throws IOException {
        terminal.open(false, null);
        build.time(0).start(1, "a");
        screen.refresh(0);
        terminal.fail(new IOException("gone"));
        assertThatThrownBy(screen::end).hasMessage("gone");
        assertThat(terminal.isOpen()).isFalse();
        screen.restore();
    }

    @Test
    void behindAPageTheLogGoesOnAndNothingOfItIsLost() throws IOException {
        build.time(0).start(1, "a");
        log("before\n");
        screen.refresh(0);
        Page page = new Page(List.of("a page"), "its status");
        screen.show(page);
        assertThat(terminal.screen().text()).startsWith("a page").endsWith("its status");
        int gathered = 0;
        int turns = terminal.frames().size();
        for (int i = 0; i < 60_000; i++) {
            log("line " + i + " behind the page, which is as long as lines are\n");
            screen.refresh(SECOND + i * 1_000_000L);
            screen.paint(SECOND + i * 1_000_000L);
            gathered = Math.max(gathered, log.size());
            if (i % 10_000 == 5_000) {
                terminal.resize(10 + i / 5_000, 50 + i / 1_000);
            }
        }
        assertThat(gathered).isLessThan(Log.MOST + 100);
        assertThat(terminal.frames().size() - turns).as("seldom").isLessThan(20);
        assertThat(terminal.screen().text()).startsWith("a page").endsWith("its status");
        screen.show(null);
        screen.refresh(100 * SECOND);
        assertThat(terminal.screen().lines())
                .startsWith("before", "line 0 behind the page, which is as long as lines are");
        assertThat(terminal.screen().lines().stream().filter(line -> line.startsWith("line ")))
                .hasSize(60_000);
        assertThat(terminal.screen().text().get(terminal.screen().text().size() - 1))
                .contains("a ");
        screen.end();
        assertThat(terminal.screen().hasCursor()).isTrue();
    }

    @Test
    void aPageIsLeftForAStopAndForAHookAndTheEnd() throws Exception {
        build.time(0).start(1, "a");
        log("log\n");
        screen.show(new Page(List.of("a page"), "status"));
        Thread stopping = new Thread(screen::suspend);
        stopping.start();
        long nanos = SECOND;
        for (; stopping.isAlive(); nanos += SECOND) {
            screen.refresh(nanos);
        }
        assertThat(terminal.screen().text()).containsExactly("log");
        assertThat(terminal.screen().hasCursor()).isTrue();
        screen.resume();
        screen.refresh(nanos + SECOND);
        assertThat(terminal.screen().text()).startsWith("a page");
        screen.restore();
        assertThat(terminal.screen().text()).containsExactly("log");
        assertThat(terminal.screen().hasCursor()).isTrue();
    }
}
