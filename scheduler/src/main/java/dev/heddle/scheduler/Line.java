package dev.heddle.scheduler;

/** The tasks of one kind that wait for room. Owned by the loop's thread. */
final class Line {

    final JobKind kind;
    final TaskHeap tasks;
    /** Whether any host could ever run such a task, also one that went: it may come back. */
    boolean possible;
    /** Starts of less urgent tasks that its first one let pass. */
    int overtaken;

    Line(JobKind kind, TaskHeap tasks) {
        this.kind = kind;
        this.tasks = tasks;
    }
}
