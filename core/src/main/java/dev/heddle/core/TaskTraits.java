package dev.heddle.core;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What many tasks of a graph have in common; equal ones are stored once. The map keeps its order and is immutable. */
record TaskTraits(
        @Nullable String component,
        Map<String, String> environment,
        Resources resources,
        HostConstraints constraints,
        @Nullable Duration timeout,
        RetryPolicy retry,
        int priority,
        boolean repeatable) {
    // Written out, as is hashCode: those of a record make classes at their first call, which each start of a program
    // would pay.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof TaskTraits that
                        && Objects.equals(component, that.component)
                        && environment.equals(that.environment)
                        && resources.equals(that.resources)
                        && constraints.equals(that.constraints)
                        && Objects.equals(timeout, that.timeout)
                        && retry.equals(that.retry)
                        && priority == that.priority
                        && repeatable == that.repeatable);
    }

    @Override
    public int hashCode() {
        return Objects.hash(component, environment, resources, constraints, timeout, retry, priority, repeatable);
    }
}
