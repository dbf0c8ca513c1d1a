package dev.heddle.scheduler;

import dev.heddle.core.DependencyKind;
import dev.heddle.core.Task;
import dev.heddle.scheduler.host.HostSpec;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Weight of the heaviest chain of dependents below each task, computed once in one pass and only raised afterwards, along
 * the edges that were added.
 *
 * <p>A {@code RUN} edge hands on what waits for its task but not the task's own weight, because the task itself need not
 * wait. Around a cycle of {@code RUN} edges the answer may be too low for some of its tasks: it is an estimate.
 *
 * <p>Owned by the loop's thread.
 */
final class CriticalPaths {

    private final LiveGraph graph;
    private final TaskStates states;
    private final Estimates estimates;
    private double longest;
    private double sum;
    private int known;
    private double knownLeft;
    private int unknownLeft;
    private double total;
    /** Whether expected paths are kept besides those for urgency. */
    private boolean both;

    // Of the pass that is under way.
    private double[] path = new double[0];
    private boolean forUrgency;

    CriticalPaths(LiveGraph graph, TaskStates states, Estimates estimates) {
        this.graph = graph;
        this.states = states;
        this.estimates = estimates;
    }

    /**
     * How long a wanted task is thought to take; the longest one known, of its kind if possible, where nothing is known of it; or
     * 1.
     */
    double weight(int task) {
        double weight = states.weight[task];
        if (weight != 0) {
            return Math.abs(weight); // Below 0 is what was guessed.
        }
        return longest == 0 ? 1 : longest;
    }

    /** The heaviest chain of dependents that wait for a wanted task, itself included. */
    double path(int task) {
        return states.path[task];
    }

    /** Whether it is known how long at least one wanted task takes. */
    boolean knowsAny() {
        return known > 0;
    }

    /** Whether anything is known of how long a wanted task takes. */
    boolean isKnown(int task) {
        return states.weight[task] > 0;
    }

    /** How long a task takes, where an unknown one is like the others rather than the longest of all. */
    double expected(int task) {
        double weight = states.weight[task];
        return weight > 0 ? weight : known == 0 ? 1 : sum / known;
    }

    /** How long a task takes at most, but for a few of ten. */
    double upper(int task) {
        return weight(task) * estimates.margin(graph.task(task));
    }

    /** How fast a host is, in the unit in which hosts declare it. */
    double speed(HostSpec host) {
        return estimates.speed(host);
    }

    /** Name of the host on which an earlier build ran a task last, or null. */
    @Nullable
    String ranLastOn(Task task) {
        return estimates.lastHost(task);
    }

    /** A wanted task has ended. */
    void ended(int task) {
        double weight = states.weight[task];
        if (weight > 0) {
            knownLeft -= weight;
        } else {
            unknownLeft--;
        }
    }

    /** Weight of what has not ended, where an unknown task counts as one like the others. */
    double left() {
        return Math.max(0, knownLeft) + unknownLeft * (known == 0 ? 1 : sum / known);
    }

    /** The weights of all wanted tasks together. */
    double total() {
        return total;
    }

    /** Takes the weight of a task that became wanted into account, before any path is computed with it. */
    void learn(int task) {
        double weight = estimates.weight(graph.task(task));
        states.weight[task] = weight > 0 ? weight : -estimates.guess(graph.task(task));
        if (weight > 0) {
            longest = Math.max(longest, weight);
            sum += weight;
            known++;
            knownLeft += weight;
        } else {
            unknownLeft++;
        }
    }

    /** Keeps expected paths as well from now on. */
    void expect() {
        if (both) {
            return;
        }
        both = true;
        IntList wanted = new IntList();
        for (int task = 0; task < states.size(); task++) {
            if (states.path[task] > 0) {
                wanted.add(task);
            }
        }
        compute(wanted, false);
    }

    /** Computes the paths of all tasks in {@code wanted}, none of which has one yet. */
    void compute(IntList wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            total += weight(wanted.get(i));
        }
        compute(wanted, true);
        if (both) {
            compute(wanted, false);
        }
    }

    private void compute(IntList wanted, boolean urgent) {
        use(urgent);
        // Depth first down to those that nothing waits for, on a stack of its own: a chain may be a million tasks long.
        IntList stack = new IntList();
        IntList edges = new IntList();
        for (int i = 0; i < wanted.size(); i++) {
            if (path[wanted.get(i)] == 0) {
                enter(wanted.get(i), stack, edges);
            }
            while (!stack.isEmpty()) {
                advance(stack, edges);
            }
        }
    }

    /** Chooses whether paths are reckoned for urgency, or as they are expected. */
    private void use(boolean urgent) {
        forUrgency = urgent;
        path = urgent ? states.path : states.expectedPath;
    }

    private double own(int task) {
        return forUrgency ? weight(task) : expected(task);
    }

    private void enter(int task, IntList stack, IntList edges) {
        path[task] = own(task);
        stack.add(task);
        edges.add(0);
    }

    private void advance(IntList stack, IntList edges) {
        int task = stack.last();
        int edge = edges.last();
        if (edge == graph.dependentCount(task)) {
            stack.removeLast();
            edges.removeLast();
            if (!stack.isEmpty()) {
                // The edge that led here was passed when it was taken; go back over it now that the answer is known.
                takeUp(stack.last(), edges.last() - 1);
            }
            return;
        }
        edges.setLast(edge + 1);
        int dependent = graph.dependent(task, edge);
        if (!states.is(dependent, TaskStates.WANTED)) {
            return;
        }
        if (path[dependent] == 0) {
            enter(dependent, stack, edges);
        } else {
            takeUp(task, edge);
        }
    }

    private void takeUp(int task, int edge) {
        path[task] = Math.max(path[task], offered(task, edge));
    }

    /** What the path of {@code task} is at least, because of one of its dependents. */
    private double offered(int task, int edge) {
        int dependent = graph.dependent(task, edge);
        double below = path[dependent];
        if (graph.dependentKind(task, edge) == DependencyKind.RUN) {
            below -= own(dependent);
        }
        return below + own(task);
    }

    /** Raises what is above the tasks in {@code changed}, whose dependencies grew; tells each task whose path changed. */
    void raise(IntList changed, IntConsumer raised) {
        raise(changed, raised, true);
        if (both) {
            raise(changed, raised, false);
        }
    }

    private void raise(IntList changed, IntConsumer raised, boolean urgent) {
        use(urgent);
        IntList work = new IntList();
        for (int i = 0; i < changed.size(); i++) {
            work.add(changed.get(i));
        }
        // Ends by itself unless the graph waits for itself through a mix of kinds; then an estimate is all there is.
        long budget = 4L * (graph.size() + (long) graph.edgeCount()) + 16;
        while (!work.isEmpty() && budget > 0) {
            int task = work.removeLast();
            for (int i = 0; i < graph.dependencyCount(task); i++) {
                budget--;
                int dependency = graph.dependency(task, i);
                double below = path[task];
                if (graph.dependencyKind(task, i) == DependencyKind.RUN) {
                    below -= own(task);
                }
                double longer = below + own(dependency);
                if (longer > path[dependency]) {
                    path[dependency] = longer;
                    raised.accept(dependency);
                    work.add(dependency);
                }
            }
        }
    }
}
