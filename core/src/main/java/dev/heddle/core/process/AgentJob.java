package dev.heddle.core.process;

import dev.heddle.core.JobOutput;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A command that runs in a berth, waits for one, or will run again once its program file is no longer busy. */
final class AgentJob implements RunningProcess {

    private final AgentRunner runner;
    private final Launch launch;
    private final JobOutput output;
    private final CompletableFuture<Long> began = new CompletableFuture<>();
    private final CompletableFuture<ProcessEnd> ended = new CompletableFuture<>();

    // Guarded by the runner's lock.
    @Nullable
    Berth berth;

    int attempts;
    boolean terminating;
    boolean hasWaited;
    /** How long it had when it was to be ended before it had a process that could be. */
    Duration grace = Duration.ZERO;

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

    void runsIn(Berth next) {
        berth = next;
        attempts++;
        pid = next.leader();
    }

    void ledBy(long leader) {
        pid = leader;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public CompletableFuture<Long> began() {
        return began;
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
