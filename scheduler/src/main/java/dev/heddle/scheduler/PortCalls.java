package dev.heddle.scheduler;

import dev.heddle.core.InputTransfer;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.Work;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostJob;
import dev.heddle.scheduler.host.RunningStep;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.host.StepObserver;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job wants of hosts and ports: all of it may block, and all of it is the embedder's code, whose faults become the
 * job's outcome.
 *
 * <p>Its methods run on worker threads, at most one at a time for a job, but for {@link #terminate}.
 */
final class PortCalls {

    private final Settings settings;
    private final Growth growth;
    private final @Nullable StepFiles stepFiles;

    /**
     * For the jobs of a build.
     *
     * @param growth makes what a command needs that can be lent slots
     * @param stepFiles where commands tell what comes next, or null
     */
    PortCalls(Settings settings, Growth growth, @Nullable StepFiles stepFiles) {
        this.settings = settings;
        this.growth = growth;
        this.stepFiles = stepFiles;
    }

    /** Whether nothing need be opened or brought before a job can start. */
    boolean needless() {
        return settings.discardsOutput() && settings.inputs() == null;
    }

    /** Makes the job ready if it is new, and gives the step to the host. */
    void begin(JobRun job, StepWatch watch) {
        try {
            if (!needless()) {
                job.openOutput();
                InputTransfer inputs = settings.inputs();
                if (inputs != null && job.hold == null) {
                    job.hold = inputs.bring(job.task, job.info.host());
                }
            }
            if (watch.isUnwanted()) {
                watch.ended(new StepEnd.NotStarted("it was ended before it began"));
                return;
            }
            growth.open(job);
            StepFiles files = stepFiles;
            Work work = files == null ? job.currentWork() : files.begin(job.currentWork(), watch);
            watch.running(job.start.host().backend.start(job, work, watch));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            watch.ended(new StepEnd.Lost("interrupted while it was started"));
        } catch (Throwable e) { // The worker's entry: ports and hosts are the embedder's code.
            watch.ended(new StepEnd.Threw(e));
        }
    }

    /** Lets a host start what belongs to no task; null if it could not, which the observer is then told. */
    static @Nullable RunningStep start(HostBackend host, HostJob job, Work work, StepObserver observer) {
        try {
            return host.start(job, work, observer);
        } catch (Throwable e) { // The worker's entry: hosts are the embedder's code.
            observer.ended(new StepEnd.Threw(e));
            return null;
        }
    }

    /** The load of a host, or a negative number if it cannot be learned. */
    static double load(HostBackend host) {
        try {
            return host.load();
        } catch (RuntimeException e) { // The host is the embedder's code; what it does not know limits nothing.
            return -1;
        }
    }

    /** What a host knows of itself. */
    static Map<String, String> facts(HostBackend host) {
        try {
            return Map.copyOf(host.facts());
        } catch (RuntimeException e) { // The host is the embedder's code; what it does not know limits nothing.
            return Map.of();
        }
    }

    /** Asks the host to end a step. */
    static void terminate(StepWatch watch, Duration grace) {
        try {
            watch.terminate(grace);
        } catch (RuntimeException e) { // The host is the embedder's code; a step that does not end is given up.
            return;
        }
    }

    /** Fetches what was made, and ends the output; gives the outcome, which is a failure if that failed. */
    Outcome end(JobRun job, Outcome outcome) {
        Outcome last = outcome;
        InputTransfer inputs = settings.inputs();
        try {
            if (inputs != null && outcome.isSuccess()) {
                inputs.fetch(job.task, job.info.host());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            last = new Outcome.Cancelled("interrupted while outputs were fetched");
        } catch (Throwable e) { // The worker's entry: the port is the embedder's code.
            last = failed(job, last, e);
        }
        last = letGo(job, last);
        OutputTail output = job.openedOutput();
        if (output != null) {
            try {
                output.finish(last);
            } catch (Throwable e) { // As above; the output is closed all the same.
                last = failed(job, last, e);
            }
        }
        return close(job, last);
    }

    /** Ends what a job that was given up got hold of after that. */
    void endLate(JobRun job) {
        Outcome nobodyAsks = new Outcome.Cancelled("given up");
        letGo(job, nobodyAsks);
        close(job, nobodyAsks);
    }

    private static Outcome letGo(JobRun job, Outcome outcome) {
        InputTransfer.Hold hold = job.hold;
        try {
            if (hold != null) {
                hold.close();
            }
            return outcome;
        } catch (Throwable e) { // The worker's entry: the port is the embedder's code.
            return failed(job, outcome, e);
        }
    }

    private static Outcome close(JobRun job, Outcome outcome) {
        OutputTail output = job.openedOutput();
        try {
            if (output != null) {
                output.close();
            }
            return outcome;
        } catch (Throwable e) { // The worker's entry: the port is the embedder's code.
            return failed(job, outcome, e);
        }
    }

    /** What went wrong first is what is told. */
    private static Outcome failed(JobRun job, Outcome outcome, Throwable thrown) {
        return outcome.isSuccess()
                ? new Outcome.Failed(job.currentStep().name(), new FailureCause.Thrown(thrown), job.lastLines())
                : outcome;
    }
}
