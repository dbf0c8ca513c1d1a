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
        Tries before = tries.get(task);
        return before == null ? 1 : before.failures + before.losses + before.copies + 1;
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
     * An attempt at the task failed; there is another if it has one left. There is none beside an attempt that was given up and
     * runs on: the two would write the same files.
     */
    void failed(int task, JobRun job, Outcome outcome) {
        Tries before = tries.computeIfAbsent(task, t -> new Tries());
        boolean again = ++before.failures < job.task.retry().attempts() && !isFinal(outcome) && !job.givenUp;
        if (!isFinal(outcome)) {
            doubts.failed(job.start.host(), task, again);
        }
        if (!again) {
            failures.accept(task, outcome);
            return;
        }
        desk.move(task, TaskState.QUEUED);
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
