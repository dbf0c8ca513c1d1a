package dev.heddle.samples.ninja;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Which edges have to run for the targets that were asked for.
 *
 * <p>An edge of the plan is either wanted, or only stands between one that is and what needs it. Wanted edges become unwanted
 * when a {@code restat} edge before them turns out to have changed nothing.
 *
 * <p>One thread at a time.
 */
final class Plan {

    private static final byte ABSENT = 0;
    private static final byte PASS = 1;
    private static final byte WANTED = 2;

    private final BuildState state;
    private final Manifest manifest;
    private final DirtyScan scan;
    private final byte[] want;
    private final IntList edges = new IntList(256);
    private int commands;
    private int wantedEdges;
    // For each node the edges of the plan that need it: where they begin in the list, and the list.
    private int[] dependentStart = new int[1];
    private int[] dependentEdges = new int[0];
    private int dependentsOf;

    Plan(BuildState state, DirtyScan scan) {
        this.state = state;
        this.manifest = state.manifest;
        this.scan = scan;
        this.want = new byte[manifest.edgeCount()];
    }

    /** Adds what a target needs; the target must have been visited. */
    void addTarget(int target) throws NinjaException {
        add(target, Manifest.NONE);
    }

    private void add(int node, int neededBy) throws NinjaException {
        Deque<int[]> stack = new ArrayDeque<>();
        enter(node, neededBy, stack);
        while (!stack.isEmpty()) {
            int[] frame = stack.peek();
            int edge = frame[0];
            if (frame[2] == state.inputCount(edge)) {
                stack.pop();
            } else {
                enter(state.input(edge, frame[2]++), frame[1], stack);
            }
        }
    }

    private void enter(int node, int neededBy, Deque<int[]> stack) throws NinjaException {
        int edge = manifest.producer(node);
        if (edge == Manifest.NONE) {
            if (state.isDirty(node) && !state.isFound(node)) {
                throw missing(node, neededBy);
            }
            return;
        }
        if (state.outputsReady[edge]) {
            return;
        }
        boolean first = want[edge] == ABSENT;
        if (first) {
            want[edge] = PASS;
            edges.add(edge);
        }
        if (state.isDirty(node)) {
            want(edge);
        }
        if (first) {
            stack.push(new int[] {edge, node, 0});
        }
    }

    private NinjaException missing(int node, int neededBy) {
        String name = "'" + manifest.paths.text(node) + "'";
        String what = " missing and no known rule to make it";
        if (neededBy == Manifest.NONE) {
            return new NinjaException(name + what);
        }
        String needed = ", needed by '" + manifest.paths.text(neededBy) + "',";
        return manifest.errorAt(manifest.producer(neededBy), name + needed + what)
                .hint("restore the file, or write a statement that makes it");
    }

    /** All edges of the plan, in the order they were met. */
    int[] edges() {
        return edges.toArray();
    }

    /** All edges of the plan, each behind those that make what it needs. */
    int[] inOrder() {
        boolean[] seen = new boolean[want.length];
        IntList order = new IntList(edges.size());
        Deque<int[]> stack = new ArrayDeque<>();
        for (int edge : edges.toArray()) {
            if (!seen[edge]) {
                seen[edge] = true;
                stack.push(new int[] {edge, 0});
            }
            while (!stack.isEmpty()) {
                int[] frame = stack.peek();
                if (frame[1] == state.inputCount(frame[0])) {
                    order.add(stack.pop()[0]);
                    continue;
                }
                int producer = manifest.producer(state.input(frame[0], frame[1]++));
                if (producer != Manifest.NONE && want[producer] != ABSENT && !seen[producer]) {
                    seen[producer] = true;
                    stack.push(new int[] {producer, 0});
                }
            }
        }
        return order.toArray();
    }

    int size() {
        return edges.size();
    }

    int edge(int index) {
        return edges.get(index);
    }

    boolean contains(int edge) {
        return want[edge] != ABSENT;
    }

    boolean isWanted(int edge) {
        return want[edge] == WANTED;
    }

    /** Whether any edge is wanted. */
    boolean hasWork() {
        return wantedEdges > 0;
    }

    /** How many commands are to run, have run, or run now. */
    int commands() {
        return commands;
    }

    /** Takes note that a node turned out to be as it was: what depends on it may have nothing to do. */
    void clean(int node) throws NinjaException {
        Deque<Integer> open = new ArrayDeque<>();
        open.push(node);
        refreshDependents();
        while (!open.isEmpty()) {
            int next = open.pop();
            state.setDirty(next, false);
            if (next + 1 >= dependentStart.length) {
                continue;
            }
            for (int i = dependentStart[next]; i < dependentStart[next + 1]; i++) {
                int edge = dependentEdges[i];
                if (want[edge] == WANTED && !state.depsMissing[edge] && isClean(edge)) {
                    want[edge] = PASS;
                    wantedEdges--;
                    commands -= manifest.isPhony(edge) ? 0 : 1;
                    for (int output : state.outputs(edge)) {
                        open.push(output);
                    }
                }
            }
        }
    }

    private boolean isClean(int edge) throws NinjaException {
        int newest = Manifest.NONE;
        for (int i = 0; i < state.countingInputs(edge); i++) {
            int input = state.input(edge, i);
            if (state.isDirty(input)) {
                return false;
            }
            if (newest == Manifest.NONE || state.mtime(input) > state.mtime(newest)) {
                newest = input;
            }
        }
        return !scan.outputsDirty(edge, newest);
    }

    /** The edges of the plan that need a node. */
    int[] dependents(int node) {
        refreshDependents();
        if (node + 1 >= dependentStart.length) {
            return new int[0];
        }
        return Arrays.copyOfRange(dependentEdges, dependentStart[node], dependentStart[node + 1]);
    }

    /** Takes note that an edge of the plan has to run after all. */
    void want(int edge) {
        if (want[edge] == PASS) {
            want[edge] = WANTED;
            wantedEdges++;
            commands += manifest.isPhony(edge) ? 0 : 1;
        }
    }

    /** Adds what the inputs of an edge of the plan need, some of which are new. */
    void addInputs(int edge) throws NinjaException {
        for (int i = 0; i < state.inputCount(edge); i++) {
            add(state.input(edge, i), manifest.firstOutput(edge));
        }
    }

    /** The place of an edge among {@link #edges}, or -1. */
    int indexOf(int edge) {
        for (int i = 0; i < edges.size(); i++) {
            if (edges.get(i) == edge) {
                return i;
            }
        }
        return -1;
    }

    /** Says that edges have gained inputs. */
    void inputsChanged() {
        dependentsOf = 0;
    }

    // Made when a restat edge first asks for it.
    private void refreshDependents() {
        if (dependentsOf == edges.size()) {
            return;
        }
        int[] start = new int[manifest.nodeCount() + 1];
        for (int edge : edges.toArray()) {
            for (int i = 0; i < state.inputCount(edge); i++) {
                start[state.input(edge, i)]++;
            }
        }
        int sum = 0;
        for (int i = 0; i < start.length; i++) {
            sum += start[i];
            start[i] = sum;
        }
        int[] list = new int[sum];
        for (int edge : edges.toArray()) {
            for (int i = 0; i < state.inputCount(edge); i++) {
                list[--start[state.input(edge, i)]] = edge;
            }
        }
        dependentStart = start;
        dependentEdges = list;
        dependentsOf = edges.size();
    }
}
