package dev.heddle.samples.ninja;

import java.io.OutputStream;
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

    private final Workspace workspace;
    private final Manifest manifest;
    private final Options options;
    private final StatusLine status;
    private final Messages plain;
    private final Messages errors;
    private final OutputStream out;
    private final Stats stats = new Stats();
    private int exitCode;
    private BuildState state;
    private DirtyScan scan;
    private Discovered discovered;
    private Plan plan;

    Session(
            Workspace workspace,
            Options options,
            StatusLine status,
            Messages plain,
            Messages errors,
            OutputStream out) {
        this.workspace = workspace;
        this.manifest = workspace.manifest();
        this.options = options;
        this.status = status;
        this.plain = plain;
        this.errors = errors;
        this.out = out;
        Explain explain = new Explain(options.explain ? errors::explain : null);
        state = new BuildState(manifest, workspace.disk());
        discovered = new Discovered(state, workspace.deps(), explain);
        scan = new DirtyScan(state, workspace.log(), discovered, explain);
        plan = new Plan(state, scan);
    }

    private void begin() {
        Explain explain = new Explain(options.explain ? errors::explain : null);
        state = new BuildState(manifest, workspace.disk());
        discovered = new Discovered(state, workspace.deps(), explain);
        scan = new DirtyScan(state, workspace.log(), discovered, explain);
        plan = new Plan(state, scan);
    }

    int exitCode() {
        return exitCode;
    }

    Regeneration regenerate() throws NinjaException {
        int node = manifest.paths.find(CanonicalPath.rewrite(options.file));
        if (node < 0 || manifest.producer(node) == Manifest.NONE) {
            return Regeneration.NOT_NEEDED;
        }
        add(node);
        if (!plan.hasWork()) {
            begin();
            return Regeneration.NOT_NEEDED;
        }
        exitCode = execute();
        if (exitCode != 0) {
            return Regeneration.FAILED;
        }
        boolean made = state.isDirty(node);
        begin();
        return made ? Regeneration.DONE : Regeneration.NOT_NEEDED;
    }

    int build(List<String> targets) throws NinjaException {
        int[] nodes = GraphTools.targets(workspace, targets);
        stats.time("scan", () -> {
            for (int node : nodes) {
                add(node);
            }
            return nodes;
        });
        if (!plan.hasWork()) {
            if (!options.quiet) {
                plain.say("no work to do.");
            }
            return 0;
        }
        return execute();
    }

    private void add(int node) throws NinjaException {
        int[] validations = scan.visit(node);
        plan.addTarget(node);
        for (int validation : validations) {
            if (manifest.producer(validation) != Manifest.NONE) {
                plan.addTarget(validation);
            }
        }
    }

    private int execute() throws NinjaException {
        if (options.dryRun) {
            dryRun();
            return 0;
        }
        throw new NinjaException("not yet");
    }

    // Says what would run, each command behind those whose outputs it needs.
    private void dryRun() throws NinjaException {
        int done = 0;
        long start = System.nanoTime();
        for (int edge : plan.inOrder()) {
            if (plan.isWanted(edge) && !manifest.isPhony(edge)) {
                done++;
                StatusLine.Counts counts = new StatusLine.Counts(done, done, plan.commands());
                plain.write(status.text(counts, System.nanoTime() - start) + description(edge));
            }
        }
    }

    private String description(int edge) throws NinjaException {
        String text = options.verbose ? "" : state.evaluator.quoted(edge, Manifest.DESCRIPTION);
        return Raw.text(text.isEmpty() ? state.evaluator.quoted(edge, Manifest.COMMAND) : text);
    }

    String summary() {
        return String.join("\n", stats.lines()) + "\n" + manifest.nodeCount() + " nodes, " + manifest.edgeCount()
                + " edges" + (out == null ? "" : "");
    }
}
