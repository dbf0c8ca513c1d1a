package dev.heddle.logmux;

import dev.heddle.logmux.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Matchers in the order in which they are asked; the first whose head matches takes a line. Immutable, for any thread. */
final class MatcherSet {

    /** A line that begins a diagnostic. */
    record Head(DiagnosticMatcher matcher, LinePattern.Match match) {}

    private final List<DiagnosticMatcher> matchers;
    private final Literals literals;

    MatcherSet(List<DiagnosticMatcher> matchers) {
        this.matchers = List.copyOf(matchers);
        this.literals = new Literals(needs());
    }

    /** Of each matcher the words of which one must stand in a line that begins a diagnostic; none if any line may. */
    List<List<String>> needs() {
        List<List<String>> needs = new ArrayList<>();
        for (DiagnosticMatcher matcher : matchers) {
            needs.add(matcher.needs);
        }
        return needs;
    }

    /** Where the first line begins, from the one at {@code start} on, that may begin a diagnostic: as {@link Lines#plain} tells. */
    int plain(Slice text, int start) {
        return Lines.plain(literals, text, start);
    }

    /** Which matchers a line may be for at all; 0 if for none. */
    long hits(LineText line) {
        return literals.in(line.bytes());
    }

    /** Whether a line begins a diagnostic, or stands before a head. */
    boolean begins(LineText line) {
        long hits = hits(line);
        return hits != 0 && (head(line.text(), hits) != null || before(line.text(), hits) != null);
    }

    @Nullable
    Head head(String text, long hits) {
        return head(text, hits, 0, false);
    }

    private @Nullable Head head(String text, long hits, int from, boolean alone) {
        for (int i = from; i < matchers.size(); i++) {
            DiagnosticMatcher matcher = matchers.get(i);
            if ((hits & Literals.bit(i)) == 0 || (alone && !matcher.alone)) {
                continue;
            }
            LinePattern.Match match = DiagnosticMatcher.firstOf(matcher.heads, text);
            if (match != null) {
                return DiagnosticMatcher.anyMatches(matcher.except, text) ? null : new Head(matcher, match);
            }
        }
        return null;
    }

    @Nullable
    DiagnosticMatcher before(String text, long hits) {
        for (int i = 0; i < matchers.size(); i++) {
            DiagnosticMatcher matcher = matchers.get(i);
            if ((hits & Literals.bit(i)) != 0 && DiagnosticMatcher.anyMatches(matcher.before, text)) {
                return matcher;
            }
        }
        return null;
    }

    /** What a head says; if its matcher needs more lines, also what it says to the next matcher that does not. */
    DiagnosticDraft draft(Head head, String text, long hits) {
        DiagnosticDraft draft = new DiagnosticDraft(head.matcher(), head.match(), text);
        if (!head.matcher().alone) {
            Head other = head(text, hits, matchers.indexOf(head.matcher()) + 1, true);
            draft.otherwise = other == null ? null : new DiagnosticDraft(other.matcher(), other.match(), text);
        }
        return draft;
    }
}
