package dev.heddle.samples.cli;

import dev.heddle.core.FailureText;
import dev.heddle.core.FileFormatException;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostCheck;
import dev.heddle.scheduler.host.Hosts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say on which machines jobs run; without them, on this one. */
public final class HostOptions {

    /** What a display is told of the number of jobs where hosts may join: more than one. */
    public static final int MANY_JOBS = 1_024;

    private static final int USUAL_PATIENCE = 300;

    /** What hosts have to show before they get work, and where that is written. */
    public static final class Checks {
        @Option(
                names = "--host-tool",
                paramLabel = "NAME=COMMAND",
                description =
                        "A tool that must be the same on all hosts: the first line that COMMAND prints there, such as"
                                + " 'cc=cc --version'. May be given more than once.")
        private Map<String, String> tools = new LinkedHashMap<>();

        @Option(
                names = "--host-libraries",
                paramLabel = "DIR",
                description =
                        "A directory of shared libraries whose versions must be the same on all hosts. May be given"
                                + " more than once.")
        private List<String> libraries = List.of();

        @Option(
                names = "--host-logs",
                paramLabel = "DIR",
                description = "Write there what hosts printed when they started, and in what they differ.")
        private @Nullable Path logs;

        /** Made by picocli. */
        public Checks() {}

        /** The hosts of a file, to be checked so. */
        public Hosts open(Path file) {
            Hosts hosts;
            try {
                hosts = Hosts.file(file, JobProcesses::runner);
            } catch (FileFormatException e) {
                throw UserError.of(e);
            } catch (IOException e) {
                throw new UserError(file.toString(), "cannot be read: " + FailureText.of(e), null);
            }
            try {
                HostCheck check = hosts.check().orElseGet(HostCheck::standard);
                for (Map.Entry<String, String> tool : tools.entrySet()) {
                    check = check.tool(tool.getKey(), tool.getValue());
                }
                return hosts.checked(check.libraries(libraries.toArray(String[]::new)));
            } catch (IllegalArgumentException e) {
                hosts.backends().forEach(HostBackend::close);
                throw new UserError("--host-tool, --host-libraries", String.valueOf(e.getMessage()), null);
            }
        }

        /** The name of an option of these that was given, or null. */
        private @Nullable String given() {
            return !tools.isEmpty()
                    ? "--host-tool"
                    : !libraries.isEmpty() ? "--host-libraries" : logs != null ? "--host-logs" : null;
        }

        /** Tells a scheduler where to write what hosts tell. */
        public void apply(Scheduler.Builder builder) {
            if (logs != null) {
                builder.hostLogs(logs);
            }
        }
    }

    @Option(
            names = "--hosts",
            paramLabel = "FILE",
            description =
                    "Run jobs on the machines that this file names, one a line, such as 'me@beta jobs=4'. It may be"
                            + " changed while they run. Their number is that of the file, not that of -j.")
    private @Nullable Path file;

    @Option(
            names = "--host-patience",
            paramLabel = "SECONDS",
            description = "With --hosts, how long to wait when no host is left that could run anything. Left out: 300.")
    private @Nullable Integer patience;

    @Mixin
    private Checks checks = new Checks();

    /** Made by picocli. */
    public HostOptions() {}

    /** Whether a hosts file was named. */
    public boolean given() {
        return file != null;
    }

    /**
     * The hosts that were asked for; nothing is connected yet.
     *
     * @param jobs jobs at once on this machine if no file was named
     */
    public Hosts open(int jobs) {
        return file == null ? Hosts.local(jobs, JobProcesses::runner) : checks.open(file);
    }

    /**
     * Checks the options before anything is started.
     *
     * @param jobsGiven whether {@code -j} was given
     */
    public void check(boolean jobsGiven) {
        String useless = patience != null ? "--host-patience" : checks.given();
        if (file == null && useless != null) {
            throw new UserError(useless, "needs --hosts FILE", null);
        }
        if (patience != null && patience < 0) {
            throw new UserError("--host-patience", "needs a number of at least 0: " + patience, null);
        }
        if (file != null && jobsGiven) {
            throw new UserError(
                    "-j", "cannot be used with --hosts", "write jobs=N behind each host, also behind localhost");
        }
        if (file != null) {
            checks.open(file).backends().forEach(HostBackend::close);
        }
    }

    /** Tells a scheduler what else was asked for. */
    public void apply(Scheduler.Builder builder) {
        builder.hostPatience(Duration.ofSeconds(patience == null ? USUAL_PATIENCE : patience));
        checks.apply(builder);
    }
}
