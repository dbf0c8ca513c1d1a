package dev.heddle.logmux.console;

import dev.heddle.core.Diagnostic;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is told when a build is over: failures first, each with the diagnostics found in what it said or else with its last
 * lines, then what took longest.
 *
 * <p><b>Bounds.</b> Keeps the words of {@value #MOST_FAILURES} failures, {@value #MOST_DIAGNOSTICS} diagnostics of each of the last
 * {@value #MOST_COMPLAINTS} jobs that had any and did not succeed yet, and the names of {@value #SLOWEST} jobs. Owned by the
 * display's thread.
 */
final class BuildSummary {

    /** Failures that are told with their last lines; the others are counted. */
    static final int MOST_FAILURES = 20;
    /** Diagnostics that are told of a failure; errors go before warnings. */
    static final int MOST_DIAGNOSTICS = 10;
    /** Jobs whose diagnostics are kept. */
    static final int MOST_COMPLAINTS = 100;
    /** How many of the slowest jobs are named. */
    static final int SLOWEST = 5;

    /**
     * A job that failed.
     *
     * @param task its task
     * @param how how it ended
     * @param elapsed nanoseconds it took
     * @param lines what was found in its output, or else its last lines
     */
    record Failure(String task, String how, long elapsed, List<String> lines) {}

    /**
     * A job that ended.
     *
     * @param task its task
     * @param elapsed nanoseconds it took
     */
    record Took(String task, long elapsed) {}

    private record Failed(JobInfo job, Failure failure) {}

    private final List<Failed> failed = new ArrayList<>();
    private final Map<JobInfo, List<Diagnostic>> complaints = new LinkedHashMap<>();
    private final List<Took> slowest = new ArrayList<>();
    private int failures;
    private int jobs;

    void ended(RunningJob job, JobEnding ending, long now) {
        jobs++;
        String task = CellText.visible(job.info.task());
        long elapsed = now - job.started;
        if (ending.isFailure()) {
            failures++;
            if (failed.size() < MOST_FAILURES) {
                Failure failure = new Failure(task, CellText.visible(ending.describe()), elapsed, job.tail.last());
                failed.add(new Failed(job.info, failure));
            }
        } else {
            complaints.remove(job.info);
        }
        slowest.add(new Took(task, elapsed));
        slowest.sort(Comparator.comparingLong(Took::elapsed).reversed());
        if (slowest.size() > SLOWEST) {
            slowest.remove(SLOWEST);
        }
    }

    /** A diagnostic was found in what a job said, perhaps after its end. */
    void found(JobInfo job, Diagnostic diagnostic) {
        if (diagnostic.severity() == Diagnostic.Severity.NOTE) {
            return;
        }
        List<Diagnostic> all = complaints.computeIfAbsent(job, unknown -> new ArrayList<>());
        all.add(diagnostic);
        all.sort(Comparator.comparing(Diagnostic::severity));
        if (all.size() > MOST_DIAGNOSTICS) {
            all.remove(MOST_DIAGNOSTICS);
        }
        if (complaints.size() > MOST_COMPLAINTS) {
            complaints.remove(complaints.keySet().iterator().next());
        }
    }

    int failures() {
        return failures;
    }

    int jobs() {
        return jobs;
    }

    /** The failures in order, the first few. */
    List<Failure> told() {
        return failed.stream().map(this::told).toList();
    }

    private Failure told(Failed one) {
        Failure plain = one.failure;
        List<String> lines = complaints.getOrDefault(one.job, List.of()).stream()
                .map(diagnostic -> CellText.visible(diagnostic.toString()))
                .toList();
        return lines.isEmpty() ? plain : new Failure(plain.task, plain.how, plain.elapsed, lines);
    }

    /** What took longest, the longest first. */
    List<Took> slowest() {
        return List.copyOf(slowest);
    }
}
