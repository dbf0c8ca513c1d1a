package dev.heddle.scheduler;

import java.util.Arrays;

/**
 * What the tasks below each place of a heap have at least to offer a slow host: finds the most urgent one that such a host would
 * still end in time, without looking at those before it one by one.
 *
 * <p>A slow host needs {@code ratio} times as long for a task as the fastest one. It would end it in time if that, at an upper
 * bound of the task's estimate, and the chain of tasks that wait for it, which may run on fast hosts, are not longer than what the
 * build takes anyhow. A task of which nothing is known counts as one that takes as long as the longest one known may.
 *
 * <p>Owned by the loop's thread.
 */
final class SlackIndex {

    /** Places looked at for one answer: what is found by then is taken. */
    private static final int STEPS = 400;

    private final TaskHeap heap;
    private final TaskOrder order;
    private final CriticalPaths paths;
    private final TaskStates states;
    private double[] leastTail = new double[4];
    private double[] leastOwn = new double[4];
    private double[] longestPath = new double[4];

    // Of the search that is under way.
    private int found;
    private int steps;

    SlackIndex(TaskHeap heap, TaskOrder order, CriticalPaths paths, TaskStates states) {
        this.heap = heap;
        this.order = order;
        this.paths = paths;
        this.states = states;
    }

    double longestPath() {
        return longestPath[0];
    }

    /** Takes a change at a place into account, and above it. */
    void mendUp(int from) {
        int place = from;
        while (true) {
            mend(place);
            if (place == 0) {
                return;
            }
            place = (place - 1) >>> 1;
        }
    }

    /** Looks anew at a place, given those below it. */
    void mend(int place) {
        if (place >= heap.size()) {
            return;
        }
        if (place >= leastTail.length) {
            int room = Math.max(place + 1, leastTail.length * 2);
            leastTail = Arrays.copyOf(leastTail, room);
            leastOwn = Arrays.copyOf(leastOwn, room);
            longestPath = Arrays.copyOf(longestPath, room);
        }
        int task = heap.at(place);
        leastTail[place] = tail(task);
        leastOwn[place] = own(task);
        longestPath[place] = states.expectedPath[task];
        for (int child = 2 * place + 1; child <= 2 * place + 2 && child < heap.size(); child++) {
            leastTail[place] = Math.min(leastTail[place], leastTail[child]);
            leastOwn[place] = Math.min(leastOwn[place], leastOwn[child]);
            longestPath[place] = Math.max(longestPath[place], longestPath[child]);
        }
    }

    /** Weight of what waits for the task. */
    private double tail(int task) {
        return states.path[task] - paths.weight(task);
    }

    private double own(int task) {
        return paths.upper(task);
    }

    /**
     * The most urgent task that a slow host would end in time, or -1.
     *
     * @param budget what the build takes anyhow
     * @param ratio how many times as long as the fastest host it needs
     */
    int firstFitting(double budget, double ratio) {
        found = -1;
        steps = STEPS;
        visit(0, budget, ratio);
        return found;
    }

    // Recursion is as deep as the heap, which is the logarithm of its size.
    private void visit(int place, double budget, double ratio) {
        if (place >= heap.size() || steps-- <= 0 || leastTail[place] + ratio * leastOwn[place] > budget) {
            return;
        }
        int task = heap.at(place);
        if (found >= 0 && !order.before(task, found)) {
            return; // Nothing below it is more urgent either.
        }
        if (tail(task) + ratio * own(task) <= budget) {
            found = task;
            return;
        }
        visit(2 * place + 1, budget, ratio);
        visit(2 * place + 2, budget, ratio);
    }
}
