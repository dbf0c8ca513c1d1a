package dev.heddle.samples.cli;

import dev.heddle.scheduler.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options about the files by which several builds, and people, keep out of each other's way and stop one another. */
public final class LockOptions {

    @Option(
            names = "--locks",
            paramLabel = "DIR",
            description = "Lock each task by a file there while it runs, and leave the file if it fails. Builds that share the"
                    + " directory build nothing twice at once; who removes a file has the task built.")
    private @Nullable Path locks;

    @Option(
            names = "--clear-stale-locks",
            description = "With --locks, remove locks of processes of this machine that are dead.")
    private boolean clearsStale;

    @Option(
            names = "--stop-file",
            paramLabel = "FILE",
            description = "Start nothing as long as this file exists, and end when what runs has ended; FILE-HOST does so for"
                    + " one host.")
    private @Nullable Path stopFile;

    /** Made by picocli. */
    public LockOptions() {}

    /** Checks the options before anything is started. */
    public void check() {
        Path directory = locks;
        if (directory == null) {
            if (clearsStale) {
                throw new UserError("--clear-stale-locks", "needs --locks DIR", null);
            }
            return;
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UserError("--locks", directory + " cannot be used: " + Failures.text(e), "name a directory");
        }
        if (!Files.isWritable(directory)) {
            throw new UserError("--locks", directory + " cannot be written to", "name another directory");
        }
    }

    /** Tells a scheduler what was asked for. */
    public void apply(Scheduler.Builder builder) {
        if (locks != null) {
            builder.locks(locks);
        }
        if (clearsStale) {
            builder.clearStaleLocks();
        }
        if (stopFile != null) {
            builder.stopFile(stopFile);
        }
    }
}
