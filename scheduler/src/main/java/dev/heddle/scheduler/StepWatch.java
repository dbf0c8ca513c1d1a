package dev.heddle.scheduler;

import dev.heddle.core.Outcome;
import dev.heddle.scheduler.host.RunningStep;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.host.StepObserver;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a step, seen from both sides: the host tells it what happens, the loop may end it. Late and repeated news
 * of an attempt that is over are recognised by the watch they came through.
 */
final class StepWatch implements StepObserver {

    final JobRun job;
    private final Jobs jobs;
    /** For the loop: as what it ends that ran into a limit, or null. */
    Outcome.@Nullable TimedOut timedOut;
    /** For the loop: whether its end was seen. */
    boolean ended;

    /** Where its command tells what comes next; set before the host is given it. */
    volatile @Nullable Path stepFile;

    private volatile @Nullable RunningStep running;
    private volatile @Nullable Duration wanted;

    /** The ticker's time at the start, where the host told one. */
    long startNanos;
    /** The ticker's time at the end. */
    long endNanos;

    private volatile long pid;

    StepWatch(JobRun job, Jobs jobs) {
        this.job = job;
        this.jobs = jobs;
    }

    /** Called once, when the host has taken the step. */
    void running(RunningStep step) {
        running = step;
        Duration grace = wanted;
        if (grace != null) {
            step.terminate(grace);
        }
    }

    /** Notes that the attempt is to end: the host is not to be given it any more. */
    void unwant(Duration grace) {
        wanted = grace;
    }

    /** Ends the attempt, now or as soon as the host has taken it. */
    void terminate(Duration grace) {
        wanted = grace;
        RunningStep step = running;
        if (step != null) {
            step.terminate(grace);
        }
    }

    /** The process on this machine, or 0. */
    long pid() {
        return pid;
    }

    /** Whether it was to end before it began. */
    boolean isUnwanted() {
        return wanted != null;
    }

    @Override
    public void started(long pid) {
        startNanos = jobs.ticks();
        this.pid = pid;
        jobs.tellStarted(this, pid);
    }

    @Override
    public void ended(StepEnd end) {
        endNanos = jobs.ticks();
        jobs.tellEnded(this, end);
    }
}
