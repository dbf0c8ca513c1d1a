package dev.heddle.scheduler.host;

import dev.heddle.core.Work;
import dev.heddle.core.process.ProcessRunner;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.function.Supplier;

/** Runs commands as processes of this machine, and actions on threads of this JVM. */
final class LocalHost implements HostBackend {

    private final HostSpec spec;
    private final HostProcesses<ProcessRunner> processes;

    LocalHost(HostSpec spec, Supplier<ProcessRunner> processes) {
        this.spec = spec;
        this.processes = new HostProcesses<>(spec, processes, true);
    }

    @Override
    public HostSpec spec() {
        return spec;
    }

    @Override
    public RunningStep start(HostJob job, Work work, StepObserver observer) {
        return processes.start(job, work, observer);
    }

    @Override
    public boolean isThisMachine() {
        return true;
    }

    @Override
    public double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    @Override
    public Map<String, String> facts() {
        return OwnMachine.facts();
    }

    @Override
    public void close() {
        processes.close();
    }
}
