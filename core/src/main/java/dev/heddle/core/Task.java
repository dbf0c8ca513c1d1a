package dev.heddle.core;

/** A task as part of a graph. */
public final class Task {
    private final int index;
    private final TaskSpec spec;

    Task(int index, TaskSpec spec) {
        this.index = index;
        this.spec = spec;
    }

    /** Its number in the graph. */
    public int index() {
        return index;
    }

    /** Its unique name. */
    public String name() {
        return spec.name();
    }
}
