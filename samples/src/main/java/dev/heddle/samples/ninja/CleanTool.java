package dev.heddle.samples.ninja;

import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.ninja.Manifest.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
    private final DyndepView view;
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
        this.view = new DyndepView(workspace, warning -> {});
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
        // Not built yet, or broken: there is nothing to learn from it, and cleaning may be the cure.
        view.loadAll();
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

    // Each target and what it is made of, but not what its command makes besides.
    private void targets(List<String> names) throws NinjaException, IOException {
        Deque<Integer> open = new ArrayDeque<>();
        for (String name : names) {
            open.add(workspace.target(name));
        }
        Set<Integer> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            int node = open.remove();
            int edge = manifest.producer(node);
            if (edge == Manifest.NONE) {
                continue;
            }
            if (!manifest.isPhony(edge)) {
                remove(manifest.name(node));
                sideFiles(edge);
            }
            for (int i = 0; i < view.state().inputCount(edge); i++) {
                if (seen.add(view.state().input(edge, i))) {
                    open.add(view.state().input(edge, i));
                }
            }
        }
    }

    private void edge(int edge) throws NinjaException, IOException {
        for (int output : view.state().outputs(edge)) {
            remove(manifest.name(output));
        }
        sideFiles(edge);
    }

    private void sideFiles(int edge) throws NinjaException, IOException {
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
            exitCode = ExitCode.FAILED;
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
