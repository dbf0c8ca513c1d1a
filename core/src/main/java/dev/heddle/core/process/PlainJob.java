package dev.heddle.core.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A command that runs as a child of this JVM. */
final class PlainJob implements RunningProcess {

    private final PlainRunner runner;
    final Process process;
    final JobPipes pipes;
    final @Nullable Path stdin;
    private final CompletableFuture<ProcessEnd> ended = new CompletableFuture<>();

    // Guarded by the runner's lock.
    int status;
    boolean terminating;
    /** What was seen of its tree when it was signalled: a child that lost its parent is found here only. */
    final Set<ProcessHandle> tree = new LinkedHashSet<>();

    PlainJob(PlainRunner runner, Process process, JobPipes pipes, @Nullable Path stdin) {
        this.runner = runner;
        this.process = process;
        this.pipes = pipes;
        this.stdin = stdin;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public CompletableFuture<ProcessEnd> ended() {
        return ended;
    }

    @Override
    public void terminate(Duration grace) {
        runner.terminate(this, grace);
    }
}
