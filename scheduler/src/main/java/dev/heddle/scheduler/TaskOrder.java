package dev.heddle.scheduler;

import dev.heddle.core.Task;

/**
 * Which of two tasks goes first: urgency, then priority, then number.
 *
 * <p>Priorities lie far from one another in memory, and most builds have none: they are read only once a task that has one is in a
 * queue. Until then all that are queued have the same, so what was sorted before stays sorted.
 *
 * <p>Owned by the loop's thread.
 */
class TaskOrder {

    final LiveGraph graph;
    final TaskStates states;
    private boolean priorities;

    TaskOrder(LiveGraph graph, TaskStates states) {
        this.graph = graph;
        this.states = states;
    }

    /** Takes note of a task that is to be compared with others; before it is. */
    void know(Task task) {
        priorities |= task.priority() != 0;
    }

    boolean before(int a, int b) {
        double urgencyA = states.urgency[a];
        double urgencyB = states.urgency[b];
        if (urgencyA != urgencyB) {
            return urgencyA > urgencyB;
        }
        if (!priorities) {
            return a < b;
        }
        int priorityA = graph.task(a).priority();
        int priorityB = graph.task(b).priority();
        return priorityA != priorityB ? priorityA > priorityB : a < b;
    }
}
