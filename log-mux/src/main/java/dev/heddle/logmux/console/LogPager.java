package dev.heddle.logmux.console;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A person reads the log of a task, page by page, while the build goes on. Keys are those of {@code less}. Without clock and
 * terminal: it makes pages, whoever has the screen shows them. Owned by the display's thread.
 */
final class LogPager {

    private static final String HELP = "q back \u00b7 space b pages \u00b7 g G ends \u00b7 / search \u00b7 n N again";
    private static final int MOST_TYPED = 200;
    private static final int MOST_SHIFT = TaskLog.LINE_BYTES;

    private final String task;
    private final TaskLog log;
    private final StringBuilder typed = new StringBuilder();
    private boolean typing;
    private String words = "";
    private String notice = HELP;
    private Terminal.Size size;
    private long top;
    private int shift;

    private LogPager(String task, TaskLog log, Terminal.Size size) {
        this.task = task;
        this.log = log;
        this.size = size;
    }

    /** Opens a log at its end; there is none if nobody said anything. */
    static Optional<LogPager> open(String task, TaskLog.Source source, Terminal.Size size) throws IOException {
        LogPager pager = new LogPager(task, new TaskLog(source), size);
        if (!pager.log.measure()) {
            return Optional.empty();
        }
        pager.top = pager.last();
        return Optional.of(pager);
    }

    private int height() {
        return Math.max(1, size.rows() - 1);
    }

    /** The top line of the last page. */
    private long last() {
        return Math.max(0, log.total() - height());
    }

    /** Takes a key; false if the person has read enough. */
    boolean press(int key) throws IOException {
        if (typing) {
            type(key);
            return true;
        }
        notice = HELP;
        switch (key) {
            case 'q', 'Q', KeyDecoder.ESCAPE -> {
                return false;
            }
            case ' ', 'f', KeyDecoder.PAGE_DOWN -> down(height());
            case 'b', KeyDecoder.PAGE_UP -> up(height());
            case 'd' -> down(Math.max(1, height() / 2));
            case 'u' -> up(Math.max(1, height() / 2));
            case 'j', '\r', '\n', KeyDecoder.DOWN -> down(1);
            case 'k', KeyDecoder.UP -> up(1);
            case 'g', '<', KeyDecoder.HOME -> top = 0;
            case 'G', '>', KeyDecoder.END -> toEnd();
            case KeyDecoder.RIGHT -> shift = Math.min(MOST_SHIFT, shift + Math.max(1, size.columns() / 2));
            case KeyDecoder.LEFT -> shift = Math.max(0, shift - Math.max(1, size.columns() / 2));
            case '/' -> {
                typing = true;
                typed.setLength(0);
            }
            case 'n' -> search(true);
            case 'N' -> search(false);
            default -> {
                // Every other key is for nobody.
            }
        }
        return true;
    }

    // Who goes on at the end wants to see what has come since.
    private void down(int lines) throws IOException {
        if (top >= last()) {
            var unused = log.measure();
        }
        top = Math.min(Math.max(top, last()), top + lines);
    }

    private void up(int lines) {
        top = Math.max(0, top - lines);
    }

    private void toEnd() throws IOException {
        var unused = log.measure();
        top = last();
    }

    private void type(int key) throws IOException {
        if (key == '\r' || key == '\n') {
            typing = false;
            words = typed.length() == 0 ? words : typed.toString();
            search(true);
        } else if (key == KeyDecoder.ESCAPE) {
            typing = false;
        } else if (key == 0x7F || key == '\b') {
            if (typed.length() == 0) {
                typing = false;
            } else {
                typed.setLength(typed.offsetByCodePoints(typed.length(), -1));
            }
        } else if (key >= ' ' && key <= Character.MAX_CODE_POINT && typed.length() < MOST_TYPED) {
            typed.appendCodePoint(key);
        }
    }

    private void search(boolean forward) throws IOException {
        if (words.isEmpty()) {
            notice = "nothing was searched for yet: /";
            return;
        }
        long found = forward ? log.next(words, top + 1) : log.previous(words, top);
        if (found < 0) {
            notice = "not found " + (forward ? "below" : "above") + ": " + CellText.visible(words);
        } else {
            var unused = found < log.total() || log.measure();
            top = found;
        }
    }

    /** What is to be seen on a screen of a size. */
    Page page(Terminal.Size now) throws IOException {
        boolean atEnd = top >= last();
        if (!now.equals(size)) {
            size = now;
            top = atEnd ? last() : top;
        }
        List<String> rows = new ArrayList<>();
        for (String line : log.lines(top, height())) {
            rows.add(CellText.start(CellText.without(line, shift), Math.max(1, size.columns() - 1)));
        }
        return new Page(rows, typing ? "/" + CellText.visible(typed.toString()) + "_" : status(rows.size()));
    }

    private String status(int shown) {
        String where = log.total() == 0
                ? "empty"
                : String.format(Locale.ROOT, "lines %d-%d of %d", top + 1, top + shown, log.total());
        return CellText.end(CellText.visible(task), Math.max(8, size.columns() / 3)) + "  " + where + "  " + notice;
    }
}
