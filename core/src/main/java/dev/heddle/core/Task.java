package dev.heddle.core;

import java.util.List;

/**
 * A task as part of a graph: its number and what {@link TaskSpec} said of it. Immutable. What it depends on is asked of the
 * {@link GraphView} by {@link #index}.
 */
public final class Task extends TaskAttributes {
    /** Size of an object with compressed pointers: a header of 12, the fields, rounded up to 8. */
    static final int BYTES = 40;

    private final int index;

    Task(int index, TaskSpec spec, List<Step> steps, TaskTraits traits) {
        super(spec.name(), steps, spec.detail(), traits, spec.weight());
        this.index = index;
    }

    /** Its number in the graph. */
    public int index() {
        return index;
    }

    /** The position of a step in the pipeline by its name, or -1. */
    public int stepIndex(String step) {
        List<Step> steps = steps();
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).name().equals(step)) {
                return i;
            }
        }
        return -1;
    }
}
