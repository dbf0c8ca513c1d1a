package dev.heddle.core;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The order in which tasks can start and become usable, found in one depth-first walk without recursion.
 *
 * <p>Each task stands for two nodes: {@code start} and {@code usable}. {@code usable} waits for {@code start} and for what the
 * task needs at run time to be usable; {@code start} waits for BUILD dependencies to be usable and for STEP and ORDER
 * dependencies to start. Nodes that wait for one another are legal only if all of them are {@code usable} nodes: those resolve
 * together. Tarjan's algorithm for strongly connected components meets dependencies first, so the order falls out of it.
 */
final class StateOrder {
    private static final int NEW = 0;
    private static final int DONE = Integer.MAX_VALUE;

    private final GraphView graph;
    private final int[] order;
    private int ordered;
    private final int[] startLevel;
    private final int[] usableLevel;
    private final GrowingInts cyclic = new GrowingInts();
    private final GrowingInts closed = new GrowingInts(); // all nodes in order; the last of each group is negated (~)

    // Of the walk: the time a node was met (NEW, DONE), the earliest node it leads back to, the open nodes, the path.
    private int[] met;
    private int[] back;
    private int[] open;
    private int openCount;
    private int[] path;
    private int[] position;
    private int depth;
    private int time;

    private StateOrder(GraphView graph) {
        this.graph = graph;
        int tasks = graph.size();
        if (tasks > Integer.MAX_VALUE / 2 - 8) {
            throw new GraphException("the graph has too many tasks: " + tasks);
        }
        order = new int[tasks];
        startLevel = new int[tasks];
        usableLevel = new int[tasks];
        met = new int[2 * tasks];
        back = new int[2 * tasks];
        open = new int[64];
        path = new int[64];
        position = new int[64];
    }

    /** Walks a graph that may have illegal cycles; {@link #cyclicTasks} tells. */
    static StateOrder of(GraphView graph) {
        StateOrder result = new StateOrder(graph);
        for (int task = 0; task < graph.size(); task++) {
            result.walkFrom(2 * task + 1);
        }
        result.met = result.back = result.open = result.path = result.position = new int[0];
        return result;
    }

    /** Tasks so that everything a task waits for before it starts is before it. */
    int[] order() {
        return order;
    }

    /** How many tasks must start one after the other before a task can. */
    int startLevel(int task) {
        return startLevel[task];
    }

    /** How many tasks must start one after the other before a task can be usable, itself not counted. */
    int usableLevel(int task) {
        return usableLevel[task];
    }

    /** The tasks that can never start because they wait for one another; none if the graph is sound. */
    int[] cyclicTasks() {
        return cyclic.toArray();
    }

    /** Groups of nodes that come to be together, what they wait for first: a start alone, or all that become usable at once. */
    Iterable<int[]> groups() {
        return () -> new Iterator<>() {
            private int at;

            @Override
            public boolean hasNext() {
                return at < closed.size();
            }

            @Override
            public int[] next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int end = at;
                while (closed.get(end) >= 0) {
                    end++;
                }
                int[] group = new int[end + 1 - at];
                for (int i = 0; i < group.length; i++) {
                    int node = closed.get(at + i);
                    group[i] = node < 0 ? ~node : node;
                }
                at = end + 1;
                return group;
            }
        };
    }

    private void walkFrom(int root) {
        if (met[root] != NEW) {
            return;
        }
        enter(root);
        while (depth > 0) {
            int node = path[depth - 1];
            int next = nextUnfinished(node);
            if (next >= 0) {
                enter(next);
            } else {
                leave(node);
            }
        }
    }

    private void enter(int node) {
        if (depth == path.length) {
            path = Arrays.copyOf(path, depth * 2);
            position = Arrays.copyOf(position, depth * 2);
        }
        if (openCount == open.length) {
            open = Arrays.copyOf(open, openCount * 2);
        }
        met[node] = back[node] = ++time;
        open[openCount++] = node;
        path[depth] = node;
        position[depth++] = 0;
    }

    /** The next node that {@code node} waits for and that was not met yet, or -1. */
    private int nextUnfinished(int node) {
        int at = position[depth - 1];
        int end = graph.dependencyCount(node >> 1) + 1;
        for (; at < end; at++) {
            int next = successor(graph, node, at);
            if (next < 0) {
                continue;
            }
            if (met[next] == NEW) {
                position[depth - 1] = at + 1;
                return next;
            }
            if (met[next] != DONE) {
                back[node] = Math.min(back[node], met[next]);
            }
        }
        return -1;
    }

    /** What a node waits for: the {@code i}-th of at most one more than the task has dependencies, or -1 if that is nothing. */
    private static int successor(GraphView graph, int node, int i) {
        int task = node >> 1;
        boolean usable = (node & 1) == 1;
        if (i == 0) {
            return usable ? 2 * task : -1;
        }
        int other = graph.dependency(task, i - 1);
        return switch (graph.dependencyKind(task, i - 1)) {
            case BUILD -> usable ? -1 : 2 * other + 1;
            case STEP, ORDER -> usable ? -1 : 2 * other;
            case RUN -> usable ? 2 * other + 1 : -1;
        };
    }

    private void leave(int node) {
        depth--;
        if (depth > 0) {
            int parent = path[depth - 1];
            back[parent] = Math.min(back[parent], back[node]);
        }
        if (back[node] != met[node]) {
            return;
        }
        int first = openCount;
        do {
            first--;
        } while (open[first] != node);
        close(first);
        openCount = first;
    }

    /** Takes the open nodes from {@code first} on, which wait for one another, as done. */
    private void close(int first) {
        int level = 0;
        boolean starts = false;
        for (int i = first; i < openCount; i++) {
            level = Math.max(level, levelOf(open[i]));
            starts |= (open[i] & 1) == 0;
        }
        if (starts && openCount - first > 1) {
            noteCycle(first);
        }
        for (int i = first; i < openCount; i++) {
            int node = open[i];
            met[node] = DONE;
            closed.add(i == openCount - 1 ? ~node : node);
            if ((node & 1) == 0) {
                startLevel[node >> 1] = level;
                order[ordered++] = node >> 1;
            } else {
                usableLevel[node >> 1] = level;
            }
        }
    }

    private int levelOf(int node) {
        int level = 0;
        int end = graph.dependencyCount(node >> 1) + 1;
        for (int i = 0; i < end; i++) {
            int next = successor(graph, node, i);
            if (next >= 0 && met[next] == DONE) {
                int below = (next & 1) == 0 ? startLevel[next >> 1] : usableLevel[next >> 1];
                level = Math.max(level, (node & 1) == 0 ? below + 1 : below);
            }
        }
        return level;
    }

    private void noteCycle(int first) {
        for (int i = first; i < openCount; i++) {
            if ((open[i] & 1) == 0) {
                cyclic.add(open[i] >> 1);
            }
        }
    }
}
