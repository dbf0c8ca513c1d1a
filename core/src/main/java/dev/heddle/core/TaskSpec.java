package dev.heddle.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A task as it was written down: immutable, its dependencies still names. {@link Builder} makes one; {@link Task} is the same
 * task as part of a graph.
 */
public final class TaskSpec {

    private final String name;
    private final Set<String> aliases;
    private final @Nullable String component;
    private final @Nullable String description;
    private final List<Step> steps;
    private final List<Dependency> dependencies;
    private final Set<String> outputNames;
    private final List<Path> inputs;
    private final List<Path> outputs;
    private final Map<String, String> environment;
    private final Resources resources;
    private final HostConstraints constraints;
    private final @Nullable Duration timeout;
    private final RetryPolicy retry;
    private final double weight;
    private final int priority;

    private TaskSpec(Builder from) {
        this.name = from.name;
        this.aliases = Collections.unmodifiableSet(new LinkedHashSet<>(from.aliases));
        this.component = from.component;
        this.description = from.description;
        this.steps = List.copyOf(from.steps);
        this.dependencies = List.copyOf(new LinkedHashSet<>(from.dependencies));
        this.outputNames = Collections.unmodifiableSet(new LinkedHashSet<>(from.outputNames));
        this.inputs = List.copyOf(from.inputs);
        this.outputs = List.copyOf(from.outputs);
        this.environment = Collections.unmodifiableMap(new LinkedHashMap<>(from.environment));
        this.resources = from.resources();
        this.constraints = from.constraints();
        this.timeout = from.timeout;
        this.retry = from.retry;
        this.weight = from.weight;
        this.priority = from.priority;
    }

    /** Begins a task; a task without steps is legal and done as soon as its dependencies are. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** The unique name. */
    public String name() {
        return name;
    }

    /** Other names for the same task. */
    public Set<String> aliases() {
        return aliases;
    }

    /** The component whose log it shares. */
    public Optional<String> component() {
        return Optional.ofNullable(component);
    }

    /** One line for people. */
    public Optional<String> description() {
        return Optional.ofNullable(description);
    }

    /** The pipeline, in order. */
    public List<Step> steps() {
        return steps;
    }

    /** What it depends on, by name, in the order given, without repetitions. */
    public List<Dependency> dependencies() {
        return dependencies;
    }

    /** Names of what it makes, for edges that need one of several outputs. */
    public Set<String> outputNames() {
        return outputNames;
    }

    /** Declared inputs. */
    public List<Path> inputs() {
        return inputs;
    }

    /** Declared outputs. */
    public List<Path> outputs() {
        return outputs;
    }

    /** Variables set for every command of the task. */
    public Map<String, String> environment() {
        return environment;
    }

    /** What it needs besides its dependencies. */
    public Resources resources() {
        return resources;
    }

    /** Which hosts may run it. */
    public HostConstraints constraints() {
        return constraints;
    }

    /** Longest time all steps together may take. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** How often the task is tried again from its first step. */
    public RetryPolicy retry() {
        return retry;
    }

    /** A hint at how long it takes, in any unit that the whole graph shares; 0 if there is none. */
    public double weight() {
        return weight;
    }

    /** Higher goes first among tasks that are equally urgent. */
    public int priority() {
        return priority;
    }

    @Override
    public String toString() {
        return "task '" + name + "'";
    }

    /** Collects what a task is. Not safe for several threads. */
    public static final class Builder {

        private final String name;
        private final Set<String> aliases = new LinkedHashSet<>();
        private @Nullable String component;
        private @Nullable String description;
        private final List<Step> steps = new ArrayList<>(1);
        private final List<Dependency> dependencies = new ArrayList<>(4);
        private final Set<String> outputNames = new LinkedHashSet<>();
        private final List<Path> inputs = new ArrayList<>(0);
        private final List<Path> outputs = new ArrayList<>(0);
        private final Map<String, String> environment = new LinkedHashMap<>();
        private int slots = 1;
        private long memoryBytes;
        private final Set<String> locks = new TreeSet<>();
        private final Set<String> pools = new TreeSet<>();
        private final Map<String, String> properties = new TreeMap<>();
        private @Nullable String pinnedHost;
        private @Nullable String near;
        private @Nullable Duration timeout;
        private RetryPolicy retry = RetryPolicy.NEVER;
        private double weight;
        private int priority;

        private Builder(String name) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a task needs a name");
            }
            this.name = name;
        }

        /** Adds other names for the task. */
        public Builder alias(String... names) {
            Collections.addAll(aliases, names);
            return this;
        }

        /** Sets the component whose log the task shares. */
        public Builder component(String component) {
            this.component = Objects.requireNonNull(component);
            return this;
        }

        /** Sets one line for people. */
        public Builder description(String description) {
            this.description = Objects.requireNonNull(description);
            return this;
        }

        /** Adds a step that runs a command. */
        public Builder step(String name, Command command) {
            return step(Step.of(name, command));
        }

        /** Adds a step. */
        public Builder step(Step step) {
            for (Step other : steps) {
                if (other.name().equals(step.name())) {
                    throw new IllegalArgumentException("task '" + name + "' has two steps named '" + step.name() + "'");
                }
            }
            steps.add(step);
            return this;
        }

        /** Adds a step that runs a command, named {@code run}. */
        public Builder command(Command command) {
            return step("run", command);
        }

        /** Adds a step that runs in this JVM, named {@code action}. */
        public Builder action(Action action) {
            return step(Step.of("action", action));
        }

        /** Adds {@link DependencyKind#BUILD} dependencies. */
        public Builder dependsOn(String... tasks) {
            for (String task : tasks) {
                dependencies.add(Dependency.build(task));
            }
            return this;
        }

        /** Adds {@link DependencyKind#BUILD} dependencies. */
        public Builder dependsOn(Iterable<String> tasks) {
            tasks.forEach(this::dependsOn);
            return this;
        }

        /** Adds {@link DependencyKind#RUN} dependencies. */
        public Builder runsWith(String... tasks) {
            for (String task : tasks) {
                dependencies.add(Dependency.run(task));
            }
            return this;
        }

        /** Adds {@link DependencyKind#ORDER} dependencies. */
        public Builder after(String... tasks) {
            for (String task : tasks) {
                dependencies.add(Dependency.order(task));
            }
            return this;
        }

        /** Adds a dependency of any kind. */
        public Builder dependency(Dependency dependency) {
            dependencies.add(dependency);
            return this;
        }

        /** Names things the task makes, so that an edge may need one of them. */
        public Builder outputName(String... names) {
            Collections.addAll(outputNames, names);
            return this;
        }

        /** Declares inputs. */
        public Builder input(Path... paths) {
            Collections.addAll(inputs, paths);
            return this;
        }

        /** Declares outputs. */
        public Builder output(Path... paths) {
            Collections.addAll(outputs, paths);
            return this;
        }

        /** Sets a variable for every command of the task. */
        public Builder env(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Sets the slots taken; 0 for work with no CPU need, {@link Resources#ALL} for the whole host. */
        public Builder slots(int slots) {
            this.slots = slots;
            return this;
        }

        /** States the memory the job needs. */
        public Builder memoryBytes(long bytes) {
            this.memoryBytes = bytes;
            return this;
        }

        /** Names exclusive locks. */
        public Builder lock(String... names) {
            Collections.addAll(locks, names);
            return this;
        }

        /** Names pools of the graph. */
        public Builder pool(String... names) {
            Collections.addAll(pools, names);
            return this;
        }

        /** Demands that the host has a property. */
        public Builder hostProperty(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /** Names the only host that may run it. */
        public Builder pinnedTo(String host) {
            this.pinnedHost = Objects.requireNonNull(host);
            return this;
        }

        /** Prefers the host that runs or ran {@code task}. */
        public Builder near(String task) {
            this.near = Objects.requireNonNull(task);
            return this;
        }

        /** Limits the time all steps together may take. */
        public Builder timeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("task '" + name + "': timeout must be positive: " + timeout);
            }
            this.timeout = timeout;
            return this;
        }

        /** Sets how often the task is tried again from its first step. */
        public Builder retry(RetryPolicy retry) {
            this.retry = Objects.requireNonNull(retry);
            return this;
        }

        /** Hints at how long it takes, in any unit that the whole graph shares. */
        public Builder weight(double weight) {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "task '" + name + "': weight must be a number of at least 0: " + weight);
            }
            this.weight = weight;
            return this;
        }

        /** Sets the priority; higher goes first. */
        public Builder priority(int priority) {
            this.priority = priority;
            return this;
        }

        private Resources resources() {
            return slots == 1 && memoryBytes == 0 && locks.isEmpty() && pools.isEmpty()
                    ? Resources.DEFAULT
                    : new Resources(slots, memoryBytes, locks, pools);
        }

        private HostConstraints constraints() {
            return properties.isEmpty() && pinnedHost == null && near == null
                    ? HostConstraints.NONE
                    : new HostConstraints(properties, pinnedHost, near);
        }

        /** The task; the builder may be used on. */
        public TaskSpec build() {
            return new TaskSpec(this);
        }
    }
}
