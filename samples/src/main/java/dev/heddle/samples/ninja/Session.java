package dev.heddle.samples.ninja;

import dev.heddle.samples.cli.ExitCode;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done with one reading of a manifest: perhaps make the manifest anew, then build what was asked for.
 *
 * <p>Used by one thread.
 */
final class Session {

    /** What became of the manifest itself. */
    enum Regeneration {
        NOT_NEEDED,
        DONE,
        FAILED
    }

    /** Gives what commands need when the first one is about to run. */
    @FunctionalInterface
    interface Display {
        NinjaRun.Stage open(Workspace workspace) throws NinjaException;
    }

    // With so many files it pays to look at them with several threads.
    private static final int MANY_NODES = 2000;

    private final Workspace workspace;
    private final Manifest manifest;
    private final Options options;
    private final StatusLine status;
    private final Messages plain;
    private final Messages errors;
    private final Display display;
    private final Cancellation interruption;
    private final Stats stats;
    private Scan current;
    private int exitCode;
    private int commands;

    /** What is known of the state of the files, and what follows from it. */
    record Scan(BuildState state, Discovered discovered, DirtyScan scan, Plan plan) {}

    Session(Workspace workspace, Options options, StatusLine status, NinjaRun run) {
        this.workspace = workspace;
        this.manifest = workspace.manifest();
        this.options = options;
        this.status = status;
        this.plain = run.plain();
        this.errors = run.errors();
        this.stats = run.stats();
        this.display = run::open;
        this.interruption = run.interruption();
        this.current = begin();
    }

    private Scan begin() {
        Explain explain = new Explain(options.explain ? errors::explain : null);
        BuildState state =
                new BuildState(manifest, workspace.disk(), workspace.log().commandHash());
        Discovered discovered = new Discovered(state, workspace.deps(), explain);
        DirtyScan scan = new DirtyScan(state, workspace.log(), discovered, explain);
        return new Scan(state, discovered, scan, new Plan(state, scan));
    }

    Workspace workspace() {
        return workspace;
    }

    Cancellation interruption() {
        return interruption;
    }

    Scan scan() {
        return current;
    }

    /** The exit code of the last build. */
    int exitCode() {
        return exitCode;
    }

    /** Brings the manifest itself up to date, if it says how. */
    Regeneration regenerate() throws NinjaException {
        int node = manifest.paths.find(CanonicalPath.rewrite(options.file));
        if (node < 0 || manifest.producer(node) == Manifest.NONE) {
            return Regeneration.NOT_NEEDED;
        }
        try {
            add(node);
        } catch (NinjaException e) {
            throw e.hint("without it '" + Raw.text(options.file) + "' itself cannot be brought up to date");
        }
        if (!current.plan.hasWork()) {
            current = begin();
            return Regeneration.NOT_NEEDED;
        }
        exitCode = execute();
        if (exitCode != 0) {
            return Regeneration.FAILED;
        }
        boolean made = current.state.isDirty(node);
        current = begin();
        return made ? Regeneration.DONE : Regeneration.NOT_NEEDED;
    }

    /** Builds some targets, or the manifest's default ones, and gives the exit code. */
    int build(List<String> targets) throws NinjaException {
        int[] nodes = GraphTools.targets(workspace, targets);
        if (targets.isEmpty() && manifest.nodeCount() >= MANY_NODES) {
            stats.time("stat", () -> {
                current.state.statAll();
                return nodes;
            });
        }
        stats.time("scan", () -> {
            for (int node : nodes) {
                add(node);
            }
            return nodes;
        });
        if (!current.plan.hasWork()) {
            if (!options.quiet) {
                plain.say("no work to do.");
            }
            exitCode = 0;
        } else {
            exitCode = stats.time("build", this::execute);
        }
        return exitCode;
    }

    private void add(int node) throws NinjaException {
        int[] validations = current.scan.visit(node);
        current.plan.addTarget(node);
        for (int validation : validations) {
            if (manifest.producer(validation) != Manifest.NONE) {
                current.plan.addTarget(validation);
            }
        }
    }

    private int execute() throws NinjaException {
        if (options.dryRun) {
            dryRun();
            return 0;
        }
        if (interruption.happened()) {
            return ExitCode.INTERRUPTED;
        }
        Build build = new Build(this, options, status);
        int result = build.run(display.open(workspace));
        commands += build.finished();
        return result;
    }

    // Says what would run, each command behind those whose outputs it needs.
    private void dryRun() throws NinjaException {
        int done = 0;
        long start = System.nanoTime();
        Plan plan = current.plan;
        for (int edge : plan.inOrder()) {
            if (plan.isWanted(edge) && !manifest.isPhony(edge)) {
                done++;
                StatusLine.Counts counts = new StatusLine.Counts(done, done, plan.commands());
                plain.write(status.text(counts, System.nanoTime() - start)
                        + Build.description(current.state.evaluator, edge, options.verbose));
            }
        }
    }

    /** Figures for people. */
    List<String> summary() {
        List<String> lines = new ArrayList<>(stats.lines());
        lines.add("");
        lines.add(manifest.nodeCount() + " nodes, " + manifest.edgeCount() + " edges, " + commands + " commands run");
        return lines;
    }
}
