package dev.heddle.core;

/** What one task needs of another. */
public enum DependencyKind {
    /** The dependency must be usable before this task starts. */
    BUILD,
    /**
     * Needed to use what this task makes, not to make it. A task is usable when it is built and every {@code RUN} dependency,
     * transitively, is usable. Cycles of {@code RUN} dependencies are legal and resolve together.
     */
    RUN,
    /** Needs the other task only up to a named step, not what it makes, and not what that needs at run time. */
    STEP,
    /**
     * Only runs after: once the dependency is done, whether or not what that needs at run time is there. A failure of the
     * dependency still stops this task; a change of it does not make this task out of date.
     */
    ORDER
}
