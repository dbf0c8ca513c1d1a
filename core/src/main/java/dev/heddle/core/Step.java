package dev.heddle.core;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a task's pipeline. Steps of a task run one after the other on one host.
 *
 * @param name unique within the task
 * @param work what it does
 * @param timeout longest time one attempt may take, or null for no limit
 * @param retry how often it is tried again
 * @param stuckAfter how long an attempt may do nothing, printing nothing and using no processor, before it is ended as by its
 *     timeout; or null for what holds for the whole build
 */
public record Step(
        String name,
        Work work,
        @Nullable Duration timeout,
        RetryPolicy retry,
        @Nullable Duration stuckAfter) {

    /** Checks the name and the ranges of the durations. */
    public Step {
        Objects.requireNonNull(work, "work");
        Objects.requireNonNull(retry, "retry");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a step needs a name");
        }
        checkPositive(name, "timeout", timeout);
        checkPositive(name, "stuckAfter", stuckAfter);
    }

    /** A step without a limit of its own for how long it may do nothing. */
    public Step(String name, Work work, @Nullable Duration timeout, RetryPolicy retry) {
        this(name, work, timeout, retry, null);
    }

    /** A step without a limit or a retry. */
    public static Step of(String name, Work work) {
        return new Step(name, work, null, RetryPolicy.NEVER);
    }

    /** The same step, which is ended when it has done nothing for so long. */
    public Step stuckAfter(Duration limit) {
        return new Step(name, work, timeout, retry, limit);
    }

    private static void checkPositive(String step, String what, @Nullable Duration duration) {
        if (duration != null && (duration.isNegative() || duration.isZero())) {
            throw new IllegalArgumentException("step '" + step + "': " + what + " must be positive: " + duration);
        }
    }

    // Written out, as is hashCode: those of a record make classes at their first call, which each start of a program
    // would pay.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Step that
                        && name.equals(that.name)
                        && work.equals(that.work)
                        && Objects.equals(timeout, that.timeout)
                        && retry.equals(that.retry)
                        && Objects.equals(stuckAfter, that.stuckAfter));
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, work, timeout, retry, stuckAfter);
    }
}
