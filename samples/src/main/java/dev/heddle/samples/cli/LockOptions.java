package dev.heddle.samples.cli;

import dev.heddle.core.FailureText;
import dev.heddle.scheduler.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options about the files by which several builds, and people, keep out of each other's way and stop one another. */
public final class LockOptions {

    @Option(
            names = "--locks",
            paramLabel = "DIR",
            description =
                    "Lock each task by a file there while it runs, and leave the file if it fails. Builds that share the"
                            + " directory build nothing twice at once; who removes a file has the task built.")
    private @Nullable Path locks;

    @Option(
            names = "--clear-stale-locks",
            description = "With --locks, remove locks of processes of this machine that are dead.")
    private boolean clearsStale;

    @Option(
            names = "--stop-file",
            paramLabel = "FILE",
            description =
                    "Start nothing as long as this file exists, and end when what runs has ended; FILE-HOST does so for"
                            + " one host.")
    private @Nullable Path stopFile;

    @Option(
            names = "--tell-stalls",
            description =
                    "Warn of jobs that print nothing and compute nothing, after 10 s, 20 s, 40 s and so on, and of a"
                            + " build in which nothing runs.")
    private boolean tellsStalls;

    @Option(
            names = "--stuck",
            paramLabel = "SECONDS",
            description = "End a job that prints nothing and computes nothing for so long.")
    private @Nullable Integer stuck;

    @Option(names = "--stop-on-stall", description = "With --stuck, start nothing more when a job was ended so.")
    private boolean stopsOnStall;

    /** Made by picocli. */
    public LockOptions() {}

    /** Checks the options before anything is started. */
    public void check() {
        if (stuck != null && stuck < 1) {
            throw new UserError("--stuck", "needs a number of at least 1: " + stuck, null);
        }
        if (stopsOnStall && stuck == null) {
            throw new UserError("--stop-on-stall", "needs --stuck SECONDS", null);
        }
        if (stopFile != null && stopFile.toString().isEmpty()) {
            throw new UserError("--stop-file", "the name of the file is empty", null);
        }
        Path directory = locks;
        if (directory != null && directory.toString().isEmpty()) {
            throw new UserError("--locks", "the name of the directory is empty", null);
        }
        if (directory == null) {
            if (clearsStale) {
                throw new UserError("--clear-stale-locks", "needs --locks DIR", null);
            }
            return;
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UserError("--locks", directory + " cannot be used: " + FailureText.of(e), "name a directory");
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
        if (tellsStalls) {
            builder.tellStalls();
        }
        if (stuck != null) {
            builder.stuckLimit(Duration.ofSeconds(stuck), stopsOnStall);
        }
        if (stopFile != null) {
            builder.stopFile(stopFile);
        }
    }
}
