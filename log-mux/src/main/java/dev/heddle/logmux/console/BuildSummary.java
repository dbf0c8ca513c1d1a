package dev.heddle.logmux.console;

import dev.heddle.core.JobEnding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is told when a build is over: failures first, each with its last lines, then what took longest.
 *
 * <p><b>Bounds.</b> Keeps the words of {@value #MOST_FAILURES} failures and the names of {@value #SLOWEST} jobs. Owned by the
 * display's thread.
 */
final class BuildSummary {

    /** Failures that are told with their last lines; the others are counted. */
    static final int MOST_FAILURES = 20;
    /** How many of the slowest jobs are named. */
    static final int SLOWEST = 5;

    /**
     * A job that failed.
     *
     * @param task its task
     * @param how how it ended
     * @param elapsed nanoseconds it took
     * @param lines its last lines
     */
    record Failure(String task, String how, long elapsed, List<String> lines) {}

    /**
     * A job that ended.
     *
     * @param task its task
     * @param elapsed nanoseconds it took
     */
    record Took(String task, long elapsed) {}

    private final List<Failure> told = new ArrayList<>();
    private final List<Took> slowest = new ArrayList<>();
    private int failures;
    private int jobs;

    void ended(RunningJob job, JobEnding ending, long now) {
        jobs++;
        String task = CellText.visible(job.info.task());
        long elapsed = now - job.started;
        if (ending.isFailure()) {
            failures++;
            if (told.size() < MOST_FAILURES) {
                told.add(new Failure(task, CellText.visible(ending.describe()), elapsed, job.tail.last()));
            }
        }
        slowest.add(new Took(task, elapsed));
        slowest.sort(Comparator.comparingLong(Took::elapsed).reversed());
        if (slowest.size() > SLOWEST) {
            slowest.remove(SLOWEST);
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
        return List.copyOf(told);
    }

    /** What took longest, the longest first. */
    List<Took> slowest() {
        return List.copyOf(slowest);
    }
}
