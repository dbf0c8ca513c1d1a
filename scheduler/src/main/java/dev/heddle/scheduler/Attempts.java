package dev.heddle.scheduler;

import dev.heddle.core.Outcome;
import dev.heddle.core.event.TaskState;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Whether a task whose job did not succeed gets another one, and when.
 *
 * <p>Owned by the loop's thread.
 */
final class Attempts {

    /** Times a task is given to another attempt because hosts lost it. */
    private static final int LOSSES = 10;

    /** Attempts at a task so far, for those few that need more than one. */
    private static final class Tries {
        int failures;
        int losses;
        int copies;
        /** Whether it was given an attempt more than its own, to see whether its host was at fault. */
        boolean extra;
    }

    private final Desk desk;
    private final Timers timers;
    private final Events events;
    private final Doubts doubts;
    private final BiConsumer<Integer, Outcome> failures;
    private final Map<Integer, Tries> tries = new HashMap<>();
    private int delayed;

    /**
     * @param failures told of tasks that get no further attempt
     */
    Attempts(Desk desk, Timers timers, Events events, Doubts doubts, BiConsumer<Integer, Outcome> failures) {
        this.desk = desk;
        this.timers = timers;
        this.events = events;
        this.doubts = doubts;
        this.failures = failures;
    }

    /** The number of the task's next attempt, from 1. */
    int number(int task) {
        Tries before = tries.isEmpty() ? null : tries.get(task);
        return before == null ? 1 : before.failures + before.losses + before.copies + 1;
    }

    /** Whether no earlier attempt can have left anything that the next one finds; a copy beside it leaves nothing. */
    boolean isFresh(int task) {
        Tries before = tries.isEmpty() ? null : tries.get(task);
        return before == null || before.failures + before.losses == 0;
    }

    /** The task gets a job besides the one that runs. */
    void copied(int task) {
        tries.computeIfAbsent(task, t -> new Tries()).copies++;
    }

    /** How many tasks wait for the time of their next attempt. */
    int delayed() {
        return delayed;
    }

    /** A host lost the task's job, which is tried again a few times. */
    void lost(int task, Outcome outcome) {
        Tries before = tries.computeIfAbsent(task, t -> new Tries());
        desk.move(task, TaskState.UNFINISHED);
        if (++before.losses > LOSSES) {
            failures.accept(task, outcome);
        } else {
            desk.queue(task);
        }
    }

    /**
     * An attempt at the task failed; there is another, on another host if one is up, if it has one left, or if its failure makes its host
     * doubtful: then it is tried once more, for that may not have been its own fault. There is none beside an attempt that was given up and
     * runs on: the two would write the same files.
     */
    void failed(int task, JobRun job, Outcome outcome) {
        Tries before = tries.computeIfAbsent(task, t -> new Tries());
        boolean again = ++before.failures < job.task.retry().attempts() && !isFinal(outcome) && !job.givenUp;
        HostState host = job.start.host();
        boolean doubted = !isFinal(outcome) && doubts.failed(host, task, again);
        if (doubted && !again && !before.extra && !job.givenUp) {
            before.extra = true;
            again = true;
            doubts.ask(task, host);
        }
        if (!again) {
            failures.accept(task, outcome);
            return;
        }
        desk.move(task, TaskState.QUEUED);
        desk.dispatcher().avoid(task, host);
        delayed++;
        timers.after(events.now(), job.task.retry().delay(), () -> {
            delayed--;
            // A late dependency may have taken it out of the queue, and its end may have brought it back already.
            if (desk.states().state(task) == TaskState.QUEUED && desk.states().heapPlace[task] < 0) {
                desk.queue(task);
            }
        });
    }

    private static boolean isFinal(Outcome outcome) {
        return outcome instanceof Outcome.Failed failed && failed.cause() instanceof Outcome.FailureCause.Rejected;
    }
}
