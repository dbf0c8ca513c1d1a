package dev.heddle.samples.ninja;

import dev.heddle.samples.cli.ExitCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A build as its manifest files describe it: files (nodes), build statements (edges), rules, pools and variables, all by
 * number, in flat arrays.
 *
 * <p>Filled by {@link ManifestParser} or read from a cache, then left as it is, but that {@link #paths} gains the names of
 * files that depfiles and logs mention. Not safe for several threads while it grows.
 *
 * <p>Some 110 bytes an edge besides names and values.
 */
final class Manifest {

    static final int IN = 0;
    static final int IN_NEWLINE = 1;
    static final int OUT = 2;
    static final int COMMAND = 3;
    static final int DEPFILE = 4;
    static final int DYNDEP = 5;
    static final int DESCRIPTION = 6;
    static final int DEPS = 7;
    static final int GENERATOR = 8;
    static final int POOL = 9;
    static final int RESTAT = 10;
    static final int RSPFILE = 11;
    static final int RSPFILE_CONTENT = 12;
    static final int MSVC_DEPS_PREFIX = 13;
    static final int BUILDDIR = 14;
    static final int REQUIRED_VERSION = 15;

    private static final String[] WELL_KNOWN = {
        "in",
        "in_newline",
        "out",
        "command",
        "depfile",
        "dyndep",
        "description",
        "deps",
        "generator",
        "pool",
        "restat",
        "rspfile",
        "rspfile_content",
        "msvc_deps_prefix",
        "builddir",
        "ninja_required_version"
    };

    /** The rule whose edges run nothing. */
    static final int PHONY = 0;

    static final int DEFAULT_POOL = 0;
    static final int CONSOLE_POOL = 1;

    /** What to do about a dependency cycle. */
    static final String CYCLE_HINT = "each of them needs the next: take one of the inputs out of its statement";

    /** No node, no edge. */
    static final int NONE = -1;

    /** Sections of an edge's nodes, in this order. */
    enum Section {
        OUT(0),
        IMPLICIT_OUT(1),
        IN(2),
        IMPLICIT_IN(3),
        ORDER_ONLY(4),
        VALIDATION(5);

        private final int place;

        Section(int place) {
            this.place = place;
        }

        /** Its place among the sections of an edge. */
        int place() {
            return place;
        }
    }

    static final int SECTIONS = 6;

    final ByteStrings paths;
    final ByteStrings texts;
    final IntList producer = new IntList(1024);
    final List<Rule> rules = new ArrayList<>();
    final List<Scope> scopes = new ArrayList<>();
    final IntList poolNames = new IntList(4);
    final IntList poolDepths = new IntList(4);
    final IntList defaults = new IntList(4);
    final List<String> files = new ArrayList<>();

    final IntList edgeRule = new IntList(1024);
    final IntList edgePool = new IntList(1024);
    final IntList edgeScope = new IntList(1024);
    final IntList edgeDyndep = new IntList(1024);
    // Where its statement is: number of the file, offset of its first output.
    final IntList edgeFile = new IntList(1024);
    final IntList edgeOffset = new IntList(1024);
    // The same of the value of builddir; empty if nobody set it.
    final IntList buildDirPlace = new IntList(2);
    // Outputs of phony edges that named themselves as an input.
    final IntList selfNamed = new IntList(4);
    final IntList bounds = new IntList(8192);
    final IntList nodes = new IntList(8192);
    final IntList bindingStart = new IntList(1024);
    final IntList bindingName = new IntList(1024);
    final IntList bindingValue = new IntList(1024);

    private final Places places;
    private long[] hashes = new long[0];
    private byte[] traits = new byte[0];

    Manifest(Places places, int expectedNodes) {
        this(places, new ByteStrings(expectedNodes, expectedNodes * 24), new ByteStrings(64, 4096));
        for (String name : WELL_KNOWN) {
            texts.add(name);
        }
        rules.add(new Rule(texts.add("phony"), List.of(), List.of()));
        Scope root = new Scope(null, 0);
        root.addRule(texts.add("phony"), PHONY);
        scopes.add(root);
        addPool(texts.add(""), 0);
        addPool(texts.add("console"), 1);
        bounds.add(0);
        bindingStart.add(0);
    }

    /** For what reads all the rest from a file. */
    Manifest(Places places, ByteStrings paths, ByteStrings texts) {
        this.places = places;
        this.paths = paths;
        this.texts = texts;
    }

    /** All lists but {@link #files}, in the order in which a cache keeps them. */
    List<IntList> lists() {
        return List.of(
                producer,
                poolNames,
                poolDepths,
                defaults,
                edgeRule,
                edgePool,
                edgeScope,
                edgeDyndep,
                edgeFile,
                edgeOffset,
                buildDirPlace,
                selfNamed,
                bounds,
                nodes,
                bindingStart,
                bindingName,
                bindingValue);
    }

    /** By edge: the hash of its command, or nothing if that is not known beforehand. */
    long[] knownHashes() {
        return hashes;
    }

    /** By edge: what {@link BuildState} wants to know of it, or nothing if that is not known beforehand. */
    byte[] knownTraits() {
        return traits;
    }

    /** Takes what was found out about all edges. */
    void know(long[] allHashes, byte[] allTraits) {
        hashes = allHashes;
        traits = allTraits;
    }

    Scope root() {
        return scopes.get(0);
    }

    void addPool(int name, int depth) {
        poolNames.add(name);
        poolDepths.add(depth);
    }

    /** The pool of a name, or -1. */
    int pool(int name) {
        for (int i = 0; i < poolNames.size(); i++) {
            if (poolNames.get(i) == name) {
                return i;
            }
        }
        return -1;
    }

    int edgeCount() {
        return edgeRule.size();
    }

    int nodeCount() {
        return paths.size();
    }

    /** The edge that makes a node, or {@link #NONE}. */
    int producer(int node) {
        return node < producer.size() ? producer.get(node) : NONE;
    }

    void setProducer(int node, int edge) {
        while (producer.size() <= node) {
            producer.add(NONE);
        }
        producer.set(node, edge);
    }

    boolean isPhony(int edge) {
        return edgeRule.get(edge) == PHONY;
    }

    /** Where a section of an edge begins in {@link #nodes}. It ends where the next one begins. */
    int start(int edge, Section section) {
        return bounds.get(edge * SECTIONS + section.place());
    }

    int end(int edge, Section section) {
        return bounds.get(edge * SECTIONS + section.place() + 1);
    }

    int count(int edge, Section section) {
        return end(edge, section) - start(edge, section);
    }

    /** The first output, by which an edge is known to people. */
    int firstOutput(int edge) {
        return nodes.get(start(edge, Section.OUT));
    }

    String name(int node) {
        return paths.raw(node);
    }

    /** An error about an edge, at the place of its statement. */
    NinjaException errorAt(int edge, String what) {
        return places.error(files.get(edgeFile.get(edge)), edgeOffset.get(edge), what);
    }

    /** File, line and column of an edge's statement. */
    String place(int edge) {
        return places.at(files.get(edgeFile.get(edge)), edgeOffset.get(edge));
    }

    /** An error about the directory that {@code builddir} names, at the place where it was set. */
    NinjaException errorAtBuildDir(String what) {
        return buildDirPlace.isEmpty()
                ? new NinjaException(what)
                : places.error(files.get(buildDirPlace.get(0)), buildDirPlace.get(1), what);
    }

    /** The nodes to build when none were named. */
    int[] defaultNodes() throws NinjaException {
        if (!defaults.isEmpty()) {
            return defaults.toArray();
        }
        return rootNodes();
    }

    /** The outputs that nothing needs. */
    int[] rootNodes() throws NinjaException {
        boolean[] used = new boolean[nodeCount()];
        for (int node : selfNamed.toArray()) {
            // Dropped as an input, but ninja still holds it for one: it is built only when asked for.
            used[node] = true;
        }
        for (int edge = 0; edge < edgeCount(); edge++) {
            for (int i = start(edge, Section.IN); i < end(edge, Section.ORDER_ONLY); i++) {
                used[nodes.get(i)] = true;
            }
        }
        IntList roots = new IntList(16);
        for (int edge = 0; edge < edgeCount(); edge++) {
            for (int i = start(edge, Section.OUT); i < end(edge, Section.IMPLICIT_OUT); i++) {
                if (!used[nodes.get(i)]) {
                    roots.add(nodes.get(i));
                }
            }
        }
        if (roots.isEmpty() && edgeCount() > 0) {
            throw noRoots();
        }
        return roots.toArray();
    }

    private NinjaException noRoots() {
        int[] user = new int[nodeCount()];
        Arrays.fill(user, NONE);
        for (int edge = 0; edge < edgeCount(); edge++) {
            for (int i = start(edge, Section.IN); i < end(edge, Section.ORDER_ONLY); i++) {
                user[nodes.get(i)] = edge;
            }
        }
        // Going on from outputs to what needs them must come round, or end at a phony edge that named itself.
        int[] place = new int[nodeCount()];
        List<String> way = new ArrayList<>();
        int node = firstOutput(0);
        while (place[node] == 0 && user[node] != NONE) {
            way.add(paths.text(node));
            place[node] = way.size();
            node = firstOutput(user[node]);
        }
        if (place[node] == 0) {
            return errorAt(producer(node), "could not determine root nodes of build graph")
                    .hint(
                            "the statement names its own output as an input; name the targets to build on the command line")
                    .exitCode(ExitCode.FAILED);
        }
        List<String> cycle = new ArrayList<>(way.subList(place[node] - 1, way.size()));
        cycle.add(cycle.get(0));
        Collections.reverse(cycle);
        return errorAt(producer(node), "dependency cycle: " + String.join(" -> ", cycle))
                .hint(CYCLE_HINT);
    }

    /** The value of a variable of the outermost scope, or the empty string. */
    String rootVariable(int name) {
        int value = root().own(name);
        return value == Scope.UNSET ? "" : texts.raw(value);
    }
}
