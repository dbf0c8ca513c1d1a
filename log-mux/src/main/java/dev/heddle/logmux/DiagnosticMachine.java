package dev.heddle.logmux;

import dev.heddle.core.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Finds the diagnostics in what one source says on one channel, line by line. A pure machine: no thread, no clock. Bounded by the
 * lines of one diagnostic, of which it holds what was said of the place, not the text.
 */
final class DiagnosticMachine {

    /**
     * Lines of one source and channel that are searched for the beginning of a diagnostic; what comes behind them is taken to have
     * none. Otherwise a job that prints warnings without end would keep a build from ending for minutes.
     */
    private static final int MOST_SEARCHED = DiagnosticMatcher.MOST_SEARCHED;

    /** How a line stands to the diagnostic before it. */
    enum Step {
        /** It is part of none. */
        OUTSIDE,
        /** It begins a new one; an earlier one ends before it. */
        BEGINS,
        /** It may go on: whether it does, a later line may tell. */
        GOES_ON,
        /** It is the last line. */
        ENDS
    }

    /**
     * A diagnostic and where it stands.
     *
     * @param diagnostic what was found
     * @param offset where its first byte stands
     * @param bytes how many bytes its lines have
     */
    record Found(Diagnostic diagnostic, long offset, long bytes) {}

    /** Takes what is found. */
    @FunctionalInterface
    interface Output {
        void found(Found found);
    }

    private final MatcherSet matchers;
    private final Output output;

    /** Whose diagnostic is open, or null. */
    private @Nullable DiagnosticMatcher open;
    /** What is known of it; null while only lines before the head have come. */
    private @Nullable DiagnosticDraft draft;

    private int searched;
    private boolean confirmed;
    private boolean ended;
    private boolean joined;
    private int lines;
    /** How many lines there were with the head. */
    private int headLines;

    private long offset;
    private long bytes;
    /** Lines that belong only if a line follows that does, and their bytes. */
    private int unsure;

    private long unsureBytes;

    DiagnosticMachine(MatcherSet matchers, Output output) {
        this.matchers = matchers;
        this.output = output;
    }

    /** Whether a later line may belong to what came before. */
    boolean isOpen() {
        return open != null;
    }

    /** Takes a line that begins at {@code at} and has {@code length} bytes with its end. */
    Step line(LineText line, long at, long length) {
        DiagnosticMatcher current = open;
        if (current != null) {
            Step step = goOn(current, line, length);
            if (step != null) {
                return step;
            }
            close();
        }
        return begin(line, at, length);
    }

    private Step begin(LineText line, long at, long length) {
        long hits = matchers.hits(line);
        if (hits == 0 || searched == MOST_SEARCHED) {
            return Step.OUTSIDE;
        }
        searched++;
        MatcherSet.Head head = matchers.head(line.text(), hits);
        DiagnosticMatcher found = head == null ? matchers.before(line.text(), hits) : head.matcher();
        if (found == null) {
            return Step.OUTSIDE;
        }
        open = found;
        draft = head == null ? null : matchers.draft(head, line.text(), hits);
        confirmed = found.alone;
        ended = false;
        joined = false;
        lines = 1;
        headLines = 1;
        offset = at;
        bytes = length;
        unsure = 0;
        unsureBytes = 0;
        return Step.BEGINS;
    }

    // Null if the line is not part of what is open.
    private @Nullable Step goOn(DiagnosticMatcher matcher, LineText line, long length) {
        if (lines + unsure >= matcher.mostLines) {
            return null;
        }
        String text = line.text();
        DiagnosticDraft known = draft;
        if (known == null) {
            return beforeHead(matcher, text, length);
        }
        if (ended) {
            return behindEnd(matcher, known, text, length);
        }
        LinePattern.Match match = DiagnosticMatcher.firstOf(matcher.goesOn, text);
        if (match != null) {
            known.more(match, matcher.lastPlace);
            confirmed = true;
            return take(length);
        }
        LinePattern.Match last = matcher.end == null ? null : matcher.end.find(text);
        if (last != null) {
            known.last(last);
            confirmed = true;
            ended = !matcher.joins.isEmpty();
            take(length);
            if (!ended) {
                close();
            }
            return ended ? Step.GOES_ON : Step.ENDS;
        }
        return maybe(matcher, line, length);
    }

    private @Nullable Step maybe(DiagnosticMatcher matcher, LineText line, long length) {
        boolean blank = matcher.blankInside && line.text().isBlank();
        boolean gap = lines == headLines && unsure < matcher.gap && !line.text().isBlank();
        if (!blank && (!gap || matchers.begins(line))) {
            return null;
        }
        unsure++;
        unsureBytes += length;
        return Step.GOES_ON;
    }

    private @Nullable Step beforeHead(DiagnosticMatcher matcher, String text, long length) {
        LinePattern.Match head = DiagnosticMatcher.firstOf(matcher.heads, text);
        if (head != null) {
            draft = new DiagnosticDraft(matcher, head, text);
            take(length);
            headLines = lines;
            return Step.GOES_ON;
        }
        return DiagnosticMatcher.anyMatches(matcher.before, text) ? take(length) : null;
    }

    private @Nullable Step behindEnd(DiagnosticMatcher matcher, DiagnosticDraft known, String text, long length) {
        boolean joins = DiagnosticMatcher.anyMatches(matcher.joins, text);
        if (joins || (matcher.blankInside && text.isBlank())) {
            joined |= joins;
            unsure++;
            unsureBytes += length;
            return Step.GOES_ON;
        }
        LinePattern.Match head = joined ? DiagnosticMatcher.firstOf(matcher.heads, text) : null;
        if (head == null) {
            return null;
        }
        known.more(head, matcher.lastPlace);
        ended = false;
        joined = false;
        take(length);
        headLines = lines;
        return Step.GOES_ON;
    }

    private Step take(long length) {
        lines += unsure + 1;
        bytes += unsureBytes + length;
        unsure = 0;
        unsureBytes = 0;
        return Step.GOES_ON;
    }

    /** Nothing that belongs to what is open comes any more. */
    void close() {
        DiagnosticDraft known = draft;
        open = null;
        draft = null;
        if (known != null) {
            Diagnostic diagnostic = known.finish(confirmed);
            if (diagnostic != null) {
                output.found(new Found(diagnostic, offset, bytes));
            }
        }
    }
}
