package dev.heddle.logmux;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression in the syntax of RE2, searched for in a line in time linear in the line's length, whatever the pattern:
 * no look-around, no back references, nothing that backtracks. Compiled when it is used first. Immutable, for any thread.
 *
 * <p>Limits: {@value #LONGEST} characters, and all counts in braces multiplied give at most {@value #MOST_REPEATS}.
 */
final class LinePattern {

    static final int LONGEST = 1000;
    static final int MOST_REPEATS = 1000;

    private final String source;
    private volatile @Nullable Pattern compiled; // the same whoever makes it

    LinePattern(String source) {
        this.source = source;
    }

    /**
     * A pattern that is compiled at once.
     *
     * @throws IllegalArgumentException if it is none, or too large
     */
    static LinePattern checked(String source) {
        if (source.isEmpty()) {
            throw new IllegalArgumentException("the pattern is empty and would match every line");
        }
        if (source.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "the pattern has " + source.length() + " characters; at most " + LONGEST + " are taken");
        }
        if (repeats(source) > MOST_REPEATS) {
            throw new IllegalArgumentException(
                    "the pattern repeats too much: its counts multiplied give more than " + MOST_REPEATS);
        }
        LinePattern pattern = new LinePattern(source);
        try {
            pattern.compiled();
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "not a pattern in the syntax of RE2, at '" + e.getPattern() + "': " + e.getDescription());
        }
        return pattern;
    }

    // All counts multiplied, nested or not: more than needed, but nothing slips through.
    private static long repeats(String source) {
        long product = 1;
        for (int at = source.indexOf('{'); at >= 0; at = source.indexOf('{', at + 1)) {
            long count = 0;
            long most = 1;
            for (int i = at + 1; i < source.length() && source.charAt(i) != '}'; i++) {
                char c = source.charAt(i);
                count = c >= '0' && c <= '9' ? Math.min(MOST_REPEATS + 1, count * 10 + (c - '0')) : 0;
                most = Math.max(most, count);
            }
            product = Math.min(MOST_REPEATS + 1, product * most);
        }
        return product;
    }

    private Pattern compiled() {
        Pattern known = compiled;
        if (known == null) {
            known = Pattern.compile(source);
            compiled = known;
        }
        return known;
    }

    /** The first match, or null. */
    @Nullable
    Match find(String text) {
        Matcher matcher = compiled().matcher(text);
        return matcher.find() ? new Match(compiled(), matcher) : null;
    }

    boolean matches(String text) {
        return compiled().matcher(text).find();
    }

    @Override
    public String toString() {
        return source;
    }

    /** What was found, with its named groups. */
    record Match(Pattern pattern, Matcher matcher) {

        /** What a group took, or null if there is no such group or it took nothing. */
        @Nullable
        String group(String name) {
            if (!pattern.namedGroups().containsKey(name)) {
                return null;
            }
            String taken = matcher.group(name);
            return taken == null || taken.isEmpty() ? null : taken;
        }
    }
}
