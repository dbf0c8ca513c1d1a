package dev.heddle.core;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts may or should run a task.
 *
 * @param properties properties that a host must have with just these values, {@code arch=amd64} say
 * @param pinnedHost name of the only host that may run the task, or null
 * @param near name of a task on whose host this one is preferred, or null
 */
public record HostConstraints(
        Map<String, String> properties,
        @Nullable String pinnedHost,
        @Nullable String near) {

    /** Any host will do. */
    public static final HostConstraints NONE = new HostConstraints(Map.of(), null, null);

    /** Copies the map. */
    public HostConstraints {
        properties = Map.copyOf(properties);
    }

    // Written out, as is hashCode: those of a record make classes at their first call, which each start of a program
    // would pay.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof HostConstraints that
                        && properties.equals(that.properties)
                        && Objects.equals(pinnedHost, that.pinnedHost)
                        && Objects.equals(near, that.near));
    }

    @Override
    public int hashCode() {
        return Objects.hash(properties, pinnedHost, near);
    }
}
