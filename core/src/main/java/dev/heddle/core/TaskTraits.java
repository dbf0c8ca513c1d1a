package dev.heddle.core;

import java.time.Duration;
import java.util.Map;
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
        boolean repeatable) {}
