package dev.heddle.logmux.console;

import dev.heddle.core.Diagnostic;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.BuildSummary;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a CI system is told by its commands: each failed task once, with the first error that was found in its output, as soon as
 * both are known and at the latest with the summary; and the first warnings. Of each at most {@value CiDisplay#MOST_ANNOTATIONS}.
 *
 * <p>Remembers errors of the last {@value #MOST_REMEMBERED} jobs that had some and did not succeed. Owned by the display's
 * thread.
 */
final class CiAnnotations {

    static final int MOST_REMEMBERED = 1000;

    private final CiDialect dialect;
    private final StringBuilder commands = new StringBuilder();
    /** The first error of each job that was not told, by the job's number. */
    private final Map<Long, Diagnostic> errors = new LinkedHashMap<>();
    /** Jobs that failed and were not told, by their numbers. */
    private final Map<Long, Failure> pending = new LinkedHashMap<>();

    /** Which attempt of a task was told. */
    private final Map<String, Integer> told = new HashMap<>();

    private int warnings;
    private int failures;

    /** What is known of an attempt that failed. */
    private record Failure(int attempt, CiDialect.Problem problem) {}

    CiAnnotations(CiDialect dialect) {
        this.dialect = dialect;
    }

    /** A diagnostic was found, before or after the end of its job. */
    void found(JobInfo job, Diagnostic diagnostic) {
        if (diagnostic.severity() == Severity.WARNING && warnings < CiDisplay.MOST_ANNOTATIONS) {
            warnings++;
            commands.append(dialect.warning(job.task(), diagnostic));
        } else if (diagnostic.severity() == Severity.ERROR) {
            Failure known = pending.remove(job.job());
            if (known != null) {
                CiDialect.Problem problem = known.problem();
                tell(known.attempt(), new CiDialect.Problem(problem.task(), problem.how(), diagnostic));
            } else if (!isTold(job.task(), job.attempt())) {
                errors.putIfAbsent(job.job(), diagnostic);
                if (errors.size() > MOST_REMEMBERED) {
                    errors.remove(errors.keySet().iterator().next());
                }
            }
        }
    }

    /** A job has ended. */
    void ended(JobInfo job, JobEnding ending) {
        Diagnostic error = errors.remove(job.job());
        if (!ending.isFailure() || isTold(job.task(), job.attempt())) {
            return;
        }
        CiDialect.Problem problem = new CiDialect.Problem(job.task(), ending.describe(), error);
        if (error != null) {
            tell(job.attempt(), problem);
        } else if (pending.size() < MOST_REMEMBERED) {
            pending.put(job.job(), new Failure(job.attempt(), problem));
        }
    }

    /** Tells what was not told yet of what failed. */
    void rest(BuildSummary summary) {
        for (BuildSummary.Failure failure : summary.failures()) {
            if (pending.remove(failure.job().job()) != null) {
                tell(failure.job().attempt(), CiDialect.Problem.of(failure));
            }
        }
        // What is left was mended by a later attempt, or is beyond what can be told.
        pending.clear();
    }

    /** Tells what was not told yet, where there is no summary. */
    void rest() {
        pending.values().forEach(failure -> tell(failure.attempt(), failure.problem()));
        pending.clear();
    }

    // Several attempts may have failed before the first error of any was found. A job of the same name and the same
    // attempt
    // is another one.
    private boolean isTold(String task, int attempt) {
        Integer other = told.get(task);
        return other != null && other != attempt;
    }

    private void tell(int attempt, CiDialect.Problem problem) {
        if (failures < CiDisplay.MOST_ANNOTATIONS && !isTold(problem.task(), attempt)) {
            failures++;
            told.put(problem.task(), attempt);
            commands.append(dialect.failure(problem));
        }
    }

    /** How many failures were told. */
    int failures() {
        return failures;
    }

    /** The commands since the last call: whole lines, or nothing. */
    String take() {
        String all = commands.toString();
        commands.setLength(0);
        return all;
    }
}
