package dev.heddle.scheduler;

import dev.heddle.core.Outcome.FailureCause;

/** Fails a step for a reason that is not the exception itself. */
final class StepFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient FailureCause cause;

    StepFailure(FailureCause cause) {
        super(cause.summary());
        this.cause = cause;
    }

    /** What the step failed of. */
    FailureCause reason() {
        return cause;
    }
}
