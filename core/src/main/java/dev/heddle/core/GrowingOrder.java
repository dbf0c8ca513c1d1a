package dev.heddle.core;

import java.util.Arrays;

/**
 * Keeps heights for the nodes of {@link StateOrder} so that whatever waits is above what it waits for: that is possible exactly
 * while no illegal cycle exists. A {@code start} node is strictly above what it waits for; {@code usable} nodes may be level.
 *
 * <p>An edge that the heights already agree with costs nothing. Otherwise what is above the edge is raised or what is below it is
 * lowered, whichever is less work: both are tried in turn with a growing budget. An edge closes a cycle exactly if raising its
 * upper end would raise its lower end, or lowering its lower end would lower its upper end. Belongs to the owner of the graph.
 */
final class GrowingOrder {
    private static final int FIRST_BUDGET = 64;

    private enum Result {
        FITS,
        CYCLE,
        TOO_MUCH
    }

    private final GrowingGraph graph;
    private int[] heights = new int[32];
    private final GrowingInts changedNodes = new GrowingInts(); // since the last commit, with the heights they had
    private final GrowingInts changedFrom = new GrowingInts();

    // Nodes whose neighbours are to be looked at, the least first: a height, then a node.
    private long[] heap = new long[64];
    private int heapSize;
    private boolean cycle;

    GrowingOrder(GrowingGraph graph) {
        this.graph = graph;
    }

    void ensureTasks(int tasks) {
        if (heights.length < 2 * tasks) {
            heights = Arrays.copyOf(heights, Math.max(2 * tasks, heights.length + (heights.length >> 1)));
        }
    }

    void start(StateOrder order) {
        ensureTasks(graph.size());
        for (int task = 0; task < graph.size(); task++) {
            heights[2 * task] = order.startLevel(task);
            heights[2 * task + 1] = order.usableLevel(task);
        }
    }

    /** Takes an edge that is in the graph already; false if it closes a cycle, after which only {@link #rollback} is allowed. */
    boolean add(int from, DependencyKind kind, int to) {
        return switch (kind) {
            case BUILD -> require(2 * from, 2 * to + 1, 1);
            case STEP, ORDER -> require(2 * from, 2 * to, 1);
            case RUN -> require(2 * from + 1, 2 * to + 1, 0);
        };
    }

    void commit() {
        changedNodes.truncate(0);
        changedFrom.truncate(0);
    }

    void rollback() {
        restore(0);
    }

    /** Forgets the tasks from {@code first} to before {@code end}, which came last. */
    void truncate(int first, int end) {
        Arrays.fill(heights, 2 * first, Math.min(2 * end, heights.length), 0);
    }

    private boolean require(int upper, int lower, int gap) {
        if (heights[upper] >= heights[lower] + gap) {
            return true;
        }
        int mark = changedNodes.size();
        for (int budget = FIRST_BUDGET; ; budget = Math.min(budget, Integer.MAX_VALUE / 8) * 4) {
            for (boolean up : new boolean[] {false, true}) {
                Result result = move(up, upper, lower, gap, budget);
                if (result != Result.TOO_MUCH) {
                    return result == Result.FITS;
                }
                restore(mark);
            }
        }
    }

    private Result move(boolean up, int upper, int lower, int gap, int budget) {
        int fixed = up ? lower : upper;
        int left = budget;
        heapSize = 0;
        cycle = false;
        if (up) {
            raise(upper, heights[lower] + gap, fixed);
        } else {
            lower(lower, heights[upper] - gap, fixed);
        }
        while (heapSize > 0 && !cycle) {
            int node = (int) pop();
            left -= up ? raiseAbove(node, fixed) : lowerBelow(node, fixed);
            if (left < 0 && !cycle) {
                return Result.TOO_MUCH;
            }
        }
        return cycle ? Result.CYCLE : Result.FITS;
    }

    private int raiseAbove(int node, int fixed) {
        int task = node >> 1;
        int height = heights[node];
        boolean usable = (node & 1) == 1;
        if (!usable) {
            raise(node + 1, height, fixed);
        }
        int count = graph.dependentCount(task);
        for (int i = 0; i < count; i++) {
            int other = graph.dependent(task, i);
            switch (graph.dependentKind(task, i)) {
                case BUILD -> {
                    if (usable) {
                        raise(2 * other, height + 1, fixed);
                    }
                }
                case STEP, ORDER -> {
                    if (!usable) {
                        raise(2 * other, height + 1, fixed);
                    }
                }
                case RUN -> {
                    if (usable) {
                        raise(2 * other + 1, height, fixed);
                    }
                }
            }
        }
        return count + 1;
    }

    private int lowerBelow(int node, int fixed) {
        int task = node >> 1;
        int height = heights[node];
        boolean usable = (node & 1) == 1;
        if (usable) {
            lower(node - 1, height, fixed);
        }
        int count = graph.dependencyCount(task);
        for (int i = 0; i < count; i++) {
            int other = graph.dependency(task, i);
            switch (graph.dependencyKind(task, i)) {
                case BUILD -> {
                    if (!usable) {
                        lower(2 * other + 1, height - 1, fixed);
                    }
                }
                case STEP, ORDER -> {
                    if (!usable) {
                        lower(2 * other, height - 1, fixed);
                    }
                }
                case RUN -> {
                    if (usable) {
                        lower(2 * other + 1, height, fixed);
                    }
                }
            }
        }
        return count + 1;
    }

    private void raise(int node, int height, int fixed) {
        if (heights[node] < height) {
            move(node, height, fixed, heights[node]);
        }
    }

    private void lower(int node, int height, int fixed) {
        if (heights[node] > height) {
            move(node, height, fixed, -heights[node]);
        }
    }

    // Taken in the order of the old heights, every node is met once, after all that moves it, but for level ones.
    private void move(int node, int height, int fixed, int key) {
        if (node == fixed) {
            cycle = true;
            return;
        }
        changedNodes.add(node);
        changedFrom.add(heights[node]);
        heights[node] = height;
        push(((long) key << 32) | node);
    }

    private void restore(int mark) {
        while (changedNodes.size() > mark) {
            heights[changedNodes.removeLast()] = changedFrom.removeLast();
        }
    }

    private void push(long entry) {
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, heapSize * 2);
        }
        int at = heapSize++;
        while (at > 0 && heap[(at - 1) / 2] > entry) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = entry;
    }

    private long pop() {
        long least = heap[0];
        long last = heap[--heapSize];
        int at = 0;
        for (int child = 1; child < heapSize; child = 2 * at + 1) {
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = last;
        return least;
    }
}
