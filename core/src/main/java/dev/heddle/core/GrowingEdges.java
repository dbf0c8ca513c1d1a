package dev.heddle.core;

import org.jspecify.annotations.Nullable;

/**
 * The edges of a {@link GrowingGraph}: by number in columns, and by task in lists of those whose end is known. What was added and
 * linked last can be taken back. Belongs to one thread.
 */
final class GrowingEdges {
    static final int NO_TASK = -1;

    private final GrowingInts sources = new GrowingInts(); // by edge
    private final EdgeColumns columns = new EdgeColumns(); // the end is a task, or NO_TASK while it is unknown
    private final NameTable labels = new NameTable();
    private final IntLists out = new IntLists(); // by task: edges that are linked
    private final IntLists in = new IntLists();
    private final GrowingInts open = new GrowingInts(); // by task: how many edges have no end

    /** Number of edges, linked and not. */
    int size() {
        return columns.size();
    }

    int labelCount() {
        return labels.size();
    }

    int source(int edge) {
        return sources.get(edge);
    }

    int end(int edge) {
        return columns.end(edge);
    }

    DependencyKind kind(int edge) {
        return columns.kind(edge);
    }

    /** The step or output that an edge asks for. */
    @Nullable
    String label(int edge) {
        int label = columns.label(edge);
        return label == EdgeColumns.NO_LABEL ? null : labels.name(label);
    }

    int outCount(int task) {
        return out.length(task);
    }

    int out(int task, int i) {
        return out.get(task, i);
    }

    int inCount(int task) {
        return in.length(task);
    }

    int in(int task, int i) {
        return in.get(task, i);
    }

    /** How many edges of a task have no end. */
    int openCount(int task) {
        return open.get(task);
    }

    void ensureTasks(int count) {
        out.ensureLists(count);
        in.ensureLists(count);
        while (open.size() < count) {
            open.add(0);
        }
    }

    /** Makes room for the edges that a task will have. */
    void reserve(int task, int outCount, int inCount) {
        out.reserve(task, outCount);
        in.reserve(task, inCount);
    }

    /** Adds an edge whose end is not known. */
    int add(int source, DependencyKind kind, @Nullable String label) {
        sources.add(source);
        columns.add(NO_TASK, kind, label == null ? EdgeColumns.NO_LABEL : labels.intern(label));
        open.set(source, open.get(source) + 1);
        return columns.size() - 1;
    }

    /** Gives an edge its end; false if its source has such an edge already, and so it is in no list. */
    boolean link(int edge, int target) {
        setEnd(edge, target);
        if (isKnown(edge, sources.get(edge), target)) {
            return false;
        }
        enter(edge, target);
        return true;
    }

    /** Gives an edge its end when it is known that its source has no other such edge. */
    void append(int edge, int target) {
        setEnd(edge, target);
        enter(edge, target);
    }

    private void setEnd(int edge, int target) {
        columns.setEnd(edge, target);
        open.set(sources.get(edge), open.get(sources.get(edge)) - 1);
    }

    private void enter(int edge, int target) {
        out.push(sources.get(edge), edge);
        in.push(target, edge);
    }

    private boolean isKnown(int edge, int source, int target) {
        boolean fromSource = out.length(source) <= in.length(target);
        IntLists lists = fromSource ? out : in;
        int list = fromSource ? source : target;
        for (int i = 0; i < lists.length(list); i++) {
            int other = lists.get(list, i);
            if (sources.get(other) == source && columns.same(edge, other)) {
                return true;
            }
        }
        return false;
    }

    /** Takes back the last {@link #link} that gave true. */
    void unlink(int edge) {
        out.pop(sources.get(edge));
        in.pop(columns.end(edge));
        unlinkDouble(edge);
    }

    /** Takes back a {@link #link} that gave false. */
    void unlinkDouble(int edge) {
        columns.setEnd(edge, NO_TASK);
        open.set(sources.get(edge), open.get(sources.get(edge)) + 1);
    }

    /** Takes back the edges and labels that came last, none of them linked. */
    void truncate(int size, int labelCount) {
        for (int edge = size; edge < size(); edge++) {
            open.set(sources.get(edge), open.get(sources.get(edge)) - 1);
        }
        sources.truncate(size);
        columns.truncate(size);
        labels.truncate(labelCount);
    }
}
