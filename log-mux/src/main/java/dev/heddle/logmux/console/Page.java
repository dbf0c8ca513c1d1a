package dev.heddle.logmux.console;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A page that takes the whole screen, on the one that terminals have beside their own (DEC private mode 1049), so that what
 * stands there comes back as it was. Texts have no control characters.
 *
 * @param rows the rows from the top, each no wider than the screen
 * @param status the last row, which tells what is shown
 */
record Page(List<String> rows, String status) {

    static final String ENTER = "\u001b[?1049h";
    static final String LEAVE = "\u001b[?1049l\u001b[?25h";

    private static final String BEGIN = "\u001b[?25l\u001b[?7l\u001b[m\u001b[H";
    private static final String ERASE_LINE_END = "\u001b[K";
    private static final String END = "\u001b[m\u001b[?7h";

    Page {
        rows = List.copyOf(rows);
    }

    /** What paints it over another page, or over an empty screen. */
    byte[] paint(Terminal.Size size) {
        StringBuilder all = new StringBuilder(BEGIN);
        for (int row = 0; row < size.rows() - 1; row++) {
            all.append(row < rows.size() ? rows.get(row) : "")
                    .append(ERASE_LINE_END)
                    .append("\r\n");
        }
        all.append("\u001b[7m")
                .append(CellText.start(status, size.columns() - 1))
                .append("\u001b[m")
                .append(ERASE_LINE_END)
                .append(END);
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }
}
