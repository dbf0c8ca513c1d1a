package dev.heddle.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Edges in columns: an end, a kind and - for the few that name a step or an output - the number of that label. The column of
 * labels exists only if an edge has one. Belongs to one thread while it grows.
 */
final class EdgeColumns {
    static final int NO_LABEL = -1;
    private static final DependencyKind[] KINDS = {
        DependencyKind.BUILD, DependencyKind.RUN, DependencyKind.STEP, DependencyKind.ORDER
    };

    private int[] ends;
    private byte[] kinds;
    private int @Nullable [] labels;
    /** The kind of all edges so far, so that most graphs need not look into the column; null once there are two. */
    private @Nullable DependencyKind only;

    private boolean begun;

    private int size;

    EdgeColumns() {
        this(8);
    }

    /** Columns of a known size, to be filled by {@link #set} in any order. */
    static EdgeColumns ofSize(int size) {
        EdgeColumns columns = new EdgeColumns(size);
        columns.size = size;
        return columns;
    }

    private EdgeColumns(int capacity) {
        ends = new int[capacity];
        kinds = new byte[capacity];
    }

    int size() {
        return size;
    }

    int end(int edge) {
        return ends[edge];
    }

    DependencyKind kind(int edge) {
        DependencyKind common = only;
        return common != null ? common : KINDS[kinds[edge]];
    }

    int label(int edge) {
        return labels == null ? NO_LABEL : labels[edge];
    }

    long bytes() {
        return 4L * ends.length + kinds.length + (labels == null ? 0 : 4L * labels.length);
    }

    void setEnd(int edge, int end) {
        ends[edge] = end;
    }

    void add(int end, DependencyKind kind, int label) {
        if (size == ends.length) {
            int capacity = grown(size);
            ends = Arrays.copyOf(ends, capacity);
            kinds = Arrays.copyOf(kinds, capacity);
            if (labels != null) {
                labels = Arrays.copyOf(labels, capacity);
            }
        }
        set(size++, end, kind, label);
    }

    void set(int edge, int end, DependencyKind kind, int label) {
        ends[edge] = end;
        kinds[edge] = code(kind);
        if (!begun) {
            begun = true;
            only = kind;
        } else if (only != kind) {
            only = null;
        }
        if (labels == null && label != NO_LABEL) {
            labels = new int[ends.length];
            Arrays.fill(labels, NO_LABEL);
        }
        if (labels != null) {
            labels[edge] = label;
        }
    }

    /** Whether two edges of one task ask for the same. */
    boolean same(int edge, int other) {
        return ends[edge] == ends[other] && kinds[edge] == kinds[other] && label(edge) == label(other);
    }

    void truncate(int newSize) {
        size = newSize;
    }

    /** Gives back memory kept for growth. */
    void trim() {
        ends = Arrays.copyOf(ends, size);
        kinds = Arrays.copyOf(kinds, size);
        if (labels != null) {
            labels = Arrays.copyOf(labels, size);
        }
    }

    // The place of the kind in KINDS.
    private static byte code(DependencyKind kind) {
        return switch (kind) {
            case BUILD -> 0;
            case RUN -> 1;
            case STEP -> 2;
            case ORDER -> 3;
        };
    }

    private static int grown(int size) {
        if (size > (1 << 30)) {
            throw new GraphException("a graph has at most " + (1 << 30) + " dependencies");
        }
        return size + (size >> 1);
    }
}
