package dev.heddle.logmux.sink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Takes the pictures of the README, for {@code samples/screenshots}: a frame of a terminal, and a report. */
final class Screenshots {

    private static final int CELL = 8;
    private static final int ROW = 18;
    private static final String[] COLORS = {
        "#5c6773", "#ff7b72", "#56d07a", "#e3b341", "#79a8ff", "#d2a0ff", "#4fd1d9", "#b9c2cc",
        "#7d8894", "#ff9b94", "#7ee2a0", "#f2cc60", "#a5c6ff", "#e2c0ff", "#83e3e9", "#f4f6f8"
    };

    private Screenshots() {}

    /**
     * Takes pictures.
     *
     * @param arguments a frame as {@code tmux capture-pane -e} writes it, its columns, a report, a folder for the browser, the
     *     folder for the pictures
     */
    public static void main(String[] arguments) throws Exception {
        Path to = Path.of(arguments[4]);
        Path frame = Path.of(arguments[3]).resolve("frame.html");
        byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
        Files.writeString(frame, framePage(bytes));
        try (Chromium browser = Chromium.start(Path.of(arguments[3]))) {
            int rows = (int) new String(bytes, StandardCharsets.UTF_8).lines().count();
            browser.look(Integer.parseInt(arguments[1]) * CELL + 32, rows * ROW + 32, true);
            browser.open(frame.toUri().toString());
            browser.await("document.readyState === 'complete' && document.body.dataset.ready");
            Files.write(to.resolve("terminal.png"), browser.picture());
            browser.look(1180, 760, false);
            browser.open(Path.of(arguments[2]).toUri().toString());
            browser.await(
                    "document.querySelectorAll('#list .task').length > 0 && document.querySelector('.timeline canvas').width > 300");
            // The frame after the one in which the rows came.
            browser.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
            Files.write(to.resolve("report.png"), browser.picture());
        }
    }

    private static String framePage(byte[] frame) throws IOException {
        StringBuilder page = new StringBuilder("<!DOCTYPE html><meta charset=utf-8><title>frame</title><style>"
                + "body{margin:0;padding:16px;background:#14171b;color:#e3e7ec}"
                + "pre{margin:0;font:13px/" + ROW + "px 'DejaVu Sans Mono',monospace}</style>"
                + "<body data-ready=true><pre>");
        AnsiParser parser = new AnsiParser(new Spans(page));
        parser.accept(frame, 0, frame.length);
        parser.end();
        return page.append("</pre>").toString();
    }

    /** Text as elements with styles. */
    private record Spans(StringBuilder page) implements AnsiParser.Target {

        @Override
        public void text(String text, TextStyle style) {
            String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
            page.append("<span style=\"")
                    .append(color("color", style.foreground()))
                    .append(color("background", style.background()))
                    .append(style.has(TextStyle.BOLD) ? "font-weight:bold;" : "")
                    .append(style.has(TextStyle.DIM) ? "opacity:.65;" : "")
                    .append("\">")
                    .append(escaped)
                    .append("</span>");
        }

        private static String color(String property, int color) {
            if (color == TextStyle.NONE) {
                return "";
            }
            String value =
                    color < COLORS.length ? COLORS[color] : String.format(Locale.ROOT, "#%06x", color & 0xFFFFFF);
            return property + ":" + value + ";";
        }

        @Override
        public void endLine() {
            page.append('\n');
        }

        @Override
        public void fold() {
            // A screen that was captured has no carriage returns.
        }
    }
}
