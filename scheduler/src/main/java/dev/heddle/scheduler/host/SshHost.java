package dev.heddle.scheduler.host;

import dev.heddle.core.Work;
import dev.heddle.core.process.FarProcessRunner;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.transport.ShellTransport;
import dev.heddle.core.transport.SshCommand;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Runs commands on another machine to which shells lead, by ssh or else, and actions on threads of this JVM, with their
 * commands over there. The two machines share their files, as far as the jobs need them.
 *
 * <p>A job that the machine or the way to it has lost is told as lost once it is certain that it runs no more; a job's own
 * exit code, 255 included, is a failure of the job.
 */
final class SshHost implements HostBackend {

    /** The property of a host that names a file to use in place of the user's and the system's ssh_config(5). */
    static final String CONFIG = "ssh_config";

    private final HostSpec spec;
    private final HostProcesses<FarProcessRunner> processes;

    SshHost(HostSpec spec, ShellTransport transport) {
        this.spec = spec;
        this.processes = new HostProcesses<>(spec, () -> ProcessRunner.builder().buildFar(transport), false);
    }

    /**
     * The host of a hosts file.
     *
     * @throws IllegalArgumentException if its name is no destination for ssh
     */
    static SshHost of(HostEntry entry) {
        String user = entry.user();
        // In brackets stands an IPv6 address, which ssh takes without.
        String host = entry.host().startsWith("[")
                ? entry.host().substring(1, entry.host().length() - 1)
                : entry.host();
        SshCommand ssh = SshCommand.to(user == null ? host : user + "@" + host).patience(entry.answerTime());
        String config = entry.properties().get(CONFIG);
        if (config != null) {
            try {
                ssh = ssh.config(Path.of(config));
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("'" + config + "' is no path of a file for ssh", e);
            }
        }
        return new SshHost(entry.spec(), ssh);
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
    public double load() {
        FarProcessRunner runner = processes.made();
        return runner == null ? -1 : runner.load();
    }

    @Override
    public void close() {
        processes.close();
    }
}
