package dev.heddle.samples.ninja;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what edges depend on from the deps log, from depfiles and from dyndep files. One thread at a time. */
final class Discovered {

    private final BuildState state;
    private final Manifest manifest;
    private final DepsLog deps;
    private final Explain explain;
    private int @Nullable [] lastDyndepEdges;

    Discovered(BuildState state, DepsLog deps, Explain explain) {
        this.state = state;
        this.manifest = state.manifest;
        this.deps = deps;
        this.explain = explain;
    }

    /** Adds what the edge is known to depend on; false if that is not known, so that it must run. */
    boolean loadDeps(int edge) throws NinjaException {
        if (manifest.isPhony(edge)) {
            return true;
        }
        if (state.hasDeps(edge)) {
            return fromLog(edge);
        }
        return !state.hasDepfile(edge) || fromDepfile(edge);
    }

    private boolean fromLog(int edge) {
        int output = manifest.firstOutput(edge);
        if (!deps.has(output)) {
            explain.say(() -> "deps for '" + manifest.paths.text(output) + "' are missing");
            return false;
        }
        if (state.mtime(output) > deps.mtime(output)) {
            explain.say(() -> "stored deps info out of date for '" + manifest.paths.text(output) + "' ("
                    + deps.mtime(output) + " vs " + state.mtime(output) + ")");
            return false;
        }
        state.addFoundInputs(edge, deps.inputs(output));
        return true;
    }

    private boolean fromDepfile(int edge) throws NinjaException {
        String path = state.evaluator.plain(edge, Manifest.DEPFILE);
        byte[] content;
        try {
            content = state.disk.read(path);
        } catch (NoSuchFileException e) {
            content = new byte[0];
        } catch (IOException e) {
            throw new NinjaException("loading '" + Raw.text(path) + "': " + Disk.reason(e));
        }
        if (content.length == 0) {
            explain.say(() -> "depfile '" + Raw.text(path) + "' is missing");
            return false;
        }
        Depfile depfile = parse(path, content);
        String output = manifest.name(manifest.firstOutput(edge));
        String first = CanonicalPath.rewrite(depfile.outputs().get(0));
        if (!first.equals(output)) {
            explain.say(() -> "expected depfile '" + Raw.text(path) + "' to mention '" + Raw.text(output) + "', got '"
                    + Raw.text(first) + "'");
            return false;
        }
        for (String each : depfile.outputs()) {
            checkOutput(edge, path, CanonicalPath.rewrite(each));
        }
        state.addFoundInputs(edge, nodes(depfile.inputs()));
        return true;
    }

    private static Depfile parse(String path, byte[] content) throws NinjaException {
        Depfile depfile;
        try {
            depfile = Depfile.parse(content);
        } catch (NinjaException e) {
            throw new NinjaException(Raw.text(path) + ": " + e.getMessage());
        }
        if (depfile.outputs().isEmpty()) {
            throw new NinjaException(Raw.text(path) + ": no outputs declared");
        }
        return depfile;
    }

    private void checkOutput(int edge, String path, String output) throws NinjaException {
        int node = manifest.paths.find(output);
        for (int i = 0; i < state.outputCount(edge); i++) {
            if (state.output(edge, i) == node) {
                return;
            }
        }
        throw new NinjaException(Raw.text(path) + ": depfile mentions '" + Raw.text(output)
                + "' as an output, but no such output was declared");
    }

    /** Numbers of raw names as they are in a depfile. */
    int[] nodes(List<String> names) {
        int[] nodes = new int[names.size()];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = manifest.paths.add(CanonicalPath.rewrite(names.get(i)));
        }
        return nodes;
    }

    /** Reads a dyndep file into all edges that name it. */
    void loadDyndep(int node) throws NinjaException {
        state.setPendingDyndep(node, false);
        String name = manifest.name(node);
        explain.say(() -> "loading dyndep file '" + Raw.text(name) + "'");
        ManifestText text;
        try {
            text = ManifestText.read(state.disk.path(name), Raw.text(name));
        } catch (IOException e) {
            throw errorAtUser(node, "loading dyndep file '" + Raw.text(name) + "': " + Disk.reason(e));
        }
        DyndepFile file = DyndepFile.parse(text, manifest);
        boolean[] mentioned = new boolean[manifest.edgeCount()];
        IntList edges = new IntList(4);
        for (DyndepFile.Entry entry : file.entries()) {
            mentioned[entry.edge()] = true;
            if (manifest.edgeDyndep.get(entry.edge()) != node) {
                throw text.error(
                        entry.place(),
                        "mentions output '"
                                + manifest.paths.text(manifest.firstOutput(entry.edge()))
                                + "' whose build statement does not have a dyndep binding for the file");
            }
        }
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            if (manifest.edgeDyndep.get(edge) == node && !mentioned[edge]) {
                throw manifest.errorAt(
                        edge,
                        "'" + manifest.paths.text(manifest.firstOutput(edge)) + "' not mentioned in its dyndep file '"
                                + Raw.text(name) + "'");
            }
        }
        for (DyndepFile.Entry entry : file.entries()) {
            apply(entry, text);
            edges.add(entry.edge());
        }
        lastDyndepEdges = edges.toArray();
    }

    // At the first statement that names the file.
    private NinjaException errorAtUser(int node, String what) {
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            if (manifest.edgeDyndep.get(edge) == node) {
                return manifest.errorAt(edge, what);
            }
        }
        throw new AssertionError("BUG: no statement names the dyndep file " + manifest.paths.text(node));
    }

    private void apply(DyndepFile.Entry entry, ManifestText text) throws NinjaException {
        if (entry.restat()) {
            state.setRestat(entry.edge());
        }
        for (int output : entry.outputs()) {
            int producer = manifest.producer(output);
            if (producer != Manifest.NONE && producer != entry.edge()) {
                throw text.error(entry.place(), "multiple rules generate " + manifest.paths.text(output))
                        .hint("the other statement for it is at " + manifest.place(producer));
            }
            manifest.setProducer(output, entry.edge());
        }
        state.addOutputs(entry.edge(), entry.outputs());
        state.addInputs(entry.edge(), entry.inputs());
    }

    /** The edges that the dyndep file read last is about. */
    int[] lastDyndepEdges() {
        int[] edges = lastDyndepEdges;
        return edges == null ? new int[0] : edges;
    }
}
