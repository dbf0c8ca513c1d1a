package dev.heddle.scheduler;

import dev.heddle.core.Outcome;

/** Finds whose failure made a task unusable. Owned by the loop's thread. */
final class FailureRoots {

    private final LiveGraph graph;
    private final TaskStates states;

    FailureRoots(LiveGraph graph, TaskStates states) {
        this.graph = graph;
        this.states = states;
    }

    /** Name of the task whose failure made {@code task} unusable. */
    String of(int task) {
        IntList work = new IntList();
        boolean[] seen = new boolean[0];
        int at = task;
        while (true) {
            Outcome outcome = states.outcome(at);
            if (outcome instanceof Outcome.Skipped skipped) {
                return skipped.failedDependency();
            }
            if (states.is(at, TaskStates.FAILED)) {
                return graph.task(at).name();
            }
            if (seen.length == 0) {
                seen = new boolean[graph.size()];
            }
            seen[at] = true;
            for (int e = 0; e < graph.dependencyCount(at); e++) {
                int dependency = graph.dependency(at, e);
                if (states.is(dependency, TaskStates.UNUSABLE) && !seen[dependency]) {
                    work.add(dependency);
                }
            }
            if (work.isEmpty()) {
                return graph.task(task).name();
            }
            at = work.removeLast();
        }
    }
}
