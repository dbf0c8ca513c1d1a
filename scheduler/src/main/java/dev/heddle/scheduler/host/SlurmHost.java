package dev.heddle.scheduler.host;

import dev.heddle.core.Work;
import dev.heddle.core.process.ProcessRunner;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Runs each command as a batch job of Slurm, with its own needs of processors, memory and time, and actions on threads of this
 * JVM, with their commands there. The nodes share their files with this machine, as far as the jobs need them.
 */
final class SlurmHost implements HostBackend {

    private final HostSpec spec;
    private final SlurmPace pace;
    private final HostProcesses<SlurmRunner> processes;

    /**
     * Names what it needs; nothing is submitted or started.
     *
     * @param control makes the runner of Slurm's own programs, which run on this machine
     */
    SlurmHost(HostEntry entry, Supplier<ProcessRunner> control) {
        this(entry, control, SlurmPace.USUAL);
    }

    /** For tests: one that looks and waits otherwise. */
    SlurmHost(HostEntry entry, Supplier<ProcessRunner> control, SlurmPace pace) {
        this.spec = entry.spec();
        this.pace = pace;
        this.processes = new HostProcesses<>(
                spec,
                () -> new SlurmRunner(entry, control.get(), pace),
                (runner, job) -> runner.asking(SlurmNeeds.of(job)),
                false);
    }

    @Override
    public HostSpec spec() {
        return spec;
    }

    @Override
    public Duration killTime() {
        return pace.kill();
    }

    @Override
    public RunningStep start(HostJob job, Work work, StepObserver observer) {
        return processes.start(job, work, observer);
    }

    @Override
    public void close() {
        processes.close();
    }
}
