package dev.heddle.core;

import java.time.Duration;

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
}
