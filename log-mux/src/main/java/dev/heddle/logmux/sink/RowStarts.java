package dev.heddle.logmux.sink;

import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;

/**
 * Follows a line, character by character, on a screen that breaks lines, and tells which characters may come to stand at the
 * beginning of a row. Terminals disagree about the width of some characters, so what it knows is between which two cells the
 * next character stands; behind characters of which all are sure these are the same. A screen whose width changes later breaks
 * its lines elsewhere. Owned by one thread.
 */
final class RowStarts {

    private static final int TAB = 8;
    /** Cells of the widest character; it may also leave one empty at the end of a row. */
    private static final int MOST_CELLS = 2;

    private final IntSupplier columns;
    private final IntUnaryOperator cells;
    private final String prefix;
    private int width;
    /** Cells before the next character, counted from the beginning of the line: at least, at most. */
    private long least;

    private long most;

    /**
     * Begins before a line.
     *
     * @param columns cells of a row, at least 1; asked for each line
     * @param cells cells that a character takes
     * @param prefix what stands before each line
     */
    RowStarts(IntSupplier columns, IntUnaryOperator cells, String prefix) {
        this.columns = columns;
        this.cells = cells;
        this.prefix = prefix;
        newLine();
    }

    /** Another line begins. */
    void newLine() {
        width = Math.max(1, columns.getAsInt());
        least = 0;
        most = 0;
        prefix.codePoints().forEach(this::take);
    }

    /** Whether it is known where the next character stands. */
    boolean isSure() {
        return least == most;
    }

    /** Whether the next character may stand at the beginning of a row, the first one left out, if it is this one. */
    boolean begins(int code) {
        long last = most + (isSure() ? gap(wide(code)) : 0);
        return last >= width && last / width * width >= least;
    }

    private int wide(int code) {
        return code == '\t' ? 1 : cells.applyAsInt(code);
    }

    // A wide character does not fit into the last cell.
    private long gap(int wide) {
        long cell = most % width;
        return cell > 0 && cell + wide > width ? width - cell : 0;
    }

    /** Takes the next character. */
    void take(int code) {
        int wide = wide(code);
        if (code == '\t') {
            tab();
        } else if (!isSure(code)) {
            most += MOST_CELLS + 1;
        } else if (isSure()) {
            most += gap(wide) + wide;
            least = most;
        } else {
            least += wide;
            most += 2L * wide - 1;
        }
    }

    // A tab ends in the last cell at the latest; what it does behind that, before the row is broken, is not the same
    // everywhere.
    private void tab() {
        long cell = most % width;
        if (isSure() && (cell > 0 || most == 0)) {
            most += Math.max(0, Math.min((cell / TAB + 1) * TAB, width - 1L) - cell);
            least = most;
        } else {
            most += TAB;
        }
    }

    /** Whether all terminals agree about a character's width, with those of the letters and signs that lines are made of. */
    private static boolean isSure(int code) {
        return (code < 0x300 && code != 0xAD)
                || (code >= 0x370 && code < 0x483)
                || (code >= 0x48A && code < 0x530)
                || (code >= 0x2010 && code < 0x2028)
                || (code >= 0x2500 && code < 0x2580)
                || (code >= 0x3041 && code < 0x3097)
                || (code >= 0x30A1 && code < 0x3100)
                || (code >= 0x4E00 && code < 0xA000)
                || (code >= 0xAC00 && code < 0xD7A4);
    }
}
