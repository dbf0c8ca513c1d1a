package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.JobInfo;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import dev.heddle.scheduler.host.StepEnd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that run: takes each through its steps, with their limits, repetitions and cancellation, and closes its output
 * before its end counts.
 *
 * <p>Owned by the loop's thread but for what a {@link StepWatch} or a job's own thread calls; those leave a message.
 */
final class Jobs {

    /** What becomes of a job. */
    interface Ends {
        /** The steps are over; the answer is the job's outcome, given what it added to the graph. */
        Outcome stepsOver(JobRun job, Outcome outcome);

        /** The job is over, its output closed, its slots given back. */
        void over(JobRun job, Outcome outcome, @Nullable String lost);

        /** The job of a task that had been given up has ended after all. */
        void ranOn(int task);

        /** A host lost a job, or ran one well. */
        void hostDid(HostState host, @Nullable String lost);

        /** A step begins. */
        void stepBegins(Step step);

        /** A step is done that others may wait for. */
        void stepDone(int task, int step);
    }

    private static final Outcome DONE_AT_ONCE = new Outcome.Succeeded(Duration.ZERO);

    private final Settings settings;
    private final Inbox inbox;
    private final Timers timers;
    private final Events events;
    private final Dispatcher dispatcher;
    private final Ends ends;
    private final Growth growth;
    private final PortCalls ports;
    private final @Nullable StepFiles stepFiles;
    private final boolean quick;
    private final List<JobRun> running = new ArrayList<>();
    private final JobNotes notes;
    private long numbers;
    private int closing;

    Jobs(Surroundings around, Dispatcher dispatcher, Growth growth, Ends ends) {
        this.settings = around.settings();
        this.inbox = around.inbox();
        this.timers = around.timers();
        this.events = around.events();
        this.notes = new JobNotes(events, inbox);
        this.dispatcher = dispatcher;
        this.ends = ends;
        this.growth = growth;
        Path stepFiles = settings.housekeeping().stepFiles();
        this.stepFiles = stepFiles == null ? null : new StepFiles(stepFiles);
        this.ports = new PortCalls(settings, growth, this.stepFiles);
        this.quick = ports.needless();
    }

    int running() {
        return running.size();
    }

    List<JobRun> list() {
        return running;
    }

    long ticks() {
        return settings.ticker().getAsLong();
    }

    /**
     * Starts a job that was given its resources.
     *
     * @param attempt its number, from 1 for a task
     * @param fresh whether no earlier attempt can have left anything that this one finds
     */
    JobRun start(Dispatcher.Start start, Task task, int attempt, boolean fresh) {
        String host = start.host().spec.name();
        JobInfo info =
                new JobInfo(++numbers, task.name(), task.component().orElse(null), describe(task), host, attempt);
        Scratch scratch = settings.housekeeping().scratch(task, start.host());
        Pipeline steps = settings.housekeeping().pipeline(task, scratch);
        JobRun job = new JobRun(start, info, steps, settings.output(), notes::noted);
        job.fresh = fresh;
        job.scratch = scratch;
        job.startedAt = events.now();
        job.place = running.size();
        running.add(job);
        dispatcher.started(start);
        events.jobStarted(job);
        task.timeout()
                .ifPresent(limit -> job.taskTimer = after(limit, () -> {
                    job.outOfTime = true;
                    timeOut(job, limit, false);
                }));
        startStep(job);
        return job;
    }

    private static String describe(Task task) {
        return task.description()
                .orElseGet(() -> !task.steps().isEmpty() && task.steps().get(0).work() instanceof Command command
                        ? command.display()
                        : task.name());
    }

    private Timers.Timer after(Duration delay, Runnable action) {
        return timers.after(events.now(), delay, action);
    }

    private void startStep(JobRun job) {
        Step step = job.currentStep();
        StepWatch watch = new StepWatch(job, this);
        job.watch = watch;
        job.stepStartedAt = events.now();
        growth.begin(job);
        ends.stepBegins(step);
        Duration limit = step.timeout();
        if (limit != null) {
            job.stepTimer = after(limit, () -> timeOut(job, limit, false));
        }
        if (quick && job.start.host().backend.queuesAhead()) {
            ports.begin(job, watch);
        } else {
            settings.hands().execute(() -> ports.begin(job, watch));
        }
    }

    void tellStarted(StepWatch watch, long pid) {
        if (events.enabled()) {
            inbox.post(() -> {
                if (watch.job.watch == watch && !watch.ended) {
                    events.stepStarted(watch.job, pid);
                }
            });
        }
    }

    void tellEnded(StepWatch watch, StepEnd end) {
        Path file = watch.stepFile;
        StepFiles files = stepFiles;
        if (file == null || files == null) {
            inbox.post(() -> ended(watch, end));
            return;
        }
        settings.hands().execute(() -> {
            StepEnd last = files.end(watch.job, file, end);
            inbox.post(() -> ended(watch, last));
        });
    }

    private void ended(StepWatch watch, StepEnd end) {
        JobRun job = watch.job;
        if (watch.ended || job.watch != watch) {
            return; // Told twice.
        }
        watch.ended = true;
        growth.end(job);
        if (job.givenUp) {
            dispatcher.giveBack(job.start, false);
            if (job.superseded == null) {
                ends.ranOn(job.start.task());
            }
            settings.hands().execute(() -> ports.endLate(job));
            return;
        }
        cancel(job.stepTimer);
        cancel(job.giveUpTimer);
        if (end instanceof StepEnd.Lost lost && watch.timedOut == null && job.cancelled == null) {
            stepFinished(job, lostOutcome(job, lost.why()));
            ends.hostDid(job.start.host(), lost.why());
            endJob(job, lostOutcome(job, lost.why()), lost.why());
            return;
        }
        Outcome outcome = judge(job, watch, end);
        stepFinished(job, outcome);
        if (end instanceof StepEnd.Exited || end instanceof StepEnd.Returned) {
            ends.hostDid(job.start.host(), null);
        }
        if (outcome.isSuccess()) {
            next(job, watch);
        } else {
            again(job, outcome);
        }
    }

    private void stepFinished(JobRun job, Outcome outcome) {
        events.stepFinished(job, outcome, Duration.ofNanos(events.now() - job.stepStartedAt));
    }

    private static Outcome lostOutcome(JobRun job, String why) {
        return new Outcome.Failed(
                job.currentStep().name(), new FailureCause.HostLost(job.info.host(), why), job.lastLines());
    }

    private Outcome judge(JobRun job, StepWatch watch, StepEnd end) {
        Step step = job.currentStep();
        if (watch.timedOut != null) {
            return watch.timedOut;
        }
        FailureCause cause = Judgement.of(step, end);
        if (cause == null) {
            return DONE_AT_ONCE;
        }
        if (job.cancelled != null) {
            return new Outcome.Cancelled(job.cancelled);
        }
        return new Outcome.Failed(step.name(), cause, job.lastLines());
    }

    private void next(JobRun job, StepWatch watch) {
        if (!job.steps.settle()) {
            long nanos = events.now() - job.startedAt;
            if (!job.steps.grew()
                    && job.start.kind().brief()
                    && job.start.host().backend.queuesAhead()) {
                nanos = watch.endNanos - watch.startNanos;
                job.start.host().learnBrief(nanos);
            }
            endJob(job, new Outcome.Succeeded(Duration.ofNanos(nanos)), null);
        } else if (job.cancelled != null) {
            endJob(job, new Outcome.Cancelled(job.cancelled), null);
        } else {
            job.steps.advance(step -> ends.stepDone(job.start.task(), step));
            job.stepAttempt = 1;
            startStep(job);
        }
    }

    private void again(JobRun job, Outcome outcome) {
        Step step = job.currentStep();
        boolean repeatable = !(outcome instanceof Outcome.Cancelled) && job.cancelled == null;
        if (!repeatable || job.outOfTime || job.stepAttempt >= step.retry().attempts()) {
            endJob(job, outcome, null);
            return;
        }
        job.stepAttempt++;
        job.dropExpansions();
        job.steps.forget();
        job.watch = null;
        job.stepTimer = after(step.retry().delay(), () -> startStep(job));
    }

    /** Ends the step of a job that has done nothing for too long, as if it had run into its limit. */
    void stuck(JobRun job, Duration limit) {
        if (job.cancelled == null) {
            timeOut(job, limit, true);
        }
    }

    private void timeOut(JobRun job, Duration limit, boolean idle) {
        if (job.ended) {
            return;
        }
        StepWatch watch = job.watch;
        if (watch == null) { // Between two attempts at a step.
            cancel(job.stepTimer);
            endJob(job, new Outcome.TimedOut(job.currentStep().name(), limit, idle), null);
        } else if (watch.timedOut == null) {
            watch.timedOut = new Outcome.TimedOut(job.currentStep().name(), limit, idle);
            end(job, watch, settings.terminateGrace());
        }
    }

    private void end(JobRun job, StepWatch watch, Duration grace) {
        cancel(job.giveUpTimer);
        Duration kill = job.start.host().backend.killTime();
        job.giveUpTimer = after(grace.plus(kill), () -> giveUp(job, watch));
        watch.unwant(grace);
        settings.hands().execute(() -> PortCalls.terminate(watch, grace));
    }

    /** A step does not end: its job ends without it, and its slots, pools and locks stay taken until it does. */
    private void giveUp(JobRun job, StepWatch watch) {
        if (job.ended || watch.ended || job.watch != watch) {
            return;
        }
        cancel(job.stepTimer);
        job.givenUp = true;
        dispatcher.gaveUp(job.start);
        events.error("job " + job.info.job() + " of task '" + job.info.task() + "' on host " + job.info.host()
                + " does not end although it was told to; its slots and locks stay taken");
        Outcome outcome =
                watch.timedOut != null ? watch.timedOut : new Outcome.Cancelled(String.valueOf(job.cancelled));
        stepFinished(job, outcome);
        endJob(job, outcome, null);
    }

    /** Ends a job early. */
    void cancel(JobRun job, String why, Duration grace) {
        if (job.ended || job.cancelled != null) {
            return;
        }
        job.cancelled = why;
        StepWatch watch = job.watch;
        if (watch == null) {
            cancel(job.stepTimer);
            endJob(job, new Outcome.Cancelled(why), null);
        } else if (watch.timedOut == null) {
            end(job, watch, grace);
        }
    }

    /** Has the steps of all jobs killed, whatever becomes of the jobs. */
    void kill() {
        for (JobRun job : running) {
            StepWatch watch = job.watch;
            if (watch != null) {
                watch.terminate(Duration.ZERO);
            }
        }
    }

    private static void cancel(Timers.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** Jobs whose steps are over and whose end does not count yet. */
    int closing() {
        return closing;
    }

    private void endJob(JobRun job, Outcome stepsOutcome, @Nullable String lost) {
        job.ended = true;
        cancel(job.taskTimer);
        Scratch scratch = job.scratch;
        if (scratch != null && lost == null && !job.givenUp) {
            job.scratch = null;
            Scratch.Removal removal = new Scratch.Removal(scratch, job, inbox, () -> endJob(job, stepsOutcome, null));
            removal.patience(after(Scratch.PATIENCE, removal::giveUp));
            settings.hands().execute(removal::begin);
            return;
        }
        closing++;
        Outcome outcome = lost == null ? ends.stepsOver(job, stepsOutcome) : stepsOutcome;
        // A failure may be the last one that is allowed: its slots stay taken until it counts.
        boolean keepsSlots = !job.givenUp && !outcome.isSuccess();
        if (!job.givenUp && !keepsSlots) {
            dispatcher.giveBack(job.start, true);
        }
        if (quick && job.openedOutput() == null) {
            closed(job, outcome, lost, keepsSlots);
        } else {
            settings.hands().execute(() -> {
                Outcome last = ports.end(job, outcome);
                inbox.post(() -> closed(job, last, lost, keepsSlots));
            });
        }
    }

    private void closed(JobRun job, Outcome outcome, @Nullable String lost, boolean keepsSlots) {
        if (keepsSlots) {
            dispatcher.giveBack(job.start, false);
        }
        over(job, outcome, lost);
    }

    private void over(JobRun job, Outcome outcome, @Nullable String lost) {
        closing--;
        JobRun last = running.remove(running.size() - 1);
        if (last != job) {
            running.set(job.place, last);
            last.place = job.place;
        }
        events.jobFinished(job, outcome, Duration.ofNanos(events.now() - job.startedAt));
        ends.over(job, outcome, lost);
    }

    /** What a running job does now, as text for {@code why}. */
    String describe(JobRun job) {
        return job.describe(events.now());
    }
}
