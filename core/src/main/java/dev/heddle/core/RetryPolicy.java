package dev.heddle.core;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How often a step is tried again when it fails on its own. A lost host is not the step's failure and does not count here.
 *
 * @param attempts attempts in all, at least 1
 * @param delay pause before another attempt
 */
public record RetryPolicy(int attempts, Duration delay) {

    /** One attempt. */
    public static final RetryPolicy NEVER = new RetryPolicy(1, Duration.ZERO);

    /** Checks the ranges. */
    public RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1: " + attempts);
        }
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative: " + delay);
        }
    }

    // Written out, as is hashCode: those of a record make classes at their first call, which each start of a program
    // would pay.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof RetryPolicy that && attempts == that.attempts && delay.equals(that.delay));
    }

    @Override
    public int hashCode() {
        return Objects.hash(attempts, delay);
    }
}
