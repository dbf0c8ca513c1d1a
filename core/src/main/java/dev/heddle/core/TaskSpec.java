package dev.heddle.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A task as it was written down: immutable, its dependencies still names. {@link Builder} makes one; {@link Task} is the same
 * task as part of a graph.
 */
public final class TaskSpec extends TaskAttributes {

    private final List<Dependency> dependencies;

    private TaskSpec(Builder from) {
        super(from.name, List.copyOf(from.steps), from.detail(), from.traits(), from.weight);
        this.dependencies = List.copyOf(new LinkedHashSet<>(from.dependencies));
    }

    /** Begins a task; a task without steps is legal and done as soon as its dependencies are. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** What it depends on, by name, in the order given, without repetitions. */
    public List<Dependency> dependencies() {
        return dependencies;
    }

    /**
     * Collects what a task is. Not safe for several threads. What can be given several times adds up; what is single is replaced.
     */
    public static final class Builder {

        private final String name;
        private final Set<String> aliases = new LinkedHashSet<>(0);
        private @Nullable String component;
        private @Nullable String description;
        private final List<Step> steps = new ArrayList<>(1);
        private final List<Dependency> dependencies = new ArrayList<>(4);
        private final Set<String> outputNames = new LinkedHashSet<>(0);
        private final List<Path> inputs = new ArrayList<>(0);
        private final List<Path> outputs = new ArrayList<>(0);
        private @Nullable Path workDirectory;
        private final Map<String, String> environment = new LinkedHashMap<>(0);
        private int slots = 1;
        private int mostSlots = 1;
        private long memoryBytes;
        private final Map<String, Long> amounts = new TreeMap<>();
        private @Nullable String site;
        private final Set<String> locks = new TreeSet<>();
        private final Set<String> pools = new TreeSet<>();
        private final Map<String, String> properties = new TreeMap<>();
        private @Nullable String pinnedHost;
        private @Nullable String near;
        private @Nullable Duration timeout;
        private RetryPolicy retry = RetryPolicy.NEVER;
        private double weight;
        private int priority;
        private boolean repeatable;

        private Builder(String name) {
            this.name = checkName("a task", name);
        }

        /** Adds other names for the task. */
        public Builder alias(String... names) {
            return alias(Arrays.asList(names));
        }

        /** Adds other names for the task. */
        public Builder alias(Iterable<String> names) {
            for (String alias : names) {
                if (alias.equals(name)) {
                    throw new IllegalArgumentException(this + " is given its own name as an alias");
                }
                aliases.add(checkName("an alias of " + this, alias));
            }
            return this;
        }

        /** Sets the component whose log the task shares. */
        public Builder component(String component) {
            this.component = checkName("the component of " + this, component);
            return this;
        }

        /** Sets one line for people. */
        public Builder description(String description) {
            this.description = Objects.requireNonNull(description, "description");
            return this;
        }

        /** Adds a step that runs a command. */
        public Builder step(String name, Command command) {
            return step(Step.of(name, command));
        }

        /** Adds a step that runs in this JVM. */
        public Builder step(String name, Action action) {
            return step(Step.of(name, action));
        }

        /** Adds a step. */
        public Builder step(Step step) {
            for (Step other : steps) {
                if (other.name().equals(step.name())) {
                    throw new IllegalArgumentException(this + " has two steps named '" + step.name() + "'");
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
            return step("action", action);
        }

        /** Adds {@link DependencyKind#BUILD} dependencies. */
        public Builder dependsOn(String... tasks) {
            return dependsOn(Arrays.asList(tasks));
        }

        /** Adds {@link DependencyKind#BUILD} dependencies. */
        public Builder dependsOn(Iterable<String> tasks) {
            tasks.forEach(task -> dependencies.add(Dependency.build(task)));
            return this;
        }

        /** Adds {@link DependencyKind#RUN} dependencies. */
        public Builder runsWith(String... tasks) {
            return runsWith(Arrays.asList(tasks));
        }

        /** Adds {@link DependencyKind#RUN} dependencies. */
        public Builder runsWith(Iterable<String> tasks) {
            tasks.forEach(task -> dependencies.add(Dependency.run(task)));
            return this;
        }

        /** Adds {@link DependencyKind#ORDER} dependencies. */
        public Builder after(String... tasks) {
            return after(Arrays.asList(tasks));
        }

        /** Adds {@link DependencyKind#ORDER} dependencies. */
        public Builder after(Iterable<String> tasks) {
            tasks.forEach(task -> dependencies.add(Dependency.order(task)));
            return this;
        }

        /** Adds a {@link DependencyKind#STEP} dependency: {@code task} must have done {@code step}. */
        public Builder afterStep(String task, String step) {
            return dependency(Dependency.step(task, step));
        }

        /** Adds dependencies of any kind. */
        public Builder dependency(Dependency... dependencies) {
            return dependency(Arrays.asList(dependencies));
        }

        /** Adds dependencies of any kind. */
        public Builder dependency(Iterable<Dependency> dependencies) {
            dependencies.forEach(this.dependencies::add);
            return this;
        }

        /** Names things the task makes, so that an edge may need one of them. */
        public Builder outputName(String... names) {
            return outputName(Arrays.asList(names));
        }

        /** Names things the task makes, so that an edge may need one of them. */
        public Builder outputName(Iterable<String> names) {
            names.forEach(output -> outputNames.add(checkName("an output of " + this, output)));
            return this;
        }

        /** Declares inputs. */
        public Builder input(Path... paths) {
            return input(List.of(paths));
        }

        /** Declares inputs. */
        public Builder input(Collection<Path> paths) { // not Iterable, which a single Path is itself
            inputs.addAll(paths);
            return this;
        }

        /** Declares outputs. */
        public Builder output(Path... paths) {
            return output(List.of(paths));
        }

        /** Declares outputs. */
        public Builder output(Collection<Path> paths) { // not Iterable, which a single Path is itself
            outputs.addAll(paths);
            return this;
        }

        /**
         * Names the directory in which its commands leave what they need while they work. It may be removed as a whole before the
         * task is run anew, on the host where it runs, so nothing else may be in it.
         *
         * @throws IllegalArgumentException if it is the root, the current directory, or one above that
         */
        public Builder workDirectory(Path directory) {
            Path normal = directory.normalize();
            if (normal.getNameCount() == 0 || normal.toString().isEmpty() || normal.startsWith("..")) {
                throw new IllegalArgumentException(this + ": the work directory must be one of its own, not '"
                        + directory + "': it may be removed as a whole");
            }
            workDirectory = directory;
            return this;
        }

        /** Sets a variable for every command of the task; a command's own variables go before it. */
        public Builder env(String name, String value) {
            environment.put(Command.checkVariable(name), Command.checkText("variable " + name, value));
            return this;
        }

        /** Sets the slots taken; 0 for work with no CPU need, {@link Resources#ALL} for the whole host. */
        public Builder slots(int slots) {
            return slots(slots, slots);
        }

        /**
         * Sets the slots taken, and how many it can make use of: what is idle is lent to it while it runs, to a command by a jobserver of
         * GNU make, to an action by {@link Slots}; and is wanted back when other tasks wait.
         *
         * @param least at least 1
         * @param most at least as many
         */
        public Builder slots(int least, int most) {
            this.slots = least;
            this.mostSlots = most;
            return this;
        }

        /**
         * Makes it a task that fetches: it takes no slot, and tasks that fetch have limits of their own, for the build, for a host and for
         * a site.
         *
         * @param site where it fetches from, the name of a server say
         */
        public Builder fetchesFrom(String site) {
            this.site = checkName("the site of " + this, site);
            return slots(0);
        }

        /** States the memory the job needs. */
        public Builder memoryBytes(long bytes) {
            this.memoryBytes = bytes;
            return this;
        }

        /** States how much of a named resource the job needs while it runs; the host must have so much of it. */
        public Builder needs(String resource, long amount) {
            amounts.put(checkName("a resource of " + this, resource), amount);
            return this;
        }

        /** Names exclusive locks. */
        public Builder lock(String... names) {
            return lock(Arrays.asList(names));
        }

        /** Names exclusive locks. */
        public Builder lock(Iterable<String> names) {
            names.forEach(lock -> locks.add(checkName("a lock of " + this, lock)));
            return this;
        }

        /** Names pools of the graph. */
        public Builder pool(String... names) {
            return pool(Arrays.asList(names));
        }

        /** Names pools of the graph. */
        public Builder pool(Iterable<String> names) {
            names.forEach(pool -> pools.add(checkName("a pool of " + this, pool)));
            return this;
        }

        /** Demands that the host has a property. */
        public Builder hostProperty(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /** Names the only host that may run it. */
        public Builder pinnedTo(String host) {
            this.pinnedHost = checkName("the host of " + this, host);
            return this;
        }

        /** Prefers the host that runs or ran {@code task}. */
        public Builder near(String task) {
            this.near = checkName("a task near " + this, task);
            return this;
        }

        /** Limits the time all steps together may take. */
        public Builder timeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException(this + ": timeout must be positive: " + timeout);
            }
            this.timeout = timeout;
            return this;
        }

        /** Sets how often the task is tried again from its first step. */
        public Builder retry(RetryPolicy retry) {
            this.retry = Objects.requireNonNull(retry, "retry");
            return this;
        }

        /** Hints at how long it takes, in any unit that the whole graph shares. */
        public Builder weight(double weight) {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(this + ": weight must be a number of at least 0: " + weight);
            }
            this.weight = weight;
            return this;
        }

        /** Sets the priority; higher goes first. */
        public Builder priority(int priority) {
            this.priority = priority;
            return this;
        }

        /**
         * States that two attempts at it may run at once on different hosts, and one of them be killed at any moment, without
         * harm: what it makes is put into its place in one go, say.
         */
        public Builder repeatable() {
            this.repeatable = true;
            return this;
        }

        @Override
        public String toString() {
            return "task '" + name + "'";
        }

        /**
         * The task; the builder may be used on.
         *
         * @throws IllegalArgumentException if the resources are out of range
         */
        public TaskSpec build() {
            return new TaskSpec(this);
        }

        private TaskDetail detail() {
            boolean none = aliases.isEmpty()
                    && description == null
                    && outputNames.isEmpty()
                    && inputs.isEmpty()
                    && outputs.isEmpty()
                    && workDirectory == null;
            return none
                    ? TaskDetail.NONE
                    : new TaskDetail(
                            inOrder(aliases),
                            description,
                            inOrder(outputNames),
                            List.copyOf(inputs),
                            List.copyOf(outputs),
                            workDirectory);
        }

        private TaskTraits traits() {
            return new TaskTraits(
                    component,
                    environment.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(environment)),
                    resources(),
                    constraints(),
                    timeout,
                    retry,
                    priority,
                    repeatable);
        }

        // Set.copyOf would give an order that differs from one JVM to the next.
        private static Set<String> inOrder(Set<String> names) {
            return names.size() < 2 ? Set.copyOf(names) : Collections.unmodifiableSet(new LinkedHashSet<>(names));
        }

        private Resources resources() {
            Resources own = new Resources(slots, mostSlots, memoryBytes, amounts, locks, pools, site);
            return own.equals(Resources.DEFAULT) ? Resources.DEFAULT : own;
        }

        private HostConstraints constraints() {
            return properties.isEmpty() && pinnedHost == null && near == null
                    ? HostConstraints.NONE
                    : new HostConstraints(properties, pinnedHost, near);
        }

        private static String checkName(String what, String name) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException(what + " needs a name that is not empty");
            }
            return name;
        }
    }
}
