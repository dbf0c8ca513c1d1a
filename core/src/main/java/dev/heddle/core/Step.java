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
 */
public record Step(String name, Work work, @Nullable Duration timeout, RetryPolicy retry) {

    /** Checks the name and the range of {@code timeout}. */
    public Step {
        Objects.requireNonNull(work, "work");
        Objects.requireNonNull(retry, "retry");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a step needs a name");
        }
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("step '" + name + "': timeout must be positive: " + timeout);
        }
    }

    /** A step without a limit or a retry. */
    public static Step of(String name, Work work) {
        return new Step(name, work, null, RetryPolicy.NEVER);
    }
}
