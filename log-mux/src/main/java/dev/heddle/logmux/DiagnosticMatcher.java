package dev.heddle.logmux;

import dev.heddle.core.Diagnostic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the complaints of one kind of tool look: which line begins one, which lines go on, where it ends. Data, not code:
 * {@link #read} takes matchers from a file of JSON, {@code docs/matchers.md} of this module describes them, and
 * {@link #common} are those for tools that many builds use. Immutable, for any thread.
 *
 * <p><b>Patterns</b> are in the syntax of RE2 and are searched for in time linear in the line's length: in the line without its end
 * and without escape sequences, in its first 4096 bytes. Their named groups {@code file}, {@code line}, {@code column},
 * {@code severity}, {@code code} and {@code message} say what the complaint is about.
 *
 * <p><b>Limits.</b> A pattern has at most 1000 characters, a matcher at most {@value #MOST_PATTERNS} patterns, a complaint at most
 * {@value #MOST_LINES} lines. On one channel of one job, {@value #MOST_SEARCHED} lines that have a word which a matcher needs are
 * searched; what comes behind them is not looked at.
 */
public final class DiagnosticMatcher {

    /** Most lines of one diagnostic. */
    public static final int MOST_LINES = 200;

    /** Most lines of one channel of one job that are searched for the beginning of a diagnostic. */
    public static final int MOST_SEARCHED = 50_000;

    /** Most patterns of one kind in one matcher. */
    public static final int MOST_PATTERNS = 32;

    final String name;
    final List<String> needs;
    final List<LinePattern> heads;
    final List<LinePattern> before;
    final List<LinePattern> except;
    final List<LinePattern> goesOn;
    final List<LinePattern> joins;
    final @Nullable LinePattern end;
    final boolean blankInside;
    final boolean alone;
    final boolean lastPlace;
    final int gap;
    final int mostLines;
    final Diagnostic.Severity severity;

    private DiagnosticMatcher(Builder builder) {
        this.name = builder.name;
        this.needs = List.copyOf(builder.needs);
        this.heads = List.copyOf(builder.heads);
        this.before = List.copyOf(builder.before);
        this.except = List.copyOf(builder.except);
        this.goesOn = List.copyOf(builder.goesOn);
        this.joins = List.copyOf(builder.joins);
        this.end = builder.end;
        this.blankInside = builder.blankInside;
        this.alone = builder.alone;
        this.lastPlace = builder.lastPlace;
        this.gap = builder.gap;
        this.mostLines = builder.mostLines;
        this.severity = builder.severity;
    }

    /** Begins a matcher. */
    public static Builder named(String name) {
        return new Builder(name, true);
    }

    /** A matcher of this module, whose patterns a test checks and which are compiled when they are used first. */
    static Builder trusted(String name) {
        return new Builder(name, false);
    }

    /**
     * Matchers for gcc and clang, javac, traces of the JVM and of Python, rustc, linkers, MSVC, Go, Maven and make, and for lines
     * that simply say {@code error:} or {@code warning:}; in the order in which they are asked.
     */
    public static List<DiagnosticMatcher> common() {
        return CommonMatchers.ALL;
    }

    /**
     * Reads matchers from a file of JSON.
     *
     * @throws MatcherFormatException if the file is not what it should be; the message begins with {@code FILE:LINE:COLUMN}
     * @throws IOException if it cannot be read
     */
    public static List<DiagnosticMatcher> read(Path file) throws IOException {
        return MatcherFile.read(file);
    }

    /**
     * Reads matchers from JSON.
     *
     * @param in UTF-8, at most 1 MiB; the stream stays open
     * @param name what to call it in messages
     * @throws MatcherFormatException if it is not what it should be; the message begins with {@code NAME:LINE:COLUMN}
     * @throws IOException if it cannot be read
     */
    public static List<DiagnosticMatcher> read(InputStream in, String name) throws IOException {
        return MatcherFile.read(in, name);
    }

    /** The name, as diagnostics tell it. */
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return "matcher " + name;
    }

    static boolean anyMatches(List<LinePattern> patterns, String text) {
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).matches(text)) {
                return true;
            }
        }
        return false;
    }

    static LinePattern.@Nullable Match firstOf(List<LinePattern> patterns, String text) {
        for (int i = 0; i < patterns.size(); i++) {
            LinePattern.Match match = patterns.get(i).find(text);
            if (match != null) {
                return match;
            }
        }
        return null;
    }

    /** Collects what belongs to a matcher. Not safe for several threads. Every pattern is checked when it is given. */
    public static final class Builder {

        private final String name;
        private final boolean checking;
        private final List<String> needs = new ArrayList<>();
        private final List<LinePattern> heads = new ArrayList<>();
        private final List<LinePattern> before = new ArrayList<>();
        private final List<LinePattern> except = new ArrayList<>();
        private final List<LinePattern> goesOn = new ArrayList<>();
        private final List<LinePattern> joins = new ArrayList<>();
        private @Nullable LinePattern end;
        private boolean blankInside;
        private boolean alone = true;
        private boolean lastPlace;
        private int gap;
        private int mostLines = MOST_LINES;
        private Diagnostic.Severity severity = Diagnostic.Severity.ERROR;

        private Builder(String name, boolean checking) {
            this.name = Objects.requireNonNull(name);
            this.checking = checking;
            if (name.isBlank() || name.length() > 100 || name.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("a matcher needs a name of 1 to 100 characters that can be printed");
            }
        }

        /**
         * A word of which at least one must stand in a line of {@link #head} or {@link #before}; without any, every line is searched
         * for every pattern, which takes time. Letters of ASCII are the same in both cases.
         */
        public Builder needs(String word) {
            if (word.isEmpty() || word.length() > 100) {
                throw new IllegalArgumentException("a word of 1 to 100 characters is needed here");
            }
            needs.add(word);
            requireFew(needs);
            return this;
        }

        /** A line that begins a diagnostic. */
        public Builder head(String pattern) {
            return add(heads, pattern);
        }

        /** A line that stands before a head and belongs to it. */
        public Builder before(String pattern) {
            return add(before, pattern);
        }

        /** A line that looks like a head and is none, such as "2 errors generated". */
        public Builder except(String pattern) {
            return add(except, pattern);
        }

        /** A line that goes on with a diagnostic. It is asked before heads are. */
        public Builder goesOn(String pattern) {
            return add(goesOn, pattern);
        }

        /** A line that joins what has ended with the next diagnostic of this matcher. */
        public Builder joins(String pattern) {
            return add(joins, pattern);
        }

        /** The last line of a diagnostic; what its groups say counts more than what was said before. */
        public Builder end(String pattern) {
            this.end = checking ? LinePattern.checked(pattern) : new LinePattern(pattern);
            return this;
        }

        /** Empty lines belong to a diagnostic if it goes on behind them. */
        public Builder blankInside() {
            this.blankInside = true;
            return this;
        }

        /** A head that no further line follows is no diagnostic. */
        public Builder notAlone() {
            this.alone = false;
            return this;
        }

        /** Of several places, the last is told; otherwise the first. */
        public Builder lastPlace() {
            this.lastPlace = true;
            return this;
        }

        /**
         * Lines of any kind that may stand behind the head, if the diagnostic goes on behind them.
         *
         * @param lines 0 to 20
         */
        public Builder gap(int lines) {
            this.gap = within(lines, 0, 20);
            return this;
        }

        /**
         * How many lines a diagnostic has at most; those behind are not part of it.
         *
         * @param lines 1 to {@value #MOST_LINES}
         */
        public Builder mostLines(int lines) {
            this.mostLines = within(lines, 1, MOST_LINES);
            return this;
        }

        /** How bad it is where no group {@code severity} says so; an error if left out. */
        public Builder severity(Diagnostic.Severity chosen) {
            this.severity = Objects.requireNonNull(chosen);
            return this;
        }

        /**
         * The matcher.
         *
         * @throws IllegalArgumentException if it has no head
         */
        public DiagnosticMatcher build() {
            if (heads.isEmpty()) {
                throw new IllegalArgumentException("the matcher '" + name + "' has no head, and would never match");
            }
            return new DiagnosticMatcher(this);
        }

        private Builder add(List<LinePattern> patterns, String pattern) {
            patterns.add(checking ? LinePattern.checked(pattern) : new LinePattern(pattern));
            requireFew(patterns);
            return this;
        }

        private static void requireFew(List<?> list) {
            if (list.size() > MOST_PATTERNS) {
                throw new IllegalArgumentException("more than " + MOST_PATTERNS + " of one kind in one matcher");
            }
        }

        private static int within(int lines, int least, int most) {
            if (lines < least || lines > most) {
                throw new IllegalArgumentException(
                        "a number from " + least + " to " + most + " is needed here, not " + lines);
            }
            return lines;
        }
    }
}
