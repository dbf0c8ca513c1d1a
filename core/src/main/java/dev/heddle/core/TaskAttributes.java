package dev.heddle.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is said of a task, whether it is only written down or part of a graph. Immutable. */
public abstract sealed class TaskAttributes permits Task, TaskSpec {

    private final String name;
    private final List<Step> steps;
    private final TaskDetail detail;
    private final TaskTraits traits;
    private final double weight;

    TaskAttributes(String name, List<Step> steps, TaskDetail detail, TaskTraits traits, double weight) {
        this.name = name;
        this.steps = steps;
        this.detail = detail;
        this.traits = traits;
        this.weight = weight;
    }

    TaskDetail detail() {
        return detail;
    }

    TaskTraits traits() {
        return traits;
    }

    /** Whether all that is said of both is the same; what they depend on is not part of it. Code is the same if it is one object. */
    public boolean isDefinedAs(TaskAttributes other) {
        return name.equals(other.name)
                && steps.equals(other.steps)
                && detail.equals(other.detail)
                && traits.equals(other.traits)
                && weight == other.weight;
    }

    /** Its unique name. */
    public String name() {
        return name;
    }

    /** Other names for the same task. */
    public Set<String> aliases() {
        return detail.aliases();
    }

    /** The component whose log it shares. */
    public Optional<String> component() {
        return Optional.ofNullable(traits.component());
    }

    /** One line for people. */
    public Optional<String> description() {
        return Optional.ofNullable(detail.description());
    }

    /** The pipeline, in order; may be empty. */
    public List<Step> steps() {
        return steps;
    }

    /** Names of what it makes, for edges that need one of several outputs. */
    public Set<String> outputNames() {
        return detail.outputNames();
    }

    /** Declared inputs. */
    public List<Path> inputs() {
        return detail.inputs();
    }

    /** Declared outputs. */
    public List<Path> outputs() {
        return detail.outputs();
    }

    /** Where its commands leave what they need while they work: may be removed before the task is run anew. */
    public Optional<Path> workDirectory() {
        return Optional.ofNullable(detail.workDirectory());
    }

    /** Variables set for every command of the task. */
    public Map<String, String> environment() {
        return traits.environment();
    }

    /** What it needs besides its dependencies. */
    public Resources resources() {
        return traits.resources();
    }

    /** Which hosts may run it. */
    public HostConstraints constraints() {
        return traits.constraints();
    }

    /** Longest time all steps together may take. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(traits.timeout());
    }

    /** How often the task is tried again from its first step. */
    public RetryPolicy retry() {
        return traits.retry();
    }

    /** A hint at how long it takes, in any unit that the whole graph shares; 0 if there is none. */
    public double weight() {
        return weight;
    }

    /** Higher goes first among tasks that are equally urgent. */
    public int priority() {
        return traits.priority();
    }

    /**
     * Whether two attempts at it may run at once on different hosts, and one of them be killed at any moment, without harm: what
     * it makes is put into its place in one go, say.
     */
    public boolean isRepeatable() {
        return traits.repeatable();
    }

    @Override
    public String toString() {
        return "task '" + name + "'";
    }
}
