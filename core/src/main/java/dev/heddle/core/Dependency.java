package dev.heddle.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One edge of the graph as it was written down, before names are resolved.
 *
 * @param task name or alias of the task that is depended on
 * @param kind what is needed of it
 * @param output the named output that is needed, or null for the task as a whole
 * @param step for {@link DependencyKind#STEP} the last step that must be done, otherwise null
 */
public record Dependency(
        String task,
        DependencyKind kind,
        @Nullable String output,
        @Nullable String step) {

    /** Checks that {@code step} is given exactly for {@link DependencyKind#STEP}, and no output with it. */
    public Dependency {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(kind, "kind");
        if (task.isEmpty()) {
            throw new IllegalArgumentException("a dependency needs the name of a task");
        }
        if (kind == DependencyKind.STEP && output != null) {
            throw new IllegalArgumentException(
                    "dependency on '" + task + "': one on a step cannot name the output '" + output + "'");
        }
        if ((kind == DependencyKind.STEP) != (step != null)) {
            throw new IllegalArgumentException(
                    "dependency on '" + task + "': a step is named exactly when the kind is STEP");
        }
    }

    /** A {@link DependencyKind#BUILD} dependency on the whole of {@code task}. */
    public static Dependency build(String task) {
        return new Dependency(task, DependencyKind.BUILD, null, null);
    }

    /** A {@link DependencyKind#RUN} dependency on the whole of {@code task}. */
    public static Dependency run(String task) {
        return new Dependency(task, DependencyKind.RUN, null, null);
    }

    /** An {@link DependencyKind#ORDER} dependency on the whole of {@code task}. */
    public static Dependency order(String task) {
        return new Dependency(task, DependencyKind.ORDER, null, null);
    }

    /** A {@link DependencyKind#STEP} dependency: {@code task} must have done {@code step}. */
    public static Dependency step(String task, String step) {
        return new Dependency(task, DependencyKind.STEP, null, step);
    }

    /** A {@link DependencyKind#BUILD} dependency on one named output of {@code task}. */
    public static Dependency output(String task, String output) {
        return new Dependency(task, DependencyKind.BUILD, output, null);
    }
}
