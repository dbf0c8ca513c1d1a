package dev.heddle.samples.ninja;

import dev.heddle.core.Expansion;
import dev.heddle.core.JobContext;
import dev.heddle.samples.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens around the command of an edge: before it the directories and the response file are made, after it the outputs
 * are looked at, what it depends on is read, and both logs are written.
 *
 * <p>Called by several threads at once; everything that touches the state of the build is done under its lock.
 */
final class EdgeRunner {

    private final Workspace workspace;
    private final BuildState state;
    private final Plan plan;
    private final Discovered discovered;
    private final Options options;
    private final LockFile clock;
    private final Progress progress;
    private final Growth growth;
    private final Object lock;

    EdgeRunner(Build build, Options options, LockFile clock, Growth growth) {
        this.workspace = build.workspace();
        this.state = build.state();
        this.plan = build.plan();
        this.discovered = build.discovered();
        this.progress = build.progress();
        this.lock = build.lock();
        this.options = options;
        this.clock = clock;
        this.growth = growth;
    }

    /** Makes ready for the command. */
    void prepare(EdgeJob job) throws NinjaException {
        String rspfile = job.rspfile;
        byte[] content;
        int[] outputs;
        synchronized (lock) {
            outputs = state.outputs(job.edge);
            content = Raw.bytes(rspfile.isEmpty() ? "" : state.evaluator.quoted(job.edge, Manifest.RSPFILE_CONTENT));
            try {
                job.startMillis = progress.millis();
                job.startTime = clock.now();
                job.started = true;
                progress.started();
                distrust(outputs);
            } catch (IOException e) {
                throw logsFailed(e);
            }
        }
        for (int output : outputs) {
            makeParents(name(output));
        }
        if (!rspfile.isEmpty()) {
            makeParents(rspfile);
            try {
                Files.write(state.disk.path(rspfile), content);
            } catch (IOException e) {
                throw new NinjaException("writing response file '" + Raw.text(rspfile) + "': " + Disk.reason(e));
            }
        }
    }

    private NinjaException logsFailed(IOException e) {
        Path log = state.disk.path(workspace.inBuildDir(".ninja_log"));
        return new NinjaException("writing " + log + " and what is beside it: " + Disk.reason(e), ExitCode.FAILED);
    }

    private String name(int node) {
        return state.manifest.name(node);
    }

    private void makeParents(String name) throws NinjaException {
        try {
            state.disk.makeParents(name);
        } catch (IOException e) {
            throw new NinjaException("making the directory of '" + Raw.text(name) + "': " + Disk.reason(e));
        }
    }

    // An output that is missing while the log knows it would be believed in after a crash that leaves half of it:
    // the log is made to say that nothing is known of it.
    private void distrust(int[] outputs) throws IOException {
        boolean missing = false;
        boolean logged = false;
        for (int output : outputs) {
            missing |= !state.exists(output);
            logged |= workspace.log().has(output);
        }
        if (missing && logged) {
            workspace.log().record(outputs, 0, 0, 0, 0);
        }
    }

    /** Takes note of what the command did. {@code includes} are those that Microsoft's compiler named. */
    void record(EdgeJob job, Collection<String> includes, JobContext context) throws NinjaException {
        Deps deps = deps(job.edge, includes);
        synchronized (lock) {
            int[] outputs = state.outputs(job.edge);
            long time = settle(job, outputs);
            state.outputsReady[job.edge] = true;
            Expansion expansion = growth.loadDyndeps(outputs);
            if (expansion != null) {
                context.expand(expansion);
            }
            try {
                workspace.log().record(outputs, job.startMillis, progress.millis(), time, state.commandHash(job.edge));
                if (deps != null) {
                    recordDeps(outputs, deps.inputs);
                }
            } catch (IOException e) {
                throw logsFailed(e);
            }
        }
        if (!options.keepRsp) {
            remove(job.rspfile);
        }
        if (deps != null && !options.keepDepfile) {
            remove(deps.depfile);
        }
    }

    private void remove(String name) throws NinjaException {
        try {
            if (!name.isEmpty()) {
                Files.deleteIfExists(state.disk.path(name));
            }
        } catch (IOException e) {
            throw new NinjaException("removing '" + Raw.text(name) + "': " + Disk.reason(e));
        }
    }

    // The time to note for the outputs. A restat edge that changed nothing makes those that depend on it clean.
    private long settle(EdgeJob job, int[] outputs) throws NinjaException {
        boolean restat = state.isRestat(job.edge);
        long time = job.startTime;
        if (time != 0 && !restat && !state.isGenerator(job.edge)) {
            return time;
        }
        boolean cleaned = false;
        for (int output : outputs) {
            long now = state.disk.mtime(name(output));
            time = Math.max(time, now);
            if (restat && now == (state.exists(output) ? state.mtime(output) : 0)) {
                plan.clean(output);
                cleaned = true;
            }
        }
        return cleaned ? job.startTime : time;
    }

    private void recordDeps(int[] outputs, List<String> names) throws NinjaException, IOException {
        int[] inputs = discovered.nodes(names);
        for (int output : outputs) {
            workspace.deps().record(output, state.disk.mtime(name(output)), inputs);
        }
    }

    private record Deps(List<String> inputs, String depfile) {}

    // Null for an edge whose dependencies are not kept.
    private @Nullable Deps deps(int edge, Collection<String> includes) throws NinjaException {
        String kind;
        String depfile;
        synchronized (lock) {
            if (!state.hasDeps(edge)) {
                return null;
            }
            kind = state.evaluator.plain(edge, Manifest.DEPS);
            depfile = state.evaluator.plain(edge, Manifest.DEPFILE);
        }
        if (kind.equals("msvc")) {
            return new Deps(new ArrayList<>(includes), "");
        }
        byte[] content;
        try {
            content = state.disk.read(depfile);
        } catch (NoSuchFileException e) {
            return new Deps(List.of(), depfile);
        } catch (IOException e) {
            throw new NinjaException("loading '" + Raw.text(depfile) + "': " + Disk.reason(e));
        }
        if (content.length == 0) {
            return new Deps(List.of(), depfile);
        }
        try {
            return new Deps(Depfile.parse(content).inputs(), depfile);
        } catch (NinjaException e) {
            throw new NinjaException(Raw.text(depfile) + ": " + e.getMessage());
        }
    }

    /** Removes what an interrupted command may have left half-written. */
    void discard(EdgeJob job) throws NinjaException {
        synchronized (lock) {
            if (!job.started) {
                return;
            }
            String depfile = state.evaluator.plain(job.edge, Manifest.DEPFILE);
            for (int output : state.outputs(job.edge)) {
                long before = state.exists(output) ? state.mtime(output) : 0;
                // A command that writes a depfile may have got no further than that.
                if (!depfile.isEmpty() || state.disk.mtime(name(output)) != before) {
                    remove(name(output));
                }
            }
            remove(depfile);
        }
    }
}
