package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Diagnostic;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of failures, in each order in which ends and diagnostics may come: they come from different threads. */
class CiAnnotationsTest {

    private static final Diagnostic ERROR = new Diagnostic(Diagnostic.Severity.ERROR, null, null, "wrong", "gcc");

    private final CiAnnotations annotations =
            new CiAnnotations(CiDialect.of(CiSystem.GITHUB, () -> new byte[16], InstantSource.system()));

    private static JobInfo attempt(String task, int number) {
        return new JobInfo(number, task, null, "", "local", number);
    }

    private void ended(JobInfo... jobs) {
        for (JobInfo job : jobs) {
            annotations.ended(job, JobEnding.exited(1));
        }
    }

    private void found(JobInfo... jobs) {
        for (JobInfo job : jobs) {
            annotations.found(job, ERROR);
        }
    }

    private List<String> told() {
        return annotations.take().lines().toList();
    }

    @Test
    void onlyOneAttemptIsToldThoughSeveralEndedBeforeTheFirstErrorWasFound() {
        JobInfo first = attempt("flaky", 1);
        JobInfo second = attempt("flaky", 2);
        JobInfo third = attempt("flaky", 3);
        ended(first, second);
        found(first);
        ended(third);
        found(second, third);
        annotations.rest();
        assertThat(told()).hasSize(1).first().asString().contains("wrong");
    }

    @Test
    void onlyOneAttemptIsToldThoughErrorsAreFoundFirst() {
        JobInfo first = attempt("flaky", 1);
        JobInfo second = attempt("flaky", 2);
        found(first, second);
        ended(first, second);
        annotations.rest();
        assertThat(told()).hasSize(1);
    }

    @Test
    void onlyOneAttemptIsToldThoughNobodyFindsAnError() {
        ended(attempt("flaky", 1), attempt("flaky", 2), attempt("other", 3));
        assertThat(told()).isEmpty();
        annotations.rest();
        assertThat(told()).hasSize(2);
    }

    @Test
    void jobsOfOneNameThatAreNoAttemptsAreEachTold() {
        JobInfo one = new JobInfo(1, "same", null, "", "local", 1);
        JobInfo other = new JobInfo(2, "same", null, "", "local", 1);
        ended(one, other);
        found(one, other);
        assertThat(told()).hasSize(2);
    }
}
