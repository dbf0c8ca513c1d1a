package dev.heddle.scheduler.host;

import dev.heddle.core.process.ProcessRunner;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes the backend of a host that a hosts file names, by its kind. Nothing is connected yet when it is made. */
final class HostKinds implements Function<HostEntry, HostBackend> {

    private final Supplier<ProcessRunner> processes;

    /**
     * @param processes makes the runner of this machine's commands
     */
    HostKinds(Supplier<ProcessRunner> processes) {
        this.processes = processes;
    }

    @Override
    public HostBackend apply(HostEntry entry) {
        if (entry.kind().equals(HostEntry.LOCAL)) {
            return new LocalHost(entry.spec(), processes);
        }
        if (entry.kind().equals(HostEntry.SSH)) {
            return SshHost.of(entry);
        }
        throw new IllegalArgumentException("there is no kind of host '" + entry.kind()
                + "'; name the machine alone, as in 'beta', or 'localhost' for this one");
    }
}
