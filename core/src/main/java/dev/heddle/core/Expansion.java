package dev.heddle.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is added to a graph that is being built: tasks, pools, and dependencies of tasks that have not started. Immutable.
 *
 * @param tasks new tasks
 * @param pools new pools and their depths; a known pool must be given the depth it has
 * @param dependencies further dependencies of known or new tasks
 */
public record Expansion(List<TaskSpec> tasks, Map<String, Integer> pools, List<LateDependency> dependencies) {

    /**
     * A dependency that is added to a task after the task itself.
     *
     * @param task name of the task that has the dependency; it must not have started
     * @param dependency what it depends on
     */
    public record LateDependency(String task, Dependency dependency) {}

    /** Copies the collections. */
    public Expansion {
        tasks = List.copyOf(tasks);
        pools = Map.copyOf(pools);
        dependencies = List.copyOf(dependencies);
    }

    /** Begins an expansion. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects an expansion. Not safe for several threads. */
    public static final class Builder {
        private final List<TaskSpec> tasks = new ArrayList<>();
        private final Map<String, Integer> pools = new LinkedHashMap<>();
        private final List<LateDependency> dependencies = new ArrayList<>();

        private Builder() {}

        /** Adds a task. */
        public Builder task(String name, Consumer<TaskSpec.Builder> definition) {
            TaskSpec.Builder task = TaskSpec.named(name);
            definition.accept(task);
            tasks.add(task.build());
            return this;
        }

        /** Adds a task. */
        public Builder task(TaskSpec task) {
            tasks.add(task);
            return this;
        }

        /** Adds a pool. */
        public Builder pool(String name, int depth) {
            pools.put(name, depth);
            return this;
        }

        /** Adds a dependency to a task. */
        public Builder dependency(String task, Dependency dependency) {
            dependencies.add(new LateDependency(task, dependency));
            return this;
        }

        /** The expansion; the builder may be used on. */
        public Expansion build() {
            return new Expansion(tasks, pools, dependencies);
        }
    }
}
