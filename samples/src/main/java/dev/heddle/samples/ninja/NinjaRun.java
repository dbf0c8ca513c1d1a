package dev.heddle.samples.ninja;

import dev.heddle.core.Channel;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.samples.cli.BuildWatch;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.LastWords;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One run of the front end: reads the manifest, brings it up to date itself, and then builds, or runs a tool.
 *
 * <p>Used by one thread, once.
 */
final class NinjaRun {

    private static final int REGENERATIONS = 100;

    /** Opens what shows and records the output of a build. */
    @FunctionalInterface
    interface Outputs {
        /** Opens a multiplexer, with a recording in a directory unless told otherwise. */
        Opened open(int jobs, Path directory) throws NinjaException;
    }

    /**
     * A multiplexer and what ends it.
     *
     * @param multiplexer where jobs write
     * @param close ends it, and shows what is held
     * @param watch who watches, or null
     */
    record Opened(
            OutputMultiplexer multiplexer,
            Runnable close,
            @Nullable BuildWatch watch) {}

    /**
     * What commands need to run.
     *
     * @param multiplexer where jobs write
     * @param lock keeps others out, and tells the time
     * @param watch who watches, or null
     */
    record Stage(
            OutputMultiplexer multiplexer,
            LockFile lock,
            @Nullable BuildWatch watch) {}

    private final Options options;
    private final OutputStream out;
    private final OutputStream err;
    private final Outputs outputs;
    private final Messages plain;
    private final Messages errors;
    private final Stats stats = new Stats();
    private final Cancellation interruption = new Cancellation();
    private @Nullable Opened opened;
    private @Nullable LockFile lock;

    /**
     * Prepares a run.
     *
     * @param outputs shows the output of commands
     * @param out takes results and messages
     * @param err takes warnings and explanations
     */
    NinjaRun(Options options, Outputs outputs, OutputStream out, OutputStream err) {
        this.options = options;
        this.outputs = outputs;
        this.out = out;
        this.err = err;
        this.plain = new Messages(out);
        this.errors = new Messages(err);
    }

    /** What ends this run early; may be used from any thread. */
    Cancellation interruption() {
        return interruption;
    }

    Messages plain() {
        return plain;
    }

    Messages errors() {
        return errors;
    }

    Stats stats() {
        return stats;
    }

    /** What the commands of this run need, which is opened when first asked for. */
    Stage open(Workspace workspace) throws NinjaException {
        workspace.makeBuildDir();
        LockFile held = lock;
        if (held == null) {
            held = lock(workspace);
            lock = held;
        }
        Opened known = opened;
        if (known == null) {
            known = outputs.open(options.jobs, workspace.logDirectory());
            opened = known;
            guard(known.multiplexer);
        }
        return new Stage(known.multiplexer, held, known.watch);
    }

    private void guard(OutputMultiplexer multiplexer) {
        plain.guard(text -> multiplexer.message(Channel.MESSAGE, text));
        Messages unguarded = new Messages(err);
        errors.guard(text -> unguarded.write(LastWords.LEAD + text.replace("\n", "\n" + LastWords.LEAD)));
    }

    private static LockFile lock(Workspace workspace) throws NinjaException {
        Path file = workspace.disk().path(workspace.inBuildDir(".ninja_lock"));
        LockFile taken;
        try {
            taken = LockFile.take(file);
        } catch (IOException e) {
            throw new NinjaException(file + ": cannot be written: " + Disk.reason(e));
        }
        if (workspace.isOutdated()) {
            close(taken);
            throw new NinjaException(file + ": another build ended here a moment ago and changed the logs")
                    .hint("run the command again");
        }
        return taken;
    }

    // Null where nobody can have built, and below a build that runs the tool itself, as CMake does when it generates
    // anew.
    private static @Nullable LockFile lockForTool(Workspace workspace) throws NinjaException, IOException {
        Path file = workspace.disk().path(workspace.inBuildDir(".ninja_lock"));
        Path place = file.getParent();
        boolean needed = place != null && Files.isDirectory(place) && !LockFile.isOfAncestor(file);
        return needed ? lock(workspace) : null;
    }

    private static void close(LockFile taken) throws NinjaException {
        try {
            taken.close();
        } catch (IOException e) {
            throw new NinjaException("removing .ninja_lock: " + Disk.reason(e), ExitCode.FAILED);
        }
    }

    /**
     * Does it and gives the exit code.
     *
     * @throws NinjaException if the input is wrong; nothing was started then
     */
    int run() throws NinjaException {
        try {
            return runWithOutput();
        } finally {
            Opened known = opened;
            if (known != null) {
                known.close.run();
            }
            LockFile held = lock;
            if (held != null) {
                close(held);
            }
        }
    }

    private int runWithOutput() throws NinjaException {
        Disk disk = new Disk(options.directory);
        if (!Files.isDirectory(disk.base())) {
            throw new NinjaException("-C " + options.directory + ": "
                    + (Files.exists(disk.base()) ? "not a directory" : "no such directory"));
        }
        Tools tools = new Tools(options.verbose, options.quiet, options.dryRun, errors::warn);
        String tool = options.tool;
        if (tool != null) {
            return tool(tools, tool, disk);
        }
        if (options.directoryGiven && !options.quiet) {
            plain.say("Entering directory `" + options.directory + "'");
        }
        return build(disk);
    }

    private int tool(Tools tools, String tool, Disk disk) throws NinjaException {
        RawOutput raw = new RawOutput(out);
        try {
            if (tool.equals("list")) {
                tools.list(raw);
                raw.flush();
                return 0;
            }
            tools.require(tool);
            Manifest manifest = manifest(disk);
            try (Workspace workspace = Workspace.open(disk, manifest, errors::warn)) {
                if (Tools.changes(tool) && !options.dryRun) {
                    lock = lockForTool(workspace);
                }
                int exitCode = tools.run(tool, workspace, options.toolArguments, raw);
                raw.flush();
                return exitCode;
            }
        } catch (IOException e) {
            throw new NinjaException("-t " + tool + ": " + e.getMessage(), ExitCode.FAILED);
        }
    }

    private Manifest manifest(Disk disk) throws NinjaException {
        return stats.time(
                "manifest load",
                () -> ManifestParser.parse(disk, options.file, errors::warn, options.phonyCycleIsError));
    }

    private Manifest cachedManifest(Disk disk) throws NinjaException {
        if (!options.cache) {
            return manifest(disk);
        }
        Manifest cached = stats.time(
                        "cache load",
                        () -> Optional.ofNullable(
                                ManifestCache.read(disk, options.file, options.phonyCycleIsError, errors::warn)))
                .orElse(null);
        if (cached != null) {
            return cached;
        }
        List<String> told = new ArrayList<>();
        Manifest manifest = stats.time(
                "manifest load", () -> ManifestParser.parse(disk, options.file, told::add, options.phonyCycleIsError));
        told.forEach(errors::warn);
        if (manifest.edgeCount() >= ManifestCache.WORTHWHILE_EDGES && !options.dryRun) {
            stats.time("cache write", () -> {
                new BuildState(manifest, disk, CommandHash.MURMUR).learnEdges();
                ManifestCache.write(disk, manifest, options.phonyCycleIsError, told);
                return told;
            });
        }
        return manifest;
    }

    private int build(Disk disk) throws NinjaException {
        StatusLine status = new StatusLine(options.status);
        for (int round = 0; round < REGENERATIONS; round++) {
            Manifest manifest = cachedManifest(disk);
            try (Workspace workspace = stats.time("log load", () -> Workspace.open(disk, manifest, errors::warn))) {
                Session session = new Session(workspace, options, status, this);
                Session.Regeneration regeneration = session.regenerate();
                if (regeneration == Session.Regeneration.FAILED) {
                    return session.exitCode();
                }
                if (regeneration == Session.Regeneration.NOT_NEEDED) {
                    int exitCode = session.build(options.targets);
                    if (options.stats) {
                        session.summary().forEach(plain::write);
                    }
                    return exitCode;
                }
                if (options.dryRun) {
                    return 0;
                }
            } catch (IOException e) {
                throw new NinjaException("closing the logs: " + Disk.reason(e), ExitCode.FAILED);
            }
        }
        throw new NinjaException(
                "manifest '" + Raw.text(options.file) + "' still dirty after " + REGENERATIONS
                        + " tries, perhaps the system time is not set",
                ExitCode.FAILED);
    }
}
