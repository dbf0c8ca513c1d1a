package dev.heddle.scheduler;

import dev.heddle.core.InputTransfer;
import dev.heddle.core.OutputPort;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.event.BuildEventListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a build is told once and for all.
 *
 * @param roster the hosts that the scheduler has now
 * @param hands where the loop leaves what may block
 * @param rebuilder null if every task must run
 * @param inputs null if inputs need not be moved
 * @param estimates how long tasks are thought to take
 * @param runTimes who is told what jobs took; they are listeners as well
 * @param complaint what is to be told at the beginning, or null
 * @param backupCopies whether idle fast slots run once more what runs on slower ones
 * @param fetchLimits how many tasks that fetch run at once
 * @param maxFailures failed tasks after which no further job starts, 0 for no limit
 * @param loadLimit load above which a busy host is given nothing, or 0
 * @param hostPatience how long a build waits in which nothing can run for want of a host
 * @param hostLogs directory for what is told of hosts, or null
 * @param files the files by which others speak with the build
 * @param locks directory of lock files, or null
 * @param clearsStaleLocks whether locks of dead processes of this machine are removed
 * @param definitions where the definition of a task is read again whose lock a person removed, or null
 * @param stalls what is done about jobs that do nothing any more
 * @param logs where the build is told in files, or null
 * @param profile file of the build's trace, or null
 * @param housekeeping what is done around the steps of tasks
 * @param jobserver shares the slots of this machine with other programs, or null
 */
record Settings(
        Roster roster,
        OutputPort output,
        Executor hands,
        @Nullable Rebuilder rebuilder,
        @Nullable InputTransfer inputs,
        List<BuildEventListener> listeners,
        QueuePolicy policy,
        Estimates estimates,
        List<RunTimes> runTimes,
        @Nullable String complaint,
        boolean backupCopies,
        FetchLimits fetchLimits,
        int maxFailures,
        double loadLimit,
        LongSupplier ticker,
        InstantSource clock,
        Duration terminateGrace,
        @Nullable Path stopFile,
        Duration hostPatience,
        @Nullable Path hostLogs,
        SharedFiles files,
        @Nullable Path locks,
        boolean clearsStaleLocks,
        @Nullable TaskDefinitions definitions,
        Stalls.Policy stalls,
        @Nullable LogDirectory logs,
        @Nullable Path profile,
        Housekeeping housekeeping,
        @Nullable Jobserver jobserver) {

    Settings {
        runTimes = List.copyOf(runTimes);
        listeners = Stream.concat(listeners.stream(), runTimes.stream()).toList();
    }

    boolean discardsOutput() {
        return output == OutputPort.discard();
    }
}
