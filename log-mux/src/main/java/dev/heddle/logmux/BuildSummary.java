package dev.heddle.logmux;

import dev.heddle.core.Diagnostic;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is told of a build when it is over and everything was shown: the one value that terminals, CI systems, reports and
 * programs are told the same facts from. Immutable.
 *
 * <p>Texts of jobs in it are without escape sequences, but otherwise as they came: whoever shows them makes control characters
 * visible.
 *
 * @param counts how many tasks ended in which way
 * @param failures the jobs that failed, in the order of their ends, each with what matters of what it said; the first
 *     {@value #MOST_FAILURES}. A job that failed is not told when a later attempt at its task was made
 * @param failed how many jobs failed, those that are not among {@code failures} included
 * @param slowest the jobs that took longest, the longest first, at most {@value #MOST_SLOWEST}
 * @param diagnostics how many errors and warnings were found in what jobs said
 * @param kept the files and folders where the journal and the logs are, the journal first
 */
public record BuildSummary(
        Counts counts,
        List<Failure> failures,
        int failed,
        List<Took> slowest,
        DiagnosticCounts diagnostics,
        List<Path> kept) {

    /** Most failures that are told one by one. */
    public static final int MOST_FAILURES = 100;
    /** How many of the slowest jobs are named. */
    public static final int MOST_SLOWEST = 5;

    /** Copies the lists. */
    public BuildSummary {
        failures = List.copyOf(failures);
        slowest = List.copyOf(slowest);
        kept = List.copyOf(kept);
    }

    /**
     * How many tasks ended in which way. Where no scheduler told of tasks ({@link OutputMultiplexer#events}), of jobs.
     *
     * @param succeeded ran and did what they should
     * @param failed failed, or were locked by someone else
     * @param notRun were not started, were cancelled, or ended without a word about how
     * @param upToDate had no need to run: they were up to date, or fetched
     */
    public record Counts(int succeeded, int failed, int notRun, int upToDate) {

        /** For people: {@code 3 succeeded, 1 failed, 2 not finished, 7 up to date}, without what there is none of. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            append(text, succeeded, "succeeded");
            append(text, failed, "failed");
            append(text, notRun, "not finished");
            append(text, upToDate, "up to date");
            return text.isEmpty() ? "nothing ran" : text.toString();
        }

        private static void append(StringBuilder text, int count, String what) {
            if (count > 0) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(count)
                        .append(' ')
                        .append(what);
            }
        }
    }

    /**
     * A job that failed.
     *
     * @param job what ran
     * @param ending how it ended
     * @param elapsed how long it took
     * @param diagnostics the errors and warnings found in what it said, errors first, at most {@value #MOST_DIAGNOSTICS}
     * @param lastLines the last lines it said that are not blank, at most {@value #MOST_LINES}
     */
    public record Failure(
            JobInfo job, JobEnding ending, Duration elapsed, List<Diagnostic> diagnostics, List<String> lastLines) {

        /** Most diagnostics that are kept; errors go before warnings. */
        public static final int MOST_DIAGNOSTICS = 10;
        /** Most last lines that are kept. */
        public static final int MOST_LINES = 10;

        /** Keeps what matters most of too many. */
        public Failure {
            diagnostics = worst(diagnostics);
            lastLines = List.copyOf(lastLines.subList(Math.max(0, lastLines.size() - MOST_LINES), lastLines.size()));
        }

        /** The worst of some diagnostics in the order in which they were found; remarks are left out. */
        public static List<Diagnostic> worst(List<Diagnostic> found) {
            return found.stream()
                    .filter(diagnostic -> diagnostic.severity() != Severity.NOTE)
                    .sorted(Comparator.comparing(Diagnostic::severity))
                    .limit(MOST_DIAGNOSTICS)
                    .toList();
        }

        /** The lines that matter: what was found in its output, or else its last lines. */
        public List<String> lines() {
            return diagnostics.isEmpty()
                    ? lastLines
                    : diagnostics.stream().map(Diagnostic::toString).toList();
        }

        /** The first error that was found in its output. */
        public Optional<Diagnostic> firstError() {
            return diagnostics.stream()
                    .filter(diagnostic -> diagnostic.severity() == Severity.ERROR)
                    .findFirst();
        }
    }

    /**
     * A job that ended.
     *
     * @param job what ran
     * @param elapsed how long it took
     */
    public record Took(JobInfo job, Duration elapsed) {}
}
