package dev.heddle.samples.ninja;

import com.google.common.primitives.Ints;
import dev.heddle.samples.ninja.Manifest.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one run finds out about the nodes and edges of a manifest: times, what is out of date, and the inputs and outputs that
 * depfiles, the deps log and dyndep files add.
 *
 * <p>Some 10 bytes a node and 20 an edge. One thread at a time.
 */
final class BuildState {

    private static final int DIRTY = 1;
    private static final int EXISTS = 2;
    private static final int KNOWN = 4;
    private static final int FOUND = 8;
    private static final int PENDING = 16;

    private static final int RESTAT = 1;
    private static final int GENERATOR = 2;
    private static final int DEPS = 4;
    private static final int DEPFILE = 8;
    private static final int EVALUATED = 16;

    private static final int[] NOTHING = new int[0];
    private static final int MOST_THREADS = 8;
    private static final int PORTION = 512;

    final Manifest manifest;
    final Disk disk;
    final Evaluator evaluator;

    private long[] mtime;
    private byte[] flags;
    private final byte[] traits;
    private final CommandHash commandHash;
    private final long[] hash;
    private final boolean[] hashed;
    private final int[][] foundInputs;
    private final int[][] foundOutputs;

    /** By edge: whether all its outputs are as they should be. */
    final boolean[] outputsReady;

    /** By edge: whether what it depends on could not be found out, so that it must run. */
    final boolean[] depsMissing;

    BuildState(Manifest manifest, Disk disk, CommandHash commandHash) {
        this.manifest = manifest;
        this.commandHash = commandHash;
        this.disk = disk;
        this.evaluator = new Evaluator(manifest);
        int edges = manifest.edgeCount();
        mtime = new long[manifest.nodeCount()];
        flags = new byte[mtime.length];
        boolean known = edges > 0 && manifest.knownHashes().length == edges && manifest.knownTraits().length == edges;
        traits = known ? manifest.knownTraits().clone() : new byte[edges];
        boolean hashesKnown = known && commandHash == CommandHash.MURMUR;
        hash = hashesKnown ? manifest.knownHashes() : new long[edges];
        hashed = new boolean[edges];
        Arrays.fill(hashed, hashesKnown);
        foundInputs = new int[edges][];
        foundOutputs = new int[edges][];
        Arrays.fill(foundInputs, NOTHING);
        Arrays.fill(foundOutputs, NOTHING);
        outputsReady = new boolean[edges];
        depsMissing = new boolean[edges];
        for (int edge = 0; edge < edges; edge++) {
            int dyndep = manifest.edgeDyndep.get(edge);
            if (dyndep != Manifest.NONE) {
                setFlag(dyndep, PENDING, true);
            }
        }
    }

    /** Finds out about all edges what can be known beforehand, and leaves it with the manifest. */
    void learnEdges() throws NinjaException {
        for (int edge = 0; edge < traits.length; edge++) {
            traits(edge);
            if (!manifest.isPhony(edge)) {
                commandHash(edge);
            }
        }
        manifest.know(hash, traits.clone());
    }

    /** Looks at all files, with several threads. What cannot be looked at is left for {@link #stat} to complain about. */
    void statAll() {
        int count = manifest.nodeCount();
        setFlag(count - 1, KNOWN, false);
        int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        List<Thread> helpers = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        for (int i = 1; i < threads; i++) {
            Thread helper = new Thread(() -> statSome(next, count), "heddle-stat-" + i);
            helper.start();
            helpers.add(helper);
        }
        statSome(next, count);
        boolean interrupted = false;
        for (Thread helper : helpers) {
            while (helper.isAlive()) {
                try {
                    helper.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void statSome(AtomicInteger next, int count) {
        for (int from = next.getAndAdd(PORTION); from < count; from = next.getAndAdd(PORTION)) {
            for (int node = from; node < Math.min(count, from + PORTION); node++) {
                try {
                    setMtime(node, disk.mtime(manifest.name(node)));
                } catch (NinjaException e) {
                    // Perhaps nobody needs it; who does gets the same error.
                    setFlag(node, KNOWN, false);
                }
            }
        }
    }

    private boolean flag(int node, int flag) {
        return node < flags.length && (flags[node] & flag) != 0;
    }

    private void setFlag(int node, int flag, boolean on) {
        if (node >= flags.length) {
            int size = Math.max(manifest.nodeCount(), node + 1);
            flags = Arrays.copyOf(flags, size);
            mtime = Arrays.copyOf(mtime, size);
        }
        flags[node] = (byte) (on ? flags[node] | flag : flags[node] & ~flag);
    }

    boolean isKnown(int node) {
        return flag(node, KNOWN);
    }

    boolean isDirty(int node) {
        return flag(node, DIRTY);
    }

    void setDirty(int node, boolean dirty) {
        setFlag(node, DIRTY, dirty);
    }

    /** Whether the file was there when it was looked at. */
    boolean exists(int node) {
        return flag(node, EXISTS);
    }

    /** Whether the node is an input that a depfile names: its absence is no error. */
    boolean isFound(int node) {
        return flag(node, FOUND);
    }

    /** Whether the node is a dyndep file that has not been read. */
    boolean isPendingDyndep(int node) {
        return flag(node, PENDING);
    }

    void setPendingDyndep(int node, boolean pending) {
        setFlag(node, PENDING, pending);
    }

    /** Looks at the file unless that was done. */
    void stat(int node) throws NinjaException {
        if (!flag(node, KNOWN)) {
            restat(node);
        }
    }

    /** Looks at the file again. */
    void restat(int node) throws NinjaException {
        setMtime(node, disk.mtime(manifest.name(node)));
    }

    /** Takes what was found of a file: a time, or 0. */
    void setMtime(int node, long time) {
        setFlag(node, KNOWN, true);
        setFlag(node, EXISTS, time != 0);
        mtime[node] = time;
    }

    long mtime(int node) {
        return node < mtime.length ? mtime[node] : 0;
    }

    /** A phony output that is no file is as young as its youngest input. */
    void raisePhonyMtime(int node, long time) {
        if (!exists(node)) {
            mtime[node] = Math.max(mtime[node], time);
        }
    }

    private int traits(int edge) throws NinjaException {
        if ((traits[edge] & EVALUATED) == 0) {
            int found = traits[edge] | EVALUATED;
            found |= evaluator.isSet(edge, Manifest.RESTAT) ? RESTAT : 0;
            found |= evaluator.isSet(edge, Manifest.GENERATOR) ? GENERATOR : 0;
            found |= evaluator.isSet(edge, Manifest.DEPS) ? DEPS : 0;
            found |= evaluator.isSet(edge, Manifest.DEPFILE) ? DEPFILE : 0;
            traits[edge] = (byte) found;
        }
        return traits[edge];
    }

    boolean isRestat(int edge) throws NinjaException {
        return (traits(edge) & RESTAT) != 0;
    }

    boolean isGenerator(int edge) throws NinjaException {
        return (traits(edge) & GENERATOR) != 0;
    }

    /** Whether what the edge depends on is kept in the deps log. */
    boolean hasDeps(int edge) throws NinjaException {
        return (traits(edge) & DEPS) != 0;
    }

    boolean hasDepfile(int edge) throws NinjaException {
        return (traits(edge) & DEPFILE) != 0;
    }

    void setRestat(int edge) {
        traits[edge] |= RESTAT;
    }

    long commandHash(int edge) throws NinjaException {
        if (!hashed[edge]) {
            hash[edge] = evaluator.commandHash(edge, commandHash);
            hashed[edge] = true;
        }
        return hash[edge];
    }

    /** Adds inputs that count for being out of date. */
    void addInputs(int edge, List<Integer> nodes) {
        foundInputs[edge] = joined(foundInputs[edge], Ints.toArray(nodes));
    }

    /** Adds inputs that a depfile or the deps log names. */
    void addFoundInputs(int edge, int[] nodes) {
        foundInputs[edge] = joined(foundInputs[edge], nodes);
        for (int node : nodes) {
            setFlag(node, FOUND, true);
        }
    }

    void addOutputs(int edge, List<Integer> nodes) {
        foundOutputs[edge] = joined(foundOutputs[edge], Ints.toArray(nodes));
    }

    private static int[] joined(int[] before, int[] more) {
        int[] all = Arrays.copyOf(before, before.length + more.length);
        System.arraycopy(more, 0, all, before.length, more.length);
        return all;
    }

    /** How many inputs count for being out of date; the order-only ones come behind them. */
    int countingInputs(int edge) {
        return manifest.end(edge, Section.IMPLICIT_IN) - manifest.start(edge, Section.IN) + foundInputs[edge].length;
    }

    int inputCount(int edge) {
        return countingInputs(edge) + manifest.count(edge, Section.ORDER_ONLY);
    }

    int input(int edge, int index) {
        int declared = manifest.end(edge, Section.IMPLICIT_IN) - manifest.start(edge, Section.IN);
        if (index < declared) {
            return manifest.nodes.get(manifest.start(edge, Section.IN) + index);
        }
        int[] found = foundInputs[edge];
        if (index < declared + found.length) {
            return found[index - declared];
        }
        return manifest.nodes.get(manifest.start(edge, Section.IN) + index - found.length);
    }

    int outputCount(int edge) {
        return manifest.end(edge, Section.IMPLICIT_OUT) - manifest.start(edge, Section.OUT) + foundOutputs[edge].length;
    }

    int output(int edge, int index) {
        int declared = manifest.end(edge, Section.IMPLICIT_OUT) - manifest.start(edge, Section.OUT);
        return index < declared
                ? manifest.nodes.get(manifest.start(edge, Section.OUT) + index)
                : foundOutputs[edge][index - declared];
    }

    /** Outputs that only a dyndep file tells of. */
    int[] foundOutputs(int edge) {
        return foundOutputs[edge].clone();
    }

    int[] outputs(int edge) {
        int[] outputs = new int[outputCount(edge)];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = output(edge, i);
        }
        return outputs;
    }
}
