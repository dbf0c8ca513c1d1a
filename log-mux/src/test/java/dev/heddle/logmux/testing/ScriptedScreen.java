package dev.heddle.logmux.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a terminal shows after what was written to it: as much of ECMA-48 as a display may use, and an error for anything else,
 * so that a test sees what a display does that it should not.
 *
 * <p>Understands printing with automatic wrap (held back at the last column, as DEC terminals do), CR, LF (which returns as
 * well, as a line discipline makes it), cursor up, down and right, saving and restoring it, erasing to the end of the line or the screen, colours (which are
 * not kept), the private modes 7, 25 and 2026, and the other screen (1049). When its width changes, lines are broken anew; when it loses rows, those below the cursor go first. May be used from any thread.
 */
public final class ScriptedScreen {

    /** A row, and whether the line goes on in the next one. */
    private static final class Row {
        final StringBuilder text = new StringBuilder();
        boolean wrapped;
    }

    private static final IntUnaryOperator WIDTH = code -> {
        int type = Character.getType(code);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        boolean wide = (code >= 0x1100 && code <= 0x115F)
                || (code >= 0x2E80 && code <= 0xA4CF)
                || (code >= 0xAC00 && code <= 0xD7A3)
                || (code >= 0xF900 && code <= 0xFAFF)
                || (code >= 0xFF01 && code <= 0xFF60)
                || (code >= 0x1F300 && code <= 0x1F64F)
                || (code >= 0x1F900 && code <= 0x1FAFF)
                || (code >= 0x20000 && code <= 0x3FFFD);
        return wide ? 2 : 1;
    };

    /** Stands in the second cell of a wide character. */
    private static final char RIGHT_HALF = '\uE000';

    private final List<Row> lines = new ArrayList<>();
    private int rows;
    private int columns;
    private int row; // index into lines
    private int column;
    private boolean wrap = true;
    private boolean cursor = true;
    private int savedRow;
    private int savedColumn;
    private boolean updating;
    private @Nullable ScriptedScreen own;
    private int erasedOutsideUpdates;

    /** An empty screen of a size. */
    public ScriptedScreen(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        lines.add(new Row());
    }

    synchronized int rows() {
        return rows;
    }

    synchronized int columns() {
        return columns;
    }

    /** All rows from the first that was ever written to the last, those that have scrolled away included, without blanks at
     * their ends, and without empty ones at the end. */
    public synchronized List<String> text() {
        List<String> all = new ArrayList<>();
        lines.forEach(line -> all.add(shown(line)));
        while (!all.isEmpty() && all.get(all.size() - 1).isEmpty()) {
            all.remove(all.size() - 1);
        }
        return all;
    }

    /** The same with rows joined that are one line, which wraps. */
    public synchronized List<String> lines() {
        List<String> all = new ArrayList<>();
        StringBuilder whole = new StringBuilder();
        for (Row line : lines) {
            whole.append(line.text);
            if (!line.wrapped) {
                all.add(whole.toString().replace(String.valueOf(RIGHT_HALF), "").stripTrailing());
                whole.setLength(0);
            }
        }
        while (!all.isEmpty() && all.get(all.size() - 1).isEmpty()) {
            all.remove(all.size() - 1);
        }
        return all;
    }

    /** Whether the cursor can be seen. */
    public synchronized boolean hasCursor() {
        return cursor;
    }

    /** Whether characters wrap at the right edge. */
    public synchronized boolean wraps() {
        return wrap;
    }

    /** Whether an update in one go was begun and not ended. */
    public synchronized boolean isUpdating() {
        return updating;
    }

    /** How many rows with something on them were erased, or written over with the same text, outside updates in one go. */
    public synchronized int erasedOutsideUpdates() {
        return erasedOutsideUpdates;
    }

    private static String shown(Row line) {
        return line.text.toString().replace(String.valueOf(RIGHT_HALF), "").stripTrailing();
    }

    /** Takes what a display writes. */
    synchronized void write(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (int i = 0; i < text.length(); ) {
            int code = text.codePointAt(i);
            i += Character.charCount(code);
            if (code == 0x1B) {
                int end = i;
                if (text.charAt(end) == '7' || text.charAt(end) == '8') {
                    keep(text.charAt(end) == '7');
                    i++;
                    continue;
                }
                if (text.charAt(end) != '[') {
                    throw new AssertionError("escape sequence other than CSI: " + text.substring(i - 1));
                }
                end++;
                while (text.charAt(end) < 0x40) {
                    end++;
                }
                control(text.substring(i + 1, end), text.charAt(end));
                i = end + 1;
            } else if (code == '\r') {
                column = 0;
            } else if (code == '\n') {
                down();
                column = 0;
            } else if (code < 0x20 || code == 0x7F) {
                throw new AssertionError("control character " + code);
            } else {
                print(code);
            }
        }
    }

    // The place is one of the screen, not of the text on it, as with most terminals.
    private void keep(boolean save) {
        if (save) {
            savedRow = row - top();
            savedColumn = column;
        } else {
            row = Math.min(lines.size() - 1, top() + Math.min(rows - 1, savedRow));
            column = Math.min(columns - 1, savedColumn);
        }
    }

    private void control(String parameters, char last) {
        switch (last) {
            case 'A' -> row = Math.max(top(), row - number(parameters));
            case 'B' -> row = Math.min(top() + rows - 1, row + number(parameters));
            case 'C' -> column = Math.min(columns - 1, column + number(parameters));
            case 'H' -> {
                expect(parameters.isEmpty(), parameters + last);
                row = top();
                column = 0;
            }
            case 'J' -> {
                expect(parameters.isEmpty(), parameters + last);
                for (int i = row; i < lines.size(); i++) {
                    erase(i, i == row ? column : 0);
                }
            }
            case 'K' -> {
                expect(parameters.isEmpty(), parameters + last);
                erase(row, column);
            }
            case 'm' -> {
                // Colours take no room.
            }
            case 'h', 'l' -> mode(parameters, last == 'h');
            default -> expect(false, parameters + last);
        }
        while (lines.size() <= row) {
            lines.add(new Row());
        }
    }

    private void mode(String parameters, boolean on) {
        switch (parameters) {
            case "?7" -> wrap = on;
            case "?25" -> cursor = on;
            case "?2026" -> updating = on;
            case "?1049" -> turn(on);
            default -> expect(false, parameters);
        }
    }

    /** The other screen has no rows that scroll away; this one waits as it is, and is resized with it. */
    private void turn(boolean toOther) {
        ScriptedScreen behind = own;
        if (toOther && behind == null) {
            ScriptedScreen waiting = new ScriptedScreen(rows, columns);
            waiting.take(this);
            own = waiting;
            lines.clear();
            lines.add(new Row());
            row = 0;
            column = 0;
        } else if (!toOther && behind != null) {
            take(behind);
            own = null;
        }
    }

    private void take(ScriptedScreen other) {
        lines.clear();
        lines.addAll(other.lines);
        row = other.row;
        column = other.column;
    }

    private static void expect(boolean right, String sequence) {
        if (!right) {
            throw new AssertionError("a sequence that a display has no need of: CSI " + sequence);
        }
    }

    private static int number(String parameters) {
        return parameters.isEmpty() ? 1 : Integer.parseInt(parameters);
    }

    private int top() {
        return Math.max(0, lines.size() - rows);
    }

    private void erase(int index, int from) {
        Row line = lines.get(index);
        if (line.text.length() > from) {
            if (!updating && from == 0) {
                erasedOutsideUpdates++;
            }
            line.text.setLength(from);
        }
        line.wrapped = false;
    }

    private void print(int code) {
        int width = WIDTH.applyAsInt(code);
        if (width == 0) {
            // It joins the character before it, which is told by its first code point alone.
            return;
        }
        if (column + width > columns) {
            if (!wrap) {
                column = columns - width;
            } else {
                lines.get(row).wrapped = true;
                down();
                column = 0;
            }
        }
        StringBuilder text = lines.get(row).text;
        while (text.length() < column) {
            text.append(' ');
        }
        // A character beyond the basic plane takes two chars here and two cells there.
        String cells = Character.isBmpCodePoint(code) && width == 2
                ? Character.toString(code) + RIGHT_HALF
                : Character.toString(code);
        text.replace(column, Math.min(text.length(), column + width), cells);
        column += cells.length();
    }

    private void down() {
        row++;
        if (row == lines.size()) {
            lines.add(new Row());
        }
    }

    /** Changes the size. The cursor stays at the character it stands at. */
    synchronized void resize(int newRows, int newColumns) {
        if (own != null) {
            own.resize(newRows, newColumns);
        }
        if (newColumns != columns) {
            rebreak(newColumns);
        }
        columns = newColumns;
        for (int lost = rows - newRows; lost > 0 && lines.size() > row + 1; lost--) {
            lines.remove(lines.size() - 1);
        }
        rows = newRows;
        while (lines.size() > row + 1 && lines.get(lines.size() - 1).text.length() == 0) {
            lines.remove(lines.size() - 1);
        }
    }

    private void rebreak(int newColumns) {
        List<Row> broken = new ArrayList<>();
        int newRow = 0;
        int newColumn = 0;
        for (int i = 0; i < lines.size(); ) {
            StringBuilder whole = new StringBuilder();
            int cursorAt = -1;
            boolean more = true;
            for (; more && i < lines.size(); i++) {
                if (i == row) {
                    cursorAt = whole.length() + column;
                }
                whole.append(lines.get(i).text);
                more = lines.get(i).wrapped;
            }
            int from = 0;
            do {
                int end = Math.min(whole.length(), from + newColumns);
                if (end < whole.length()
                        && (whole.charAt(end) == RIGHT_HALF || Character.isLowSurrogate(whole.charAt(end)))) {
                    end--;
                }
                Row piece = new Row();
                piece.text.append(whole, from, end);
                piece.wrapped = end < whole.length();
                if (cursorAt >= from && (cursorAt < end || !piece.wrapped)) {
                    newRow = broken.size();
                    newColumn = cursorAt - from;
                }
                broken.add(piece);
                from = end;
            } while (from < whole.length());
        }
        lines.clear();
        lines.addAll(broken);
        row = newRow;
        column = newColumn;
    }
}
