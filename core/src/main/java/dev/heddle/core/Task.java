package dev.heddle.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A task as part of a graph: its number and what {@link TaskSpec} said of it. Immutable. What it depends on is asked of the
 * {@link GraphView} by {@link #index}.
 */
public final class Task {
    /** Size of an object with compressed pointers: a header of 12, the fields, rounded up to 8. */
    static final int BYTES = 40;

    private final int index;
    private final String name;
    private final List<Step> steps;
    private final TaskDetail detail;
    private final TaskTraits traits;
    private final double weight;

    Task(int index, TaskSpec spec, List<Step> steps, TaskTraits traits) {
        this.index = index;
        this.name = spec.name();
        this.steps = steps;
        this.detail = spec.detail();
        this.traits = traits;
        this.weight = spec.weight();
    }

    TaskDetail detail() {
        return detail;
    }

    TaskTraits traits() {
        return traits;
    }

    /** Its number in the graph. */
    public int index() {
        return index;
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

    /** The position of a step in the pipeline by its name, or -1. */
    public int stepIndex(String step) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).name().equals(step)) {
                return i;
            }
        }
        return -1;
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

    @Override
    public String toString() {
        return "task '" + name + "'";
    }
}
