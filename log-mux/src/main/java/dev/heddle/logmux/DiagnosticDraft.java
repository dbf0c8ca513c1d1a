package dev.heddle.logmux;

import dev.heddle.core.Diagnostic;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.Location;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A diagnostic that is still being said: what its lines told so far. Owned by one thread. */
final class DiagnosticDraft {

    private static final int LONGEST_FILE = 1024;
    private static final int LONGEST_CODE = 200;
    private static final int MOST_DIGITS = 9;

    private final DiagnosticMatcher matcher;
    private Severity severity;
    private @Nullable String file;
    private int line;
    private int column;
    private @Nullable String code;
    private String message;

    /** What it is if no line follows although its matcher needs one; null if it is nothing then. */
    @Nullable
    DiagnosticDraft otherwise;

    DiagnosticDraft(DiagnosticMatcher matcher, LinePattern.Match head, String text) {
        this.matcher = matcher;
        String said = head.group("severity");
        this.severity = said == null ? matcher.severity : severity(said, matcher.severity);
        this.code = code(head);
        String group = head.group("message");
        this.message = printable(group == null ? text : group, Diagnostic.LONGEST_MESSAGE);
        place(head);
    }

    /** A line that goes on with it. */
    void more(LinePattern.Match match, boolean lastPlace) {
        if (file == null || lastPlace) {
            place(match);
        }
        if (code == null) {
            code = code(match);
        }
    }

    /** Its last line. */
    void last(LinePattern.Match match) {
        place(match);
        String ended = code(match);
        code = ended == null ? code : ended;
        String group = match.group("message");
        message = group == null ? message : printable(group, Diagnostic.LONGEST_MESSAGE);
    }

    private void place(LinePattern.Match match) {
        String found = match.group("file");
        if (found != null) {
            file = printable(found, LONGEST_FILE);
            line = number(match.group("line"));
            column = line == 0 ? 0 : number(match.group("column"));
        }
    }

    private static @Nullable String code(LinePattern.Match match) {
        String found = match.group("code");
        return found == null ? null : printable(found, LONGEST_CODE);
    }

    // 0 where there is none, or one that no file has.
    private static int number(@Nullable String digits) {
        if (digits == null || digits.length() > MOST_DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        return Integer.parseInt(digits);
    }

    static Severity severity(String word, Severity otherwise) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.contains("err") || lower.contains("fatal") || lower.contains("fail")) {
            return Severity.ERROR;
        }
        if (lower.contains("warn")) {
            return Severity.WARNING;
        }
        boolean remark = lower.contains("note") || lower.contains("info") || lower.contains("remark");
        return remark || lower.contains("help") ? Severity.NOTE : otherwise;
    }

    // Text of a job goes into events and reports: nothing in it moves a cursor.
    private static String printable(String text, int most) {
        StringBuilder kept = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length() && kept.length() < most; i++) {
            char c = text.charAt(i);
            kept.append(Character.isISOControl(c) ? ' ' : c);
        }
        if (kept.length() > 0 && Character.isHighSurrogate(kept.charAt(kept.length() - 1))) {
            kept.setLength(kept.length() - 1);
        }
        return kept.toString().strip();
    }

    /** The diagnostic, or null if it turned out to be none. */
    @Nullable
    Diagnostic finish(boolean confirmed) {
        if (!confirmed) {
            return otherwise == null ? null : otherwise.finish(true);
        }
        Location location = file == null || file.isEmpty() ? null : new Location(file, line, column);
        return new Diagnostic(severity, location, code == null || code.isEmpty() ? null : code, message, matcher.name);
    }
}
