package dev.heddle.store.local;

import java.util.function.IntConsumer;

/** Which paths lead to which others, by index: four bytes for a path and four for an edge. */
final class PathEdges {

    /** Where the edges of each path begin in {@link #to}; one more than there are paths once sealed. */
    private final IntColumn start = new IntColumn();

    private final IntColumn to;

    PathEdges() {
        this(new IntColumn());
    }

    private PathEdges(IntColumn to) {
        this.to = to;
    }

    /** Adds an edge; {@code from} is never below that of the edge before. */
    void add(int from, int target) {
        beginUpTo(from);
        to.add(target);
    }

    /** Says that there are {@code paths} paths and that no edge follows. */
    PathEdges sealed(int paths) {
        beginUpTo(paths);
        return this;
    }

    private void beginUpTo(int path) {
        while (start.size() <= path) {
            start.add(to.size());
        }
    }

    void forEach(int from, IntConsumer each) {
        int end = start.get(from + 1);
        for (int i = start.get(from); i < end; i++) {
            each.accept(to.get(i));
        }
    }

    /** The same edges, the other way round; only when sealed. */
    PathEdges reversed() {
        int paths = start.size() - 1;
        int[] next = new int[paths + 1];
        for (int i = 0; i < to.size(); i++) {
            next[to.get(i) + 1]++;
        }
        IntColumn back = new IntColumn();
        for (int i = 0; i < to.size(); i++) {
            back.add(0);
        }
        PathEdges reversed = new PathEdges(back);
        for (int path = 0; path < paths; path++) {
            next[path + 1] += next[path];
            reversed.start.add(next[path]);
        }
        reversed.start.add(next[paths]);
        for (int from = 0; from < paths; from++) {
            int source = from;
            forEach(from, target -> back.set(next[target]++, source));
        }
        return reversed;
    }
}
