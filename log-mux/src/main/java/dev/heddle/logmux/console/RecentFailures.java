package dev.heddle.logmux.console;

import dev.heddle.core.Diagnostic;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.BuildSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What has failed so far, for whoever asks while the build runs: with the diagnostics that were told of by now, or else the last
 * lines. When the build is over, {@link BuildSummary} is what is told.
 *
 * <p><b>Bounds.</b> Keeps the words of {@value #MOST_FAILURES} failures, and diagnostics of each of the last
 * {@value #MOST_COMPLAINTS} jobs that had any and did not succeed yet. Owned by the display's thread.
 */
final class RecentFailures {

    /** Failures that are told with their lines; the others are counted. */
    static final int MOST_FAILURES = 20;
    /** Jobs whose diagnostics are kept. */
    static final int MOST_COMPLAINTS = 100;

    private final List<BuildSummary.Failure> failed = new ArrayList<>();
    private final Map<JobInfo, List<Diagnostic>> complaints = new LinkedHashMap<>();
    private int count;

    void ended(RunningJob job, JobEnding ending, long now) {
        if (!ending.isFailure()) {
            if (!complaints.isEmpty()) {
                complaints.remove(job.info);
            }
            return;
        }
        count++;
        if (failed.size() < MOST_FAILURES) {
            Duration elapsed = Duration.ofNanos(now - job.started);
            failed.add(new BuildSummary.Failure(job.info, ending, elapsed, List.of(), job.tail.last()));
        }
    }

    /** A diagnostic was found in what a job said, perhaps after its end. */
    void found(JobInfo job, Diagnostic diagnostic) {
        List<Diagnostic> all = new ArrayList<>(complaints.getOrDefault(job, List.of()));
        all.add(diagnostic);
        complaints.put(job, BuildSummary.Failure.worst(all));
        if (complaints.size() > MOST_COMPLAINTS) {
            complaints.remove(complaints.keySet().iterator().next());
        }
    }

    /** How many there are. */
    int count() {
        return count;
    }

    /** The failures in order, the first few. */
    List<BuildSummary.Failure> told() {
        return failed.stream().map(this::told).toList();
    }

    private BuildSummary.Failure told(BuildSummary.Failure one) {
        List<Diagnostic> found = complaints.getOrDefault(one.job(), List.of());
        return new BuildSummary.Failure(one.job(), one.ending(), one.elapsed(), found, one.lastLines());
    }
}
