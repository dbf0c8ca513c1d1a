package dev.heddle.logmux.sink;

import org.jspecify.annotations.Nullable;

/**
 * Follows a line of a job, character by character, and tells where a backslash must go so that the line can pass neither for
 * one of the engine's nor for a command to a CI server or to a program that reads the sink. Needs no character before its
 * time, so that nothing is held back. Owned by one thread.
 */
final class LineGuard {

    /** How far the line has come. */
    private enum State {
        /** Nothing that takes room is on it. */
        EMPTY,
        /** Nothing but blanks is. */
        BLANK,
        /** After blanks, one {@code :}. */
        COLON,
        /** One {@code @} at its beginning. */
        AT,
        /** {@code @n} at its beginning, on the way to {@code @nix}. */
        AT_N,
        /** {@code @ni} at its beginning. */
        AT_NI,
        /** {@code @nix} at its beginning. */
        AT_NIX,
        /** One {@code [} at its beginning. */
        BRACKET,
        /** The last character was the first {@code #}. */
        HASH,
        /** The last characters were {@code ##} and perhaps letters. */
        HASHES,
        /** Nothing to be careful about. */
        TEXT
    }

    private static final int NO_HEADING = -1;
    private static final int HEADING = 3;

    private final boolean beginnings;
    private final boolean inside;
    private final boolean moving;
    private final boolean headings;
    private final @Nullable RowStarts rows;
    private State state = State.EMPTY;
    /** How often the line's first character stood at its beginning so far; {@link #NO_HEADING} if it can be none. */
    private int run;

    private int runOf;

    private LineGuard(boolean beginnings, boolean inside, boolean moving, boolean headings, @Nullable RowStarts rows) {
        this.beginnings = beginnings;
        this.inside = inside;
        this.moving = moving;
        this.headings = headings;
        this.rows = rows;
        newLine();
    }

    /** Marks nothing. */
    static LineGuard off() {
        return new LineGuard(false, false, false, false, null);
    }

    /** For lines that have something of the engine's before them: marks commands that count anywhere in a line. */
    static LineGuard inside() {
        return new LineGuard(false, true, false, false, null);
    }

    /** For lines that begin with what the job says. */
    static LineGuard whole() {
        return new LineGuard(true, true, false, false, null);
    }

    /** The same for lines in which a job can move the cursor or what is shown, so that anything can come to be the beginning. */
    LineGuard whereTextMoves() {
        return new LineGuard(beginnings, inside, true, headings, rows);
    }

    /**
     * The same where lines that begin with three of {@code -}, {@code +}, {@code ~} or {@code ^} and a blank are headings, as
     * for Buildkite. Elsewhere they are none, and diffs are full of them.
     */
    LineGuard whereHeadingsCount() {
        return new LineGuard(beginnings, inside, moving, true, rows);
    }

    /** The same on a screen that breaks lines: what begins a row of a line is marked as what begins a line. */
    LineGuard whereRowsBreak(RowStarts starts) {
        return new LineGuard(beginnings, inside, moving, headings, starts);
    }

    /** Another line begins, or what follows may come to stand at the beginning of this one. */
    void newLine() {
        state = beginnings ? State.EMPTY : State.TEXT;
        run = beginnings && headings ? 0 : NO_HEADING;
        if (rows != null) {
            rows.newLine();
        }
    }

    /** The engine has put a character into the line. */
    void passes(int code) {
        if (rows != null) {
            rows.take(code);
        }
    }

    /** Whether no character but a {@code #} or a line end can matter. */
    boolean isAtEase() {
        return state == State.TEXT && !moving && run == NO_HEADING && rows == null;
    }

    /**
     * Whether the character must not be shown as it is, wherever it stands. A backslash would not do where text moves: it can be
     * deleted, or left behind at the end of the row above, as where it is not known where the row ends. Letters of Chinese and Japanese stay what they are.
     */
    boolean replaces(int code) {
        RowStarts starts = rows;
        boolean astray = starts != null && !starts.isSure() && starts.begins(code) && imitates(code);
        return (astray || (moving && EngineLines.isLead(code))) && !Character.isLetter(code);
    }

    /** Takes the next character that is shown; true if there must be a backslash before it. */
    boolean marks(int code) {
        boolean marked = rows != null && rows.isSure() && rows.begins(code) && imitates(code);
        marked |= marksLine(code);
        if (marked) {
            passes('\\');
        }
        passes(code);
        return marked;
    }

    // Without a beginning of its own a line has the job's name before it, in brackets.
    private boolean imitates(int code) {
        return EngineLines.isLead(code) || (!beginnings && code == '[');
    }

    private boolean marksLine(int code) {
        if (run != NO_HEADING && endsHeading(code)) {
            state = State.TEXT;
            return true;
        }
        State before = state;
        boolean marked = switch (before) {
            case EMPTY -> EngineLines.isLead(code);
            case COLON -> code == ':';
            case AT, AT_NIX -> code == ' ';
            case BRACKET, HASHES -> code == '[';
            case BLANK, AT_N, AT_NI, HASH, TEXT -> false;
        };
        state = marked ? State.TEXT : after(before, code);
        return marked;
    }

    private boolean endsHeading(int code) {
        if (run == HEADING) {
            run = NO_HEADING;
            return code == ' ' || code == '\t';
        }
        boolean more = run == 0 ? "-+~^".indexOf(code) >= 0 : code == runOf;
        runOf = code;
        run = more ? run + 1 : NO_HEADING;
        return false;
    }

    private State after(State before, int code) {
        if (code == '#' && inside) {
            return before == State.HASH || before == State.HASHES ? State.HASHES : State.HASH;
        }
        return switch (before) {
            case EMPTY, BLANK -> atBeginning(before, code);
            case AT -> code == 'n' ? State.AT_N : State.TEXT;
            case AT_N -> code == 'i' ? State.AT_NI : State.TEXT;
            case AT_NI -> code == 'x' ? State.AT_NIX : State.TEXT;
            case HASHES -> isLetter(code) ? State.HASHES : State.TEXT;
            default -> State.TEXT;
        };
    }

    private static State atBeginning(State before, int code) {
        if (code == ':') {
            return State.COLON;
        }
        if (Characters.isBlank(code)) {
            return State.BLANK;
        }
        if (EngineLines.isInvisible(code)) {
            return before;
        }
        if (before == State.EMPTY && code == '@') {
            return State.AT;
        }
        return code == '[' ? State.BRACKET : State.TEXT;
    }

    private static boolean isLetter(int code) {
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    }
}
