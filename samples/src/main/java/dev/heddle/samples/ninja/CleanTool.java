package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.Manifest.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code -t clean [-g] [-r RULE...] [TARGET...]}: removes what was built. What phony and generator edges make stays, the
 * latter unless {@code -g} is given.
 */
final class CleanTool {

    private final Workspace workspace;
    private final Manifest manifest;
    private final RawOutput out;
    private final boolean verbose;
    private final boolean quiet;
    private final boolean dryRun;
    private final Evaluator evaluator;
    private final Set<String> removed = new HashSet<>();
    private int count;
    private int exitCode;

    CleanTool(Workspace workspace, RawOutput out, boolean verbose, boolean quiet, boolean dryRun) {
        this.workspace = workspace;
        this.manifest = workspace.manifest();
        this.out = out;
        this.verbose = verbose;
        this.quiet = quiet;
        this.dryRun = dryRun;
        this.evaluator = new Evaluator(manifest);
    }

    int run(List<String> arguments) throws NinjaException, IOException {
        List<String> names = new ArrayList<>(arguments);
        boolean generators = names.remove("-g");
        boolean rules = names.remove("-r");
        for (String name : names) {
            if (name.startsWith("-")) {
                throw new NinjaException("-t clean: unknown option '" + name + "'; it takes -g and -r");
            }
        }
        if (rules && names.isEmpty()) {
            throw new NinjaException("-t clean -r: expected a rule to clean");
        }
        loadDyndeps();
        header();
        if (rules) {
            for (String name : names) {
                rule(Raw.ofText(name));
            }
        } else if (names.isEmpty()) {
            all(generators);
        } else {
            targets(names);
        }
        footer();
        return exitCode;
    }

    int cleanDead() throws NinjaException, IOException {
        header();
        for (String name : workspace.log().strangers()) {
            remove(name);
        }
        for (int node : workspace.log().nodes()) {
            if (manifest.producer(node) == Manifest.NONE && !isInput(node)) {
                remove(manifest.name(node));
            }
        }
        footer();
        return exitCode;
    }

    private boolean isInput(int node) {
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            for (int i = manifest.start(edge, Section.IN); i < manifest.end(edge, Section.ORDER_ONLY); i++) {
                if (manifest.nodes.get(i) == node) {
                    return true;
                }
            }
        }
        return false;
    }

    // Outputs that only a dyndep file tells of are to be removed as well.
    private void loadDyndeps() {
        BuildState state = new BuildState(manifest, workspace.disk(), CommandHash.MURMUR);
        Discovered discovered = new Discovered(state, workspace.deps(), new Explain(null));
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            int node = manifest.edgeDyndep.get(edge);
            if (node != Manifest.NONE && state.isPendingDyndep(node)) {
                try {
                    discovered.loadDyndep(node);
                } catch (NinjaException e) {
                    // Not built yet, or broken: there is nothing to learn from it, and cleaning may be the cure.
                    state.setPendingDyndep(node, false);
                }
            }
        }
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            for (int i = manifest.end(edge, Section.IMPLICIT_OUT) - manifest.start(edge, Section.OUT);
                    i < state.outputCount(edge);
                    i++) {
                found.add(new int[] {edge, state.output(edge, i)});
            }
        }
    }

    private final List<int[]> found = new ArrayList<>();

    private void all(boolean generators) throws NinjaException, IOException {
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            if (!manifest.isPhony(edge) && (generators || !evaluator.isSet(edge, Manifest.GENERATOR))) {
                edge(edge);
            }
        }
    }

    private void rule(String name) throws NinjaException, IOException {
        int text = manifest.texts.find(name);
        int rule = text < 0 ? -1 : manifest.root().rule(text);
        if (rule < 0) {
            throw new NinjaException("unknown rule '" + Raw.text(name) + "'");
        }
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            if (manifest.edgeRule.get(edge) == rule) {
                edge(edge);
            }
        }
    }

    private void targets(List<String> names) throws NinjaException, IOException {
        int[] targets = new int[names.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = workspace.target(names.get(i));
        }
        for (int edge : GraphTools.needed(manifest, targets)) {
            if (!manifest.isPhony(edge)) {
                edge(edge);
            }
        }
    }

    private void edge(int edge) throws NinjaException, IOException {
        for (int i = manifest.start(edge, Section.OUT); i < manifest.end(edge, Section.IMPLICIT_OUT); i++) {
            remove(manifest.name(manifest.nodes.get(i)));
        }
        for (int[] each : found) {
            if (each[0] == edge) {
                remove(manifest.name(each[1]));
            }
        }
        remove(evaluator.plain(edge, Manifest.DEPFILE));
        remove(evaluator.plain(edge, Manifest.RSPFILE));
    }

    private void remove(String name) throws IOException {
        if (name.isEmpty() || !removed.add(name)) {
            return;
        }
        Path path = workspace.disk().path(name);
        try {
            if (dryRun) {
                if (!Files.exists(path)) {
                    return;
                }
            } else {
                Files.delete(path);
            }
            count++;
            if (verbose) {
                out.println("Remove " + name);
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            out.println("remove(" + name + "): " + Raw.ofText(Disk.reason(e)));
            exitCode = NinjaException.FAILED;
        }
    }

    private void header() throws IOException {
        if (!quiet) {
            out.print(verbose ? "Cleaning...\n" : "Cleaning... ");
        }
    }

    private void footer() throws IOException {
        if (!quiet) {
            out.println(count + " files.");
        }
    }
}
