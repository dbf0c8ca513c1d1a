package dev.heddle.samples.ninja;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;

/**
 * One run of the front end: reads the manifest, brings it up to date itself, and then builds, or runs a tool.
 *
 * <p>Used by one thread, once.
 */
final class NinjaRun {

    private static final int REGENERATIONS = 100;

    private final Options options;
    private final OutputStream out;
    private final Messages plain;
    private final Messages errors;
    private final Stats stats = new Stats();

    /**
     * Prepares a run.
     *
     * @param out takes results, progress and the output of commands
     * @param err takes warnings and explanations
     */
    NinjaRun(Options options, OutputStream out, OutputStream err) {
        this.options = options;
        this.out = out;
        this.plain = new Messages(out);
        this.errors = new Messages(err);
    }

    /**
     * Does it and gives the exit code.
     *
     * @throws NinjaException if the input is wrong; nothing was started then
     */
    int run() throws NinjaException {
        Disk disk = new Disk(options.directory);
        if (!Files.isDirectory(disk.base())) {
            throw new NinjaException("-C " + options.directory + ": "
                    + (Files.exists(disk.base()) ? "not a directory" : "no such directory"));
        }
        Tools tools = new Tools(options.verbose, options.quiet, options.dryRun);
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
                int exitCode = tools.run(tool, workspace, options.toolArguments, raw);
                raw.flush();
                return exitCode;
            }
        } catch (IOException e) {
            throw new NinjaException("-t " + tool + ": " + e.getMessage(), NinjaException.FAILED);
        }
    }

    private Manifest manifest(Disk disk) throws NinjaException {
        return stats.time(
                "manifest load",
                () -> ManifestParser.parse(disk, options.file, errors::warn, options.phonyCycleIsError));
    }

    private int build(Disk disk) throws NinjaException {
        StatusLine status = new StatusLine(options.status);
        for (int round = 0; round < REGENERATIONS; round++) {
            Manifest manifest = manifest(disk);
            try (Workspace workspace = stats.time("log load", () -> Workspace.open(disk, manifest, errors::warn))) {
                Session session = new Session(workspace, options, status, plain, errors, out);
                Session.Regeneration regeneration = session.regenerate();
                if (regeneration == Session.Regeneration.FAILED) {
                    return session.exitCode();
                }
                if (regeneration == Session.Regeneration.DONE) {
                    if (options.dryRun) {
                        return 0;
                    }
                    continue;
                }
                int exitCode = session.build(options.targets);
                if (options.stats) {
                    report(session, plain::write);
                }
                return exitCode;
            } catch (IOException e) {
                throw new NinjaException("closing the logs: " + Disk.reason(e), NinjaException.FAILED);
            }
        }
        throw new NinjaException(
                "manifest '" + Raw.text(options.file) + "' still dirty after " + REGENERATIONS
                        + " tries, perhaps the system time is not set",
                NinjaException.FAILED);
    }

    private void report(Session session, Consumer<String> lines) {
        List<String> all = stats.lines();
        all.forEach(lines);
        lines.accept(session.summary());
    }
}
