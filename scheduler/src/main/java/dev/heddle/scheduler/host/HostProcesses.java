package dev.heddle.scheduler.host;

import dev.heddle.core.Action;
import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.FailureText;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Work;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import dev.heddle.core.process.ShortageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What hosts with a process runner do alike: steps that are commands run there, and those that are actions run on threads of
 * this JVM and have their commands run there. May be used from any thread.
 *
 * @param <R> the kind of runner
 */
final class HostProcesses<R extends ProcessRunner> implements AutoCloseable {

    private static final RunningStep ENDED = grace -> {};

    private final HostSpec spec;
    private final Supplier<R> processes;
    private final BiFunction<R, HostJob, ProcessRunner> forJob;
    private final boolean here;
    private final ActionThreads slotted;
    private final ActionThreads unslotted;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock: made at the first command, so that a host that runs only actions starts no process.
    private @Nullable R runner;
    private boolean closed;

    /**
     * Names what it needs; nothing is started.
     *
     * @param here whether its processes are of this machine
     */
    HostProcesses(HostSpec spec, Supplier<R> processes, boolean here) {
        this(spec, processes, (runner, job) -> runner, here);
    }

    /**
     * Names what it needs, where a command is run otherwise for one job than for another; nothing is started.
     *
     * @param forJob the runner of a job's commands; not closed
     */
    HostProcesses(HostSpec spec, Supplier<R> processes, BiFunction<R, HostJob, ProcessRunner> forJob, boolean here) {
        this.spec = spec;
        this.processes = processes;
        this.forJob = forJob;
        this.here = here;
        this.slotted = new ActionThreads("heddle-" + spec.name(), spec.slots());
        this.unslotted = new ActionThreads("heddle-" + spec.name() + "-io", spec.unslotted());
    }

    private R runner() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("host " + spec.name() + " is closed");
            }
            if (runner == null) {
                runner = processes.get();
            }
            return runner;
        } finally {
            lock.unlock();
        }
    }

    private ProcessRunner runner(HostJob job) {
        return forJob.apply(runner(), job);
    }

    /** The runner, if there is one by now. */
    @Nullable
    R made() {
        lock.lock();
        try {
            return runner;
        } finally {
            lock.unlock();
        }
    }

    RunningStep start(HostJob job, Work work, StepObserver observer) {
        if (work instanceof Action action) {
            ActionRun run = new ActionRun(job, action, observer, () -> runner(job));
            (job.lease().slots() == 0 ? unslotted : slotted).execute(run);
            return run;
        }
        return start(job, (Command) work, observer);
    }

    private RunningStep start(HostJob job, Command command, StepObserver observer) {
        RunningProcess process;
        try {
            process = runner(job).start(command, job.output());
        } catch (UncheckedIOException e) {
            observer.ended(new StepEnd.Lost(e.getMessage() + ": " + e.getCause()));
            return ENDED;
        } catch (ShortageException | IllegalStateException | OutOfMemoryError e) {
            // The machine is short of something, the runner is closed, or there is no further thread: not the task's
            // fault.
            observer.ended(new StepEnd.Lost(String.valueOf(e.getMessage())));
            return ENDED;
        } catch (IOException e) {
            observer.ended(new StepEnd.NotStarted(FailureText.of(e)));
            return ENDED;
        }
        var unused = process.began().thenAccept(pid -> observer.started(here ? pid : 0));
        unused = process.ended().thenAccept(end -> {
            remark(end, job.output());
            observer.ended(stepEnd(end));
        });
        return process::terminate;
    }

    private static StepEnd stepEnd(ProcessEnd end) {
        String problem = end.problem();
        if (problem == null) {
            return new StepEnd.Exited(end);
        }
        return end.refused() ? new StepEnd.NotStarted(problem) : new StepEnd.Lost(problem);
    }

    /** Says in a job's output what its reader should know of how a command ended. */
    static void remark(ProcessEnd end, JobOutput output) {
        String remark = end.remark().orElse("");
        if (remark.isEmpty()) {
            return;
        }
        try {
            output.write(Channel.WARNING, remark.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalStateException e) {
            // The output was closed under the job, whose end must be told all the same.
        }
    }

    /** Ends what still runs. A second close does nothing. */
    @Override
    public void close() {
        ProcessRunner ending;
        lock.lock();
        try {
            closed = true;
            ending = runner;
            runner = null;
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            ending.close();
        }
        slotted.close();
        unslotted.close();
    }
}
