package dev.heddle.scheduler.testing;

import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.Counters;
import dev.heddle.core.event.TaskState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules that what is told of tasks has to obey: one order of all events, legal ways from state to state, nothing before what it
 * needs, nothing twice, nothing lost, and counters that agree with it.
 */
final class TaskRules {

    /** Different tasks that fail on a host in a row, after which the last of them may be tried once more, elsewhere. */
    private static final int ROW = 3;

    /** Attempts that a task gets beyond its own because hosts lost it. */
    private static final int LOSSES = 10;

    /** Where a task may go from each state; written from the design, not from the engine's table. */
    private static final Map<TaskState, Set<TaskState>> WAYS = new EnumMap<>(Map.of(
            TaskState.WAITING, Set.of(TaskState.QUEUED, TaskState.BUILT, TaskState.FAILED, TaskState.IGNORED),
            TaskState.QUEUED,
                    Set.of(
                            TaskState.RUNNING,
                            TaskState.BUILT,
                            TaskState.HELD,
                            TaskState.LOCKED,
                            TaskState.WAITING,
                            TaskState.FAILED,
                            TaskState.IGNORED),
            TaskState.HELD, Set.of(TaskState.RELEASED, TaskState.WAITING, TaskState.FAILED, TaskState.IGNORED),
            TaskState.RELEASED,
                    Set.of(
                            TaskState.RUNNING,
                            TaskState.BUILT,
                            TaskState.HELD,
                            TaskState.LOCKED,
                            TaskState.WAITING,
                            TaskState.FAILED,
                            TaskState.IGNORED),
            TaskState.RUNNING, Set.of(TaskState.BUILT, TaskState.FAILED, TaskState.QUEUED, TaskState.UNFINISHED),
            TaskState.UNFINISHED, Set.of(TaskState.QUEUED, TaskState.WAITING, TaskState.FAILED, TaskState.IGNORED),
            TaskState.BUILT, Set.of(TaskState.USABLE),
            TaskState.USABLE, Set.of(TaskState.DONE),
            TaskState.DONE, Set.of(TaskState.USABLE)));

    static {
        WAYS.put(TaskState.LOCKED, Set.of(TaskState.QUEUED, TaskState.WAITING, TaskState.IGNORED));
        // Only as long as it has no end, and somebody removes its lock.
        WAYS.put(TaskState.FAILED, Set.of(TaskState.QUEUED, TaskState.WAITING));
    }

    private static final Set<TaskState> WAYS_BACK = Set.of(TaskState.QUEUED, TaskState.WAITING);

    private final Findings findings;
    private final Map<String, KnownTask> tasks;
    private final Map<Long, KnownTask> jobs = new TreeMap<>();
    private final EnumMap<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
    /** Tasks of which it was said at this moment that nothing needs them any more. */
    private final List<KnownTask> unneeded = new ArrayList<>();
    /** Tasks that are queued or put aside, in the order in which they came to it. */
    private final Set<KnownTask> queued = new LinkedHashSet<>();
    /** Tasks that wait for a lock to vanish. */
    private final Set<KnownTask> aside = new LinkedHashSet<>();

    /** By host, what failed there since it last built something. */
    private final Map<String, Set<String>> failedInRow = new TreeMap<>();

    private long sequence;
    private long nanos;
    private boolean finished;
    private @Nullable String stopping;
    /** Why nothing may start besides, or null. */
    private @Nullable String standstill;

    private long excusedUntil = -1;
    private int running;
    /** Jobs that were given up and really run on: what they hold may be what others wait for. */
    private int clinging;

    private boolean discovering;
    private final int mostFailures;
    private int failed;
    private @Nullable String stoppedAsTold;

    /**
     * @param discovering whether tasks may still come
     * @param mostFailures failed tasks after which nothing more may start, or 0
     */
    TaskRules(Findings findings, Map<String, KnownTask> tasks, boolean discovering, int mostFailures) {
        this.findings = findings;
        this.tasks = tasks;
        this.discovering = discovering;
        this.mostFailures = mostFailures;
        for (KnownTask task : tasks.values()) {
            if (task.here) {
                counts.merge(TaskState.WAITING, 1, Integer::sum);
            }
        }
    }

    /** A task came into the build. */
    void came(KnownTask task) {
        if (!task.here) {
            task.here = true;
            counts.merge(TaskState.WAITING, 1, Integer::sum);
        }
    }

    /** Whether nothing may start for now. */
    boolean isStandstill() {
        return stopping != null || standstill != null;
    }

    /** From now on nothing may start; null takes that back, and what was told of a stop. */
    void standstill(@Nullable String why) {
        standstill = why;
        if (why == null) {
            stopping = null;
        }
    }

    /** Until that time the engine may not have noticed that it may go on. */
    void excuse(long untilNanos) {
        excusedUntil = untilNanos;
    }

    /** Whether the engine may stand still. */
    boolean isExcused(long now) {
        return isStandstill() || now <= excusedUntil;
    }

    /** Tasks that are locked, or failed and have no end yet. */
    Set<KnownTask> aside() {
        return aside;
    }

    void clinging(int more) {
        clinging += more;
    }

    boolean isFinished() {
        return finished;
    }

    @Nullable
    String stoppedAsTold() {
        return stoppedAsTold;
    }

    Set<KnownTask> queued() {
        return queued;
    }

    void onEvent(BuildEvent event) {
        findings.check(!finished, "end", "told after the end: ", event);
        findings.check(event.at().sequence() == ++sequence, "order", "event ", sequence, " expected, not ", event);
        findings.check(event.at().nanos() >= nanos, "order", "time goes back: ", event);
        nanos = event.at().nanos();
        if (event instanceof BuildEvent.TaskStateChanged changed) {
            if (changed.to() != TaskState.DONE) {
                checkUnneeded();
            }
            moved(known(changed.task()), changed.from(), changed.to());
            return;
        }
        checkUnneeded();
        if (event instanceof BuildEvent.TaskFinished ended) {
            ended(known(ended.task()), ended.outcome());
        } else if (event instanceof BuildEvent.JobStarted started) {
            started(started);
        } else if (event instanceof BuildEvent.JobFinished over) {
            over(over);
        } else if (event instanceof BuildEvent.StepStarted step) {
            findings.check(jobs.containsKey(step.job()), "job", "a step of no job: ", step);
        } else if (event instanceof BuildEvent.StepFinished step) {
            findings.check(jobs.containsKey(step.job()), "job", "a step of no job: ", step);
        } else if (event instanceof BuildEvent.LockGone gone) {
            // Whoever removed it wants another attempt, and at once.
            KnownTask task = known(gone.task());
            findings.check(aside.contains(task), "locked", task, " has no lock that could be gone");
            task.failures = Math.min(task.failures, task.retry.attempts() - 1);
            task.losses = Math.min(task.losses, LOSSES);
            task.notBefore = 0;
        } else if (event instanceof BuildEvent.GraphChanged changed) {
            discovering &= !changed.complete();
        } else if (event instanceof BuildEvent.Stopping stop) {
            stopping = stop.why();
        } else if (event instanceof BuildEvent.Statistics statistics) {
            compare(statistics.counters());
        } else if (event instanceof BuildEvent.BuildFinished end) {
            finished = true;
            stoppedAsTold = end.stopped();
            compare(end.counters());
            findings.check(
                    end.stopped() == null || isExcused(nanos) || clinging > 0,
                    "gave up",
                    "the build ended though nobody stopped it: ",
                    end.stopped());
        }
    }

    private KnownTask known(String name) {
        KnownTask task = tasks.get(name);
        if (task == null) {
            throw new AssertionError("BUG: told of a task that there is not: " + name);
        }
        return task;
    }

    private void moved(KnownTask task, TaskState from, TaskState to) {
        findings.check(task.here, "state", task, " is not part of the build");
        findings.check(task.state == from, "state", task, " is said to leave ", from, " but is ", task.state);
        findings.check(task.outcome == null || !WAYS_BACK.contains(to), "state", task, " goes on after its end");
        findings.check(WAYS.getOrDefault(from, Set.of()).contains(to), "state", task, ": ", from, " to ", to);
        boolean adopted = to == TaskState.BUILT && (from == TaskState.QUEUED || from == TaskState.RELEASED);
        findings.check(!adopted || task.builtElsewhere, "state", task, " was not built by anybody");
        counts.merge(task.state, -1, Integer::sum);
        counts.merge(to, 1, Integer::sum);
        task.state = to;
        switch (to) {
            case QUEUED, HELD, RELEASED -> {
                queued.add(task);
                findings.check(task.isReady(), "early", task, " is queued before what it needs: ", task.needs);
            }
            case BUILT -> {
                findings.check(
                        task.made || task.upToDate || task.steps == 0,
                        "built",
                        task,
                        " is said to be built, and is not");
                findings.check(task.isReady(), "early", task, " is built before what it needs");
                task.built = true;
            }
            case USABLE -> findings.check(task.isUsable(), "usable", task, " is said to be usable, and is not");
            case DONE -> {
                findings.check(!discovering, "done", task, " is done while tasks may still come");
                unneeded.add(task);
            }
            default -> {}
        }
        if (to != TaskState.QUEUED && to != TaskState.HELD && to != TaskState.RELEASED) {
            queued.remove(task);
        }
        task.freeSince = -1;
        if (to == TaskState.LOCKED || to == TaskState.FAILED) {
            aside.add(task);
        } else {
            aside.remove(task);
        }
    }

    private void checkUnneeded() {
        for (int i = 0; i < unneeded.size(); i++) {
            KnownTask task = unneeded.get(i);
            KnownTask by = task.needer();
            findings.check(by == null, "done", task, " is said to be needed by nothing more, but ", by, " needs it");
        }
        unneeded.clear();
    }

    private void started(BuildEvent.JobStarted started) {
        KnownTask task = known(started.job().task());
        findings.check(!isStandstill(), "stop", task, " was started although ", standstill, " ", stopping);
        findings.check(task.state == TaskState.RUNNING, "state", task, " has a job and is ", task.state);
        findings.check(task.job == 0, "twice", task, " has two jobs");
        findings.check(jobs.put(started.job().job(), task) == null, "job", "two jobs have one number: ", started);
        findings.check(
                started.job().attempt() == ++task.jobs,
                "attempts",
                task,
                ": attempt ",
                started.job().attempt(),
                " is said to be the one after ",
                task.jobs - 1);
        findings.check(
                task.failures < task.retry.attempts() + (task.mayBeHosts ? 1 : 0) && task.losses <= LOSSES,
                "attempts",
                task,
                " is tried again after ",
                task.failures,
                " failures and ",
                task.losses,
                " losses");
        findings.check(nanos >= task.notBefore, "attempts", task, " is tried again before its delay is over");
        task.job = started.job().job();
        running++;
    }

    private void over(BuildEvent.JobFinished over) {
        KnownTask task = known(over.job().task());
        findings.check(
                task.job == over.job().job() && jobs.remove(over.job().job()) == task, "job", "no such job: ", over);
        task.job = 0;
        running--;
        if (isLoss(over.outcome())) {
            task.losses++;
        } else if (over.outcome() instanceof Outcome.Failed || over.outcome() instanceof Outcome.TimedOut) {
            task.failures++;
            task.failedOn = over.job().host();
            Set<String> row = failedInRow.computeIfAbsent(over.job().host(), host -> new LinkedHashSet<>());
            row.add(task.name);
            task.mayBeHosts |= row.size() >= ROW;
            task.notBefore = nanos + task.retry.delay().toNanos();
        }
        if (over.outcome().isSuccess()) {
            failedInRow.remove(over.job().host());
        }
        findings.check(!over.outcome().isSuccess() || !task.refused, "built", task, " adds what comes too late");
        findings.check(
                !over.outcome().isSuccess() || task.made, "built", task, " is said to have succeeded, and has not");
        task.made &= over.outcome().isSuccess();
    }

    private static boolean isRefusal(Outcome.Failed failed) {
        return failed.cause() instanceof FailureCause.Rejected;
    }

    private static boolean isLoss(Outcome outcome) {
        return outcome instanceof Outcome.Failed failed && failed.cause() instanceof FailureCause.HostLost;
    }

    private void ended(KnownTask task, Outcome outcome) {
        findings.check(task.outcome == null, "end", task, " ended twice: ", task.outcome, ", ", outcome);
        task.outcome = outcome;
        aside.remove(task);
        findings.check(task.job == 0, "end", task, " ended while a job of it runs");
        boolean fails = outcome instanceof Outcome.Failed || outcome instanceof Outcome.TimedOut;
        failed += fails ? 1 : 0;
        if (fails && mostFailures > 0 && failed >= mostFailures) {
            standstill = "too many tasks failed";
        }
        if (outcome instanceof Outcome.Cancelled) {
            findings.check(
                    isExcused(nanos) || clinging > 0,
                    "gave up",
                    task,
                    " was cancelled though nobody stopped the build");
        } else if (isLoss(outcome)) {
            findings.check(task.losses > LOSSES, "attempts", task, " failed after ", task.losses, " losses");
        } else if (fails) {
            // Beside an attempt that was given up and really runs on there is to be no other.
            boolean tried = task.failures >= task.retry.attempts() || task.live != 0;
            tried |= task.checkBreaks && task.jobs == 0;
            tried |= task.refused && outcome instanceof Outcome.Failed failed && isRefusal(failed);
            findings.check(tried, "attempts", task, " failed with attempts left: ", outcome);
        }
        TaskState fits = outcome.isSuccess()
                ? TaskState.BUILT
                : fails ? TaskState.FAILED : outcome instanceof Outcome.Locked ? TaskState.LOCKED : TaskState.IGNORED;
        findings.check(task.state == fits, "state", task, " is ", task.state, " and ended as ", outcome);
    }

    private int count(TaskState state) {
        return counts.getOrDefault(state, 0);
    }

    private void compare(Counters told) {
        Counters own = new Counters(
                count(TaskState.DONE),
                count(TaskState.USABLE),
                count(TaskState.BUILT),
                count(TaskState.QUEUED) + count(TaskState.HELD) + count(TaskState.RELEASED),
                count(TaskState.WAITING) + count(TaskState.UNFINISHED),
                count(TaskState.IGNORED),
                count(TaskState.FAILED) + count(TaskState.LOCKED),
                running);
        findings.check(told.equals(own), "counters", "told ", told, ", but it is ", own);
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        int told2 = told.done() + told.usable() + told.built() + told.queued() + told.waiting() + told.ignored();
        int left = all - told2 - told.failed();
        findings.check(left == count(TaskState.RUNNING), "counters", left, " tasks are in no counter: ", told);
    }
}
