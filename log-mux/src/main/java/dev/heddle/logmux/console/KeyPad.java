package dev.heddle.logmux.console;

import dev.heddle.logmux.BuildSummary;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the keys do. A word about it stands in the region for a while; failures that a key shows go into the log, and a task's log
 * is read page by page. Owned by the display's thread.
 */
final class KeyPad {

    static final String HELP =
            "g grouping \u00b7 f failed \u00b7 l log of\u2026 \u00b7 d dump held \u00b7 p pause \u00b7 q quit";

    private static final long NOTICE_NANOS = 6_000_000_000L;
    private static final int ENTER = '\r';
    private static final int DELETE = 0x7F;
    private static final int MOST_TYPED = 200;

    private final Terminal terminal;
    private final Controls controls;
    private final ConsoleModel model;
    private final PlainWords words;
    private final LiveScreen screen;
    private @Nullable LogPager pager;
    private final StringBuilder typed = new StringBuilder();
    private boolean asking;
    private long noticeEnds = Long.MAX_VALUE;

    KeyPad(Terminal terminal, Controls controls, ConsoleModel model, PlainWords words, LiveScreen screen) {
        this.terminal = terminal;
        this.controls = controls;
        this.model = model;
        this.words = words;
        this.screen = screen;
    }

    /** Does what the keys that were pressed stand for. */
    void press(long nanos) throws IOException {
        for (int key = terminal.key(); key != KeyDecoder.NONE; key = terminal.key()) {
            LogPager open = pager;
            if (open != null) {
                pager = open.press(key) ? open : null;
            } else if (asking) {
                type(key, nanos);
            } else {
                press(key, nanos);
            }
        }
        screen.show(pager == null ? null : pager.page(terminal.size()));
        if (!asking && nanos >= noticeEnds) {
            noticeEnds = Long.MAX_VALUE;
            model.notice(null);
        }
    }

    private void press(int key, long nanos) throws IOException {
        switch (key) {
            case 'g' -> say("grouping: " + controls.regroup(), nanos);
            case 'd' -> {
                controls.showHeld();
                say("what was held is shown", nanos);
            }
            case 'p' -> {
                boolean paused = controls.pauseOrGoOn();
                say(paused ? "paused: nothing more is started; p goes on" : "goes on", nanos);
                noticeEnds = paused ? Long.MAX_VALUE : noticeEnds;
            }
            case 'q' -> {
                controls.quit();
                say("ends when what runs has ended", nanos);
            }
            case 'f' -> showFailed(nanos);
            case 'l' -> {
                asking = true;
                typed.setLength(0);
                ask();
            }
            case '?', 'h' -> say(HELP, nanos);
            default -> {
                // Every other key is for nobody.
            }
        }
    }

    private void showFailed(long nanos) throws IOException {
        List<BuildSummary.Failure> failures = model.failures().told();
        if (failures.isEmpty()) {
            say("nothing has failed", nanos);
        }
        for (BuildSummary.Failure failure : failures) {
            words.failure(failure);
        }
    }

    private void type(int key, long nanos) throws IOException {
        if (key == ENTER || key == '\n') {
            asking = false;
            model.notice(null);
            showLog(typed.toString().strip(), nanos);
            return;
        }
        if (key == KeyDecoder.ESCAPE) {
            asking = false;
            model.notice(null);
            return;
        }
        if ((key == DELETE || key == '\b') && typed.length() > 0) {
            typed.setLength(typed.offsetByCodePoints(typed.length(), -1));
        } else if (key >= ' ' && key != DELETE && key <= Character.MAX_CODE_POINT && typed.length() < MOST_TYPED) {
            typed.appendCodePoint(key);
        }
        ask();
    }

    private void ask() {
        model.notice("log of (number of its line, or a part of its name): " + CellText.visible(typed.toString()) + "_");
    }

    private void showLog(String wanted, long nanos) throws IOException {
        if (wanted.isEmpty()) {
            return;
        }
        String task = model.named(wanted);
        pager = LogPager.open(task, to -> controls.log(task, to), terminal.size())
                .orElse(null);
        if (pager == null) {
            say("nothing is there of '" + CellText.visible(task) + "'", nanos);
        }
    }

    private void say(String text, long nanos) {
        model.notice(text);
        noticeEnds = nanos + NOTICE_NANOS;
    }
}
