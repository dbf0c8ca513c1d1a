package dev.heddle.scheduler;

/** Which of two tasks goes first: urgency, then priority, then number. Owned by the loop's thread. */
class TaskOrder {

    final LiveGraph graph;
    final TaskStates states;

    TaskOrder(LiveGraph graph, TaskStates states) {
        this.graph = graph;
        this.states = states;
    }

    boolean before(int a, int b) {
        double urgencyA = states.urgency[a];
        double urgencyB = states.urgency[b];
        if (urgencyA != urgencyB) {
            return urgencyA > urgencyB;
        }
        int priorityA = graph.task(a).priority();
        int priorityB = graph.task(b).priority();
        return priorityA != priorityB ? priorityA > priorityB : a < b;
    }
}
