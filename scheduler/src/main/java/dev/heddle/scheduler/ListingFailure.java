package dev.heddle.scheduler;

import dev.heddle.core.Outcome.FailureCause;

/** Ends the job of a listing as a failure for a reason that is not the exception itself. */
final class ListingFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient FailureCause cause;

    ListingFailure(FailureCause cause) {
        super(cause.summary());
        this.cause = cause;
    }

    /** What the job failed of. */
    FailureCause reason() {
        return cause;
    }
}
