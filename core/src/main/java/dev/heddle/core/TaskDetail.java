package dev.heddle.core;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is a task's own besides its name and steps; tasks that have none of it share {@link #NONE}. All immutable, in order. */
record TaskDetail(
        Set<String> aliases,
        @Nullable String description,
        Set<String> outputNames,
        List<Path> inputs,
        List<Path> outputs,
        @Nullable Path workDirectory) {

    static final TaskDetail NONE = new TaskDetail(Set.of(), null, Set.of(), List.of(), List.of(), null);
}
