package dev.heddle.scheduler;

import dev.heddle.core.FailureText;
import dev.heddle.core.GraphView;
import dev.heddle.core.InputTransfer;
import dev.heddle.core.OutputPort;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.scheduler.host.HostSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a {@link Scheduler.Builder} was told. Not safe for several threads until it was {@linkplain #copy copied}. */
final class Options {

    OutputPort output = OutputPort.discard();

    @Nullable
    Rebuilder rebuilder;

    @Nullable
    InputTransfer inputs;

    @Nullable
    BuildHistory history;

    List<BuildEventListener> listeners = new ArrayList<>();
    QueuePolicy policy = QueuePolicy.criticalPath();
    boolean backupCopies = true;
    FetchLimits fetchLimits = FetchLimits.USUAL;
    int maxFailures;
    double loadLimit;
    LongSupplier ticker = System::nanoTime;
    InstantSource clock = InstantSource.system();
    Duration terminateGrace = Duration.ofSeconds(5);

    @Nullable
    Path stopFile;

    Duration hostPatience = Duration.ofMinutes(5);

    @Nullable
    Path hostLogs;

    @Nullable
    Path locks;

    boolean clearsStaleLocks;

    @Nullable
    TaskDefinitions definitions;

    Stalls.Policy stalls = Stalls.Policy.NONE;

    @Nullable
    LogDirectory logs;

    @Nullable
    Path profile;

    Housekeeping housekeeping = Housekeeping.NONE;

    @Nullable
    Jobserver jobserver;

    /** The same, which the builder changes no more. */
    Options copy() {
        Options copy = new Options();
        copy.output = output;
        copy.rebuilder = rebuilder;
        copy.inputs = inputs;
        copy.history = history;
        copy.listeners = List.copyOf(listeners);
        copy.policy = policy;
        copy.backupCopies = backupCopies;
        copy.fetchLimits = fetchLimits;
        copy.maxFailures = maxFailures;
        copy.loadLimit = loadLimit;
        copy.ticker = ticker;
        copy.clock = clock;
        copy.terminateGrace = terminateGrace;
        copy.stopFile = stopFile;
        copy.hostPatience = hostPatience;
        copy.hostLogs = hostLogs;
        copy.locks = locks;
        copy.clearsStaleLocks = clearsStaleLocks;
        copy.definitions = definitions;
        copy.stalls = stalls;
        copy.logs = logs;
        copy.profile = profile;
        copy.housekeeping = housekeeping;
        copy.jobserver = jobserver;
        return copy;
    }

    /** What a build is told. */
    Settings settings(Roster roster, Hands hands, GraphView graph) {
        Learned learned = learned(roster, graph);
        Executor executor = ticker instanceof SimulatedTicker ? Runnable::run : hands;
        return new Settings(
                roster,
                output,
                executor,
                rebuilder,
                inputs,
                listeners,
                policy,
                learned.estimates,
                learned.runTimes,
                learned.complaint,
                backupCopies,
                fetchLimits,
                maxFailures,
                loadLimit,
                ticker,
                clock,
                terminateGrace,
                stopFile(),
                hostPatience,
                hostLogs(),
                files(),
                locks,
                clearsStaleLocks,
                definitions,
                stalls,
                logs,
                profile,
                housekeeping,
                jobserver);
    }

    private SharedFiles files() {
        SharedFiles imagined = ticker instanceof SimulatedTicker simulated ? simulated.files() : null;
        return imagined == null ? new DiskFiles() : imagined;
    }

    private @Nullable Path stopFile() {
        LogDirectory directory = logs;
        return stopFile != null || directory == null
                ? stopFile
                : directory.path().resolve("stop");
    }

    private @Nullable Path hostLogs() {
        LogDirectory directory = logs;
        return hostLogs == null && directory != null && directory.has(LogDirectory.Log.HOSTS)
                ? directory.path()
                : hostLogs;
    }

    private record Learned(
            Estimates estimates,
            List<RunTimes> runTimes,
            @Nullable String complaint) {}

    private Learned learned(Roster roster, GraphView graph) {
        BuildHistory used = history;
        if (used == null) {
            return new Learned(Estimates.hints(), List.of(), null);
        }
        List<HostSpec> hosts =
                roster.members().stream().map(member -> member.backend().spec()).toList();
        try {
            Estimates estimates = used.estimates(hosts, graph);
            String damage = used.damage().orElse(null);
            return new Learned(estimates, List.of(used.learner()), damage == null ? null : "history: " + damage);
        } catch (IOException e) {
            return new Learned(
                    Estimates.hints(),
                    List.of(),
                    "the history in " + used.directory() + " cannot be read: " + FailureText.of(e)
                            + "; the build goes on without it");
        }
    }
}
