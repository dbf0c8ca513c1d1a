package dev.heddle.core.process;

import dev.heddle.core.JobOutput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A command that a shell agent runs, or will run again once its program file is no longer busy. */
final class AgentJob implements RunningProcess {

    private final AgentRunner runner;
    private final Launch launch;
    private final JobOutput output;
    private final CompletableFuture<ProcessEnd> ended = new CompletableFuture<>();

    // Guarded by the runner's lock.
    @Nullable
    ShellAgent agent;

    int attempts;
    boolean terminating;

    @Nullable
    Path stdin;

    private volatile long pid;

    AgentJob(AgentRunner runner, Launch launch, JobOutput output) {
        this.runner = runner;
        this.launch = launch;
        this.output = output;
    }

    Launch launch() {
        return launch;
    }

    JobOutput output() {
        return output;
    }

    void runsIn(ShellAgent next) {
        agent = next;
        attempts++;
        pid = next.process.pid();
    }

    @Override
    public long pid() {
        return pid;
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
