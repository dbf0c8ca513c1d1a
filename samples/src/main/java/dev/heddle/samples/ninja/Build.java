package dev.heddle.samples.ninja;

import dev.heddle.core.Action;
import dev.heddle.core.BuildGraph;
import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.Outcome;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.samples.cli.BuildRun;
import dev.heddle.samples.cli.BuildWatch;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.scheduler.BuildHandle;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a plan: each of its edges becomes a task of a graph, which a scheduler runs.
 *
 * <p>The state of the build is guarded by one lock, which is held for looking at outputs and writing logs, never while a
 * command runs.
 */
final class Build {

    private final Workspace workspace;
    private final Manifest manifest;
    private final Options options;
    private final BuildState state;
    private final DirtyScan scan;
    private final Discovered discovered;
    private final Plan plan;
    private final Progress progress;
    private final Cancellation interruption;
    private final Object lock = new Object();
    private final Map<String, EdgeJob> jobs = new ConcurrentHashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private @Nullable EdgeRunner runner;
    private @Nullable EdgeOutputs outputs;
    private int failures;

    Build(Session session, Options options, StatusLine status) {
        this.workspace = session.workspace();
        this.interruption = session.interruption();
        this.manifest = workspace.manifest();
        this.options = options;
        this.state = session.scan().state();
        this.scan = session.scan().scan();
        this.discovered = session.scan().discovered();
        this.plan = session.scan().plan();
        this.progress = new Progress(status, plan, options.quiet);
    }

    Workspace workspace() {
        return workspace;
    }

    BuildState state() {
        return state;
    }

    Plan plan() {
        return plan;
    }

    Discovered discovered() {
        return discovered;
    }

    Progress progress() {
        return progress;
    }

    Object lock() {
        return lock;
    }

    /** The edge that a task stands for. */
    @Nullable
    EdgeJob job(String task) {
        return jobs.get(task);
    }

    /** Commands that ended. */
    int finished() {
        return progress.finished();
    }

    /** Runs everything that is wanted and gives the exit code. */
    int run(NinjaRun.Stage stage) throws NinjaException {
        EdgeOutputs port = new EdgeOutputs(stage.multiplexer(), this, this::ended);
        outputs = port;
        runner = new EdgeRunner(this, options, stage.lock(), new Growth(this, scan));
        return schedule(port, stage.watch());
    }

    private int schedule(EdgeOutputs port, @Nullable BuildWatch watch) throws NinjaException {
        BuildGraph graph = graph();
        Scheduler.Builder settings = Scheduler.builder()
                .hosts(options.hosts.get())
                .output(port)
                .rebuilder(rebuilder())
                .maxFailures(options.keepGoing);
        options.settings.accept(settings);
        options.order.apply(settings, port);
        options.history.accept(settings, workspace.logDirectory());
        if (watch != null) {
            settings.listener(watch.listener());
        }
        if (options.load > 0) {
            settings.loadLimit(options.load);
        }
        try (Scheduler scheduler = settings.build()) {
            BuildHandle handle = scheduler.start(graph);
            if (watch != null) {
                watch.begins(handle);
            }
            interruption.running(() -> handle.cancel("interrupted"));
            try {
                BuildResult result = handle.await();
                int exitCode = exitCode(result, interruption.happened(), port);
                return exitCode == ExitCode.FAILED && BuildRun.isHostless(result, handle) ? ExitCode.NO_HOST : exitCode;
            } catch (InterruptedException e) {
                handle.cancel("interrupted");
                Thread.currentThread().interrupt();
                return ExitCode.INTERRUPTED;
            }
        }
    }

    private int exitCode(BuildResult result, boolean interrupted, EdgeOutputs port) {
        if (interrupted) {
            port.message(Channel.ERROR, "build stopped: interrupted by user.");
            return ExitCode.INTERRUPTED;
        }
        if (result.succeeded()) {
            return 0;
        }
        for (String problem : result.problems()) {
            port.message(Channel.ERROR, problem);
        }
        String why;
        if (failures == 0) {
            why = result.stopped().orElse("nothing more can run");
        } else if (options.keepGoing != 0 && failures >= options.keepGoing) {
            why = options.keepGoing > 1 ? "subcommands failed" : "subcommand failed";
        } else {
            why = "cannot make progress due to previous errors";
        }
        port.message(Channel.ERROR, "build stopped: " + why + ".");
        return ExitCode.FAILED;
    }

    private Rebuilder rebuilder() {
        Rebuilder.Verdict run = new Rebuilder.Verdict.MustRun("out of date");
        Rebuilder.Verdict pass = new Rebuilder.Verdict.UpToDate("nothing it depends on changed");
        return (task, dependencies) -> {
            EdgeJob job = jobs.get(task.name());
            synchronized (lock) {
                return job == null || plan.isWanted(job.edge) ? run : pass;
            }
        };
    }

    private BuildGraph graph() throws NinjaException {
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < manifest.poolNames.size(); i++) {
            if (manifest.poolDepths.get(i) > 0) {
                graph.pool(manifest.texts.text(manifest.poolNames.get(i)), manifest.poolDepths.get(i));
            }
        }
        List<TaskSpec> tasks = new ArrayList<>();
        synchronized (lock) {
            for (int edge : plan.inOrder()) {
                tasks.add(task(edge));
            }
        }
        return graph.tasks(tasks).build();
    }

    /** The name of the task that stands for an edge: its first output. */
    String taskName(int edge) {
        return names.computeIfAbsent(edge, each -> {
            String raw = manifest.name(manifest.firstOutput(each));
            String text = Raw.textOrNull(raw);
            // Names that are no text could look the same.
            return text != null ? text : Raw.text(raw) + " (edge " + each + ")";
        });
    }

    /** An edge of the plan as a task. */
    TaskSpec task(int edge) throws NinjaException {
        String name = taskName(edge);
        TaskSpec.Builder task = TaskSpec.named(name);
        for (int i = 0; i < state.inputCount(edge); i++) {
            int producer = manifest.producer(state.input(edge, i));
            if (producer != Manifest.NONE && producer != edge && plan.contains(producer)) {
                if (i < state.countingInputs(edge)) {
                    task.dependsOn(taskName(producer));
                } else {
                    task.after(taskName(producer));
                }
            }
        }
        if (manifest.isPhony(edge)) {
            return task.build();
        }
        String command = state.evaluator.quoted(edge, Manifest.COMMAND);
        // Evaluated now, though needed later: what cannot be evaluated is found out before anything has run.
        state.commandHash(edge);
        state.evaluator.plain(edge, Manifest.DEPFILE);
        String rspfile = state.evaluator.plain(edge, Manifest.RSPFILE);
        EdgeJob job = new EdgeJob(edge, name, command, description(state.evaluator, edge, options.verbose), rspfile);
        jobs.put(name, job);
        task.description(Printable.whole(job.description));
        int pool = manifest.edgePool.get(edge);
        if (manifest.poolDepths.get(pool) > 0) {
            task.pool(manifest.texts.text(manifest.poolNames.get(pool)));
        }
        task.step(Step.of("prepare", (Action) context -> runner().prepare(job)));
        if (!command.isBlank()) {
            task.step("run", command(job));
        }
        task.step(Step.of("record", (Action) context -> runner().record(job, includes(job), context)));
        return task.build();
    }

    private Command command(EdgeJob job) {
        Command command = ShellText.command(job.command).in(workspace.disk().base());
        return isConsole(job) ? atConsole(command) : command;
    }

    private Command atConsole(Command command) {
        Path input = options.consoleInput;
        Command reading = input == null ? command : command.stdinFrom(input);
        return options.consoleTerminal
                .get()
                .map(size -> reading.capture(Command.Capture.PTY)
                        .env("COLUMNS", Integer.toString(size.columns()))
                        .env("LINES", Integer.toString(size.rows())))
                .orElse(reading);
    }

    /** What is shown of an edge: its description, or its command. */
    static String description(Evaluator evaluator, int edge, boolean verbose) throws NinjaException {
        String text = verbose ? "" : evaluator.quoted(edge, Manifest.DESCRIPTION);
        return Raw.text(text.isEmpty() ? evaluator.quoted(edge, Manifest.COMMAND) : text);
    }

    private EdgeRunner runner() {
        EdgeRunner set = runner;
        if (set == null) {
            throw new AssertionError("BUG: a job runs before the build began");
        }
        return set;
    }

    private Collection<String> includes(EdgeJob job) {
        EdgeOutputs port = outputs;
        ShowIncludes found = port == null ? null : port.includes(job);
        return found == null ? List.of() : found.includes();
    }

    boolean isConsole(EdgeJob job) {
        return manifest.edgePool.get(job.edge) == Manifest.CONSOLE_POOL;
    }

    /** How lines that name included files begin, raw; null if the edge has none. */
    @Nullable
    String msvcPrefix(EdgeJob job) {
        synchronized (lock) {
            try {
                boolean msvc = state.hasDeps(job.edge)
                        && state.evaluator.plain(job.edge, Manifest.DEPS).equals("msvc");
                return msvc ? state.evaluator.plain(job.edge, Manifest.MSVC_DEPS_PREFIX) : null;
            } catch (NinjaException e) {
                // The same evaluation fails again when the job is recorded, and is told there.
                return null;
            }
        }
    }

    private void ended(EdgeJob job, Outcome outcome) throws NinjaException {
        EdgeOutputs port = outputs;
        if (port == null || outcome instanceof Outcome.UpToDate) {
            return;
        }
        if (outcome instanceof Outcome.Cancelled) {
            runner().discard(job);
            return;
        }
        if (outcome instanceof Outcome.Failed failed && failed.cause() instanceof Outcome.FailureCause.HostLost lost) {
            // Not a failure of the command, which gets another attempt; should it have none left, the build tells that.
            port.message(Channel.WARNING, what("LOST: ", job) + '\n' + Printable.whole(lost.summary()));
            return;
        }
        synchronized (lock) {
            progress.finished(job.description, port);
            if (!outcome.isSuccess()) {
                failures++;
                port.message(Channel.ERROR, failure(job));
            }
        }
    }

    // What happened stands where the job's output ends.
    private String failure(EdgeJob job) {
        return what("FAILED: ", job) + '\n' + Printable.whole(Raw.text(job.command));
    }

    private String what(String happened, EdgeJob job) {
        StringBuilder text = new StringBuilder(happened);
        for (int output : state.outputs(job.edge)) {
            text.append(manifest.paths.text(output)).append(' ');
        }
        return Printable.whole(text.toString());
    }
}
