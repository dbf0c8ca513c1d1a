package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.Manifest.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds what is out of date, by ninja's rules.
 *
 * <p>An output is out of date if it is missing, older than an input that counts, made by another command than the present
 * one, or if an input is. Two refinements: for a {@code restat} edge the time in the log counts, not the file's; and the time
 * in the log, which is when the command began, must not be older than an input either.
 *
 * <p>Walks with a stack of its own, so the depth of a graph costs heap, not thread stack. One thread at a time.
 */
final class DirtyScan {

    private static final byte UNSEEN = 0;
    private static final byte OPEN = 1;
    private static final byte DONE = 2;

    private static final class Frame {
        final int edge;
        final int node;
        boolean entered;
        boolean dirty;
        int next;
        int newest = Manifest.NONE;

        Frame(int edge, int node) {
            this.edge = edge;
            this.node = node;
        }
    }

    private final BuildState state;
    private final Manifest manifest;
    private final CommandLog log;
    private final Discovered discovered;
    private final Explain explain;
    private final byte[] mark;
    private final boolean[] depsLoaded;
    private final List<Frame> stack = new ArrayList<>();
    private final IntList validations = new IntList(4);

    DirtyScan(BuildState state, CommandLog log, Discovered discovered, Explain explain) {
        this.state = state;
        this.manifest = state.manifest;
        this.log = log;
        this.discovered = discovered;
        this.explain = explain;
        this.mark = new byte[manifest.edgeCount()];
        this.depsLoaded = new boolean[mark.length];
    }

    /** Marks what is out of date of all that a node needs. Gives the validations that were met on the way, visited too. */
    int[] visit(int node) throws NinjaException {
        IntList met = new IntList(4);
        IntList queue = new IntList(4);
        queue.add(node);
        for (int i = 0; i < queue.size(); i++) {
            validations.clear();
            walk(queue.get(i));
            for (int each : validations.toArray()) {
                queue.add(each);
                met.add(each);
            }
        }
        return met.toArray();
    }

    /** Makes the next {@link #visit} look at an edge and its dependents anew. */
    void forget(int edge) {
        mark[edge] = UNSEEN;
    }

    boolean isVisited(int edge) {
        return mark[edge] != UNSEEN;
    }

    private void walk(int start) throws NinjaException {
        int bottom = stack.size();
        enter(start);
        while (stack.size() > bottom) {
            Frame frame = stack.get(stack.size() - 1);
            if (!frame.entered && !begin(frame)) {
                continue;
            }
            if (inputs(frame)) {
                finish(frame);
                stack.remove(stack.size() - 1);
            }
        }
    }

    // Pushes the edge that makes a node; a node that nothing makes is settled at once. True if nothing was pushed.
    private boolean enter(int node) throws NinjaException {
        int edge = manifest.producer(node);
        if (edge == Manifest.NONE) {
            if (!state.isKnown(node)) {
                state.stat(node);
                if (!state.exists(node)) {
                    explain.say(() -> name(node) + " has no in-edge and is missing");
                }
                state.setDirty(node, !state.exists(node));
            }
            return true;
        }
        if (mark[edge] == DONE) {
            return true;
        }
        if (mark[edge] == OPEN) {
            throw cycle(edge, node);
        }
        mark[edge] = OPEN;
        state.outputsReady[edge] = true;
        state.depsMissing[edge] = false;
        stack.add(new Frame(edge, node));
        return false;
    }

    private NinjaException cycle(int edge, int node) {
        int from = 0;
        while (stack.get(from).edge != edge) {
            from++;
        }
        // The node that closes the cycle is the one to begin with, not another output of the same edge.
        StringBuilder text = new StringBuilder("dependency cycle: ").append(name(node));
        for (int i = from + 1; i < stack.size(); i++) {
            text.append(" -> ").append(name(stack.get(i).node));
        }
        return manifest.errorAt(edge, text.append(" -> ").append(name(node)).toString())
                .hint(Manifest.CYCLE_HINT);
    }

    // False if something has to be visited first.
    private boolean begin(Frame frame) throws NinjaException {
        int edge = frame.edge;
        int dyndep = manifest.edgeDyndep.get(edge);
        if (!depsLoaded[edge] && dyndep != Manifest.NONE && state.isPendingDyndep(dyndep)) {
            if (!enter(dyndep)) {
                return false;
            }
            int producer = manifest.producer(dyndep);
            if (producer == Manifest.NONE || state.outputsReady[producer]) {
                discovered.loadDyndep(dyndep);
            }
        }
        frame.entered = true;
        for (int i = 0; i < state.outputCount(edge); i++) {
            state.stat(state.output(edge, i));
        }
        if (!depsLoaded[edge]) {
            depsLoaded[edge] = true;
            if (!discovered.loadDeps(edge)) {
                frame.dirty = true;
                state.depsMissing[edge] = true;
            }
        }
        for (int i = manifest.start(edge, Section.VALIDATION); i < manifest.end(edge, Section.VALIDATION); i++) {
            validations.add(manifest.nodes.get(i));
        }
        return true;
    }

    // True if all inputs have been visited and looked at.
    private boolean inputs(Frame frame) throws NinjaException {
        int edge = frame.edge;
        int counting = state.countingInputs(edge);
        int count = state.inputCount(edge);
        while (frame.next < count) {
            int input = state.input(edge, frame.next);
            if (!enter(input)) {
                return false;
            }
            int producer = manifest.producer(input);
            if (producer != Manifest.NONE && !state.outputsReady[producer]) {
                state.outputsReady[edge] = false;
            }
            if (frame.next < counting) {
                if (state.isDirty(input)) {
                    explain.say(() -> name(input) + " is dirty");
                    frame.dirty = true;
                } else if (frame.newest == Manifest.NONE || state.mtime(input) > state.mtime(frame.newest)) {
                    frame.newest = input;
                }
            }
            frame.next++;
        }
        return true;
    }

    private void finish(Frame frame) throws NinjaException {
        int edge = frame.edge;
        boolean dirty = frame.dirty || outputsDirty(edge, frame.newest);
        if (dirty) {
            for (int i = 0; i < state.outputCount(edge); i++) {
                state.setDirty(state.output(edge, i), true);
            }
        }
        // A phony edge without inputs has nothing to do, even if its output is missing and makes others run.
        if (dirty && !(manifest.isPhony(edge) && state.inputCount(edge) == 0)) {
            state.outputsReady[edge] = false;
        }
        mark[edge] = DONE;
    }

    /** Whether an edge must run though no input is out of date. {@code newest} is its youngest input that counts. */
    boolean outputsDirty(int edge, int newest) throws NinjaException {
        for (int i = 0; i < state.outputCount(edge); i++) {
            if (outputDirty(edge, newest, state.output(edge, i))) {
                return true;
            }
        }
        return false;
    }

    private boolean outputDirty(int edge, int newest, int output) throws NinjaException {
        if (manifest.isPhony(edge)) {
            return phonyDirty(edge, newest, output);
        }
        if (!state.exists(output)) {
            explain.say(() -> "output " + name(output) + " doesn't exist");
            return true;
        }
        boolean logged = log.has(output);
        if (newest != Manifest.NONE && state.mtime(output) < state.mtime(newest)) {
            boolean restat = logged && state.isRestat(edge);
            long time = restat ? log.mtime(output) : state.mtime(output);
            if (time < state.mtime(newest)) {
                explain.say(() -> (restat ? "restat of " : "") + "output " + name(output)
                        + " older than most recent input " + name(newest) + " (" + time + " vs " + state.mtime(newest)
                        + ")");
                return true;
            }
        }
        if (!logged) {
            if (!state.isGenerator(edge)) {
                explain.say(() -> "command line not found in log for " + name(output));
                return true;
            }
            return false;
        }
        return logDirty(edge, newest, output);
    }

    private boolean phonyDirty(int edge, int newest, int output) {
        if (state.inputCount(edge) == 0 && !state.exists(output)) {
            explain.say(() -> "output " + name(output) + " of phony edge with no inputs doesn't exist");
            return true;
        }
        if (newest != Manifest.NONE) {
            state.raisePhonyMtime(output, state.mtime(newest));
        }
        return false;
    }

    private boolean logDirty(int edge, int newest, int output) throws NinjaException {
        if (!state.isGenerator(edge) && log.hash(output) != state.commandHash(edge)) {
            explain.say(() -> "command line changed for " + name(output));
            return true;
        }
        if (newest != Manifest.NONE && log.mtime(output) < state.mtime(newest)) {
            // The file is young enough, but the command that wrote it began before the input changed, or failed later.
            explain.say(() -> "recorded mtime of " + name(output) + " older than most recent input " + name(newest)
                    + " (" + log.mtime(output) + " vs " + state.mtime(newest) + ")");
            return true;
        }
        return false;
    }

    /** Says that all of a graph is to be looked at anew. */
    void reset() {
        Arrays.fill(mark, UNSEEN);
    }

    private String name(int node) {
        return manifest.paths.text(node);
    }
}
