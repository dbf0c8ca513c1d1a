package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.Expansion;
import dev.heddle.core.InputTransfer;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Lease;
import dev.heddle.core.OutputPort;
import dev.heddle.core.Slots;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import dev.heddle.core.Work;
import dev.heddle.scheduler.host.HostJob;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One job: an attempt to run a task on a host, from the opening of its output to the closing.
 *
 * <p>The fields marked so belong to the loop's thread; the methods of {@link HostJob} are for the host's threads.
 */
final class JobRun implements HostJob {

    final Dispatcher.Start start;
    final Task task;
    final JobInfo info;
    final Pipeline steps;
    private final Lease lease;
    private final @Nullable UnaryOperator<Command> outfit;
    private final OutputPort port;
    private final BiConsumer<JobRun, JobNote> notes;

    // Set before the first step starts, by the thread that starts it.
    private volatile @Nullable OutputTail output;
    volatile InputTransfer.@Nullable Hold hold;

    /** What its action uses, made when it asks unless it may be lent more. */
    volatile @Nullable JobSlots slots;
    /** What its command may be lent, or null. */
    volatile @Nullable CommandSlots commandSlots;

    // Owned by the loop's thread.
    int stepAttempt = 1;
    long startedAt;
    long stepStartedAt;

    @Nullable
    StepWatch watch;

    Timers.@Nullable Timer stepTimer;
    Timers.@Nullable Timer taskTimer;
    Timers.@Nullable Timer giveUpTimer;
    /** Its directory in memory, until that is removed; or null. */
    @Nullable
    Scratch scratch;
    /** Why it is to be cancelled, or null. */
    @Nullable
    String cancelled;
    /** Why it counts for nothing although its task is done, or null. */
    @Nullable
    String superseded;
    /** Whether the task's own limit was run into: no step is tried again. */
    boolean outOfTime;
    /** Whether its steps are over; its output may still have to be closed. */
    boolean ended;
    /** Whether it was given up while a step of it still held its slots. */
    boolean givenUp;
    /** The slots that may be lent to its step, or null. */
    Growth.@Nullable Stretch stretch;
    /** Whether no earlier attempt can have left anything that it found; set before anybody is told of it. */
    boolean fresh;
    /** Place in the list of running jobs. */
    int place;

    /** Made at the first, and guarded by itself; most jobs add nothing. */
    private volatile @Nullable List<Expansion> expansions;

    JobRun(Dispatcher.Start start, JobInfo info, Pipeline steps, OutputPort port, BiConsumer<JobRun, JobNote> notes) {
        this.start = start;
        this.task = steps.task();
        this.info = info;
        this.port = port;
        this.steps = steps;
        this.notes = notes;
        this.outfit = start.host().outfit;
        this.lease = new Lease(info.host(), start.host().slotsFor(start.kind().slots()));
    }

    Step currentStep() {
        return steps.current();
    }

    /** The work of the current step, with the task's variables set for a command that does not set them itself. */
    Work currentWork() {
        Work work = currentStep().work();
        if (!(work instanceof Command command)) {
            return work;
        }
        Command whole = command.envDefaults(task.environment());
        Scratch memory = scratch;
        if (memory != null) {
            whole = whole.env(Scratch.VARIABLE, memory.directory().toString());
        }
        CommandSlots own = commandSlots;
        Command grows = own == null ? null : own.outfit(whole);
        if (grows != null) {
            return grows;
        }
        UnaryOperator<Command> shared = outfit;
        return shared == null || lease.slots() == 0 ? whole : shared.apply(whole);
    }

    /** Opens the output unless it is open. */
    OutputTail openOutput() {
        OutputTail opened = output;
        return opened != null ? opened : openOnce();
    }

    private synchronized OutputTail openOnce() {
        OutputTail opened = output;
        if (opened == null) {
            opened = new OutputTail(port.open(info));
            output = opened;
        }
        return opened;
    }

    /** The output, or null if nothing was ever opened. */
    @Nullable
    OutputTail openedOutput() {
        return output;
    }

    List<String> lastLines() {
        OutputTail opened = output;
        return opened == null ? List.of() : opened.lastLines();
    }

    /** What the job adds to the graph; for the loop, once the last step has ended. */
    List<Expansion> expansions() {
        List<Expansion> added = expansions;
        if (added == null) {
            return List.of();
        }
        synchronized (added) {
            return List.copyOf(added);
        }
    }

    /** Forgets what a failed attempt at a step added. */
    void dropExpansions() {
        expansions = null;
    }

    @Override
    public void next(List<Step> added) {
        steps.next(added);
    }

    @Override
    public void skip(List<String> names) {
        steps.skip(names);
    }

    @Override
    public JobInfo info() {
        return info;
    }

    @Override
    public Task task() {
        return task;
    }

    @Override
    public Lease lease() {
        return lease;
    }

    @Override
    public Slots slots() {
        JobSlots own = slots;
        return own != null ? own : fixedSlots();
    }

    private synchronized JobSlots fixedSlots() {
        JobSlots own = slots;
        if (own == null) {
            own = JobSlots.fixed(lease.slots());
            slots = own;
        }
        return own;
    }

    /** What it does now, as text for {@code why}; for the loop's thread. */
    String describe(long now) {
        String step = "step '" + currentStep().name() + "' of job " + info.job();
        if (ended) {
            return "the output of job " + info.job() + " is being closed";
        }
        if (watch == null) {
            return step + " waits for the time of its next attempt";
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(now - stepStartedAt);
        return step + " runs on host " + info.host() + " for " + seconds + " s";
    }

    @Override
    public JobOutput output() {
        return openOutput();
    }

    @Override
    public void note(JobNote note) {
        notes.accept(this, note);
    }

    @Override
    public void expand(Expansion expansion) {
        List<Expansion> added = expansions;
        if (added == null) {
            added = firstExpansions();
        }
        synchronized (added) {
            added.add(expansion);
        }
    }

    private synchronized List<Expansion> firstExpansions() {
        List<Expansion> added = expansions;
        if (added == null) {
            added = new ArrayList<>();
            expansions = added;
        }
        return added;
    }
}
