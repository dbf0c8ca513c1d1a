package dev.heddle.logmux.console;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes of what is on the screen and what should be there the bytes that lead from one to the other, to be written at once.
 * The only place where the cursor is moved.
 *
 * <p>Between two frames the cursor stands at the beginning of the region's first line. A screen that breaks its lines anew
 * when its width changes keeps the cursor at its character, and one that loses rows drops those below the cursor first; so the
 * region is found again even when the change is not known yet, and none of it ends among the lines that have scrolled away.
 * Automatic wrap is off while the region is painted: a character that is wider than expected is cut off and spoils nothing.
 * Rows that have not changed are left alone unless log text pushes them down. Sequences are those of ECMA-48 and of DEC's
 * private modes 7, 25 and 2026.
 */
final class FramePainter {

    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";
    private static final String BEGIN_UPDATE = "\u001b[?2026h";
    private static final String END_UPDATE = "\u001b[?2026l";
    private static final String ERASE_BELOW = "\u001b[J";
    private static final String ERASE_LINE_END = "\u001b[K";
    private static final String RESET = "\u001b[m";
    private static final String UP = "\u001b[A";
    private static final String SAVE = "\u001b7";
    private static final String RESTORE = "\u001b8";
    /**
     * Erases the region from its first cell on. In two steps: tmux keeps, among the lines that have scrolled away, what was on
     * a screen that is erased from its very first cell.
     */
    private static final String ERASE = "\r" + ERASE_LINE_END + "\u001b[C" + ERASE_BELOW + "\r";

    /** Longest sequence of colours that is brought back; a job that mixes more loses the first of them. */
    private static final int MOST_COLORS = 256;

    /**
     * What is on the screen.
     *
     * @param region the lines of the region; none if it is not shown
     * @param lineOpen whether the log above ends in the middle of a line, which a region must not cut
     * @param cursorHidden whether the cursor is hidden
     * @param colors sequences that bring back the colours at the end of the log
     * @param size its size when it was painted
     */
    record Screen(List<RegionLine> region, boolean lineOpen, boolean cursorHidden, String colors, Terminal.Size size) {
        private static final Terminal.Size UNKNOWN = new Terminal.Size(1, 1);

        /** A screen that nothing was done to. */
        static final Screen UNTOUCHED = new Screen(List.of(), false, false, "", UNKNOWN);

        /** The same log above a screen of which nothing else is known. */
        Screen lost() {
            return new Screen(List.of(), lineOpen, false, colors, UNKNOWN);
        }
    }

    /**
     * What leads to a new screen.
     *
     * @param bytes what to write; nothing if nothing changes
     * @param screen what is on the screen then
     */
    @SuppressWarnings("ArrayRecordComponent") // handed to the terminal once, never compared
    record Frame(byte[] bytes, Screen screen) {}

    /**
     * The way the screen works.
     *
     * @param size its size now
     * @param updatesAtOnce whether it can be told to show an update in one go
     */
    record Mode(Terminal.Size size, boolean updatesAtOnce) {}

    private final Screen before;
    private final Mode mode;
    private final StringBuilder head = new StringBuilder();
    private final StringBuilder foot = new StringBuilder();

    private FramePainter(Screen before, Mode mode) {
        this.before = before;
        this.mode = mode;
    }

    /**
     * Makes a frame.
     *
     * @param before what is on the screen
     * @param log text that goes above the region, with whatever the job's colours are
     * @param wanted the region, or nothing to take it away
     * @param mode how the screen works
     */
    static Frame paint(Screen before, byte[] log, List<RegionLine> wanted, Mode mode) {
        return new FramePainter(before, mode).paint(log, wanted);
    }

    private Frame paint(byte[] log, List<RegionLine> wanted) {
        boolean open = log.length == 0 ? before.lineOpen : log[log.length - 1] != '\n';
        List<RegionLine> region = open ? List.of() : wanted;
        boolean sameSize = before.size.equals(mode.size) || (before.region.isEmpty() && region.isEmpty());
        if (log.length == 0 && sameSize && region.equals(before.region)) {
            return new Frame(log, before);
        }
        boolean fits = !region.isEmpty() && before.region.size() >= region.size();
        // Where it cannot be seen that rows are erased and painted anew, that is what a resize does least harm to.
        if (log.length == 0 && sameSize && fits && !mode.updatesAtOnce) {
            change(region);
        } else {
            head.append(before.region.isEmpty() ? "" : ERASE).append(before.colors);
            draw(region);
        }
        boolean hidden = !region.isEmpty();
        if (hidden != before.cursorHidden) {
            foot.append(hidden ? HIDE_CURSOR : SHOW_CURSOR);
        }
        return new Frame(bytes(log), new Screen(List.copyOf(region), open, hidden, colors(log), mode.size));
    }

    // The sequences that set colours since the last that reset them all.
    private String colors(byte[] log) {
        String colors = before.colors;
        for (int i = 0; i + 2 < log.length; i++) {
            if (log[i] != 0x1B || log[i + 1] != '[') {
                continue;
            }
            int end = i + 2;
            while (end < log.length && (log[end] == ';' || log[end] == ':' || (log[end] >= '0' && log[end] <= '9'))) {
                end++;
            }
            if (end == log.length || log[end] != 'm') {
                continue;
            }
            String sequence = new String(log, i, end + 1 - i, StandardCharsets.ISO_8859_1);
            String parameters = sequence.substring(2, sequence.length() - 1);
            boolean reset = parameters.isEmpty() || parameters.equals("0") || parameters.startsWith("0;");
            String kept = reset || colors.length() > MOST_COLORS ? "" : colors;
            colors = parameters.isEmpty() || parameters.equals("0") ? "" : kept + sequence;
            i = end;
        }
        return colors;
    }

    // From below, on rows that are empty: if the screen is resized meanwhile, rows above the cursor are not broken, so
    // that the
    // way up ends at the first line all the same. Line feeds make room where there is none below.
    private void draw(List<RegionLine> region) {
        if (region.isEmpty()) {
            return;
        }
        foot.append(RESET)
                .append(NO_WRAP)
                .append("\n".repeat(region.size() - 1))
                .append('\r');
        for (int i = region.size() - 1; i >= 0; i--) {
            foot.append(region.get(i).painted()).append('\r').append(i == 0 ? "" : UP);
        }
        foot.append(WRAP);
    }

    // Rows stay where they are; only those that differ are written, and erased from their new end on. Each is gone to
    // from the
    // first line and come back from: on a screen that has lost rows and not told yet, the way down ends too early, but
    // no way
    // back ends above the region.
    private void change(List<RegionLine> region) {
        foot.append(NO_WRAP);
        int old = before.region.size();
        for (int i = 0; i < region.size(); i++) {
            if (!region.get(i).equals(before.region.get(i))) {
                RegionLine line = region.get(i);
                there(i, line.painted() + ERASE_LINE_END);
            }
        }
        if (region.size() < old) {
            there(region.size(), ERASE_BELOW);
        }
        foot.append(WRAP);
    }

    private void there(int row, String what) {
        if (row == 0) {
            foot.append(what).append('\r');
        } else {
            foot.append(SAVE)
                    .append("\u001b[")
                    .append(row)
                    .append('B')
                    .append(what)
                    .append(RESTORE);
        }
    }

    private byte[] bytes(byte[] log) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(log.length + head.length() + foot.length() * 2 + 32);
        put(all, mode.updatesAtOnce ? BEGIN_UPDATE : "");
        put(all, head.toString());
        all.write(log, 0, log.length);
        put(all, foot.toString());
        put(all, mode.updatesAtOnce ? END_UPDATE : "");
        return all.toByteArray();
    }

    private static void put(ByteArrayOutputStream to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.write(bytes, 0, bytes.length);
    }
}
