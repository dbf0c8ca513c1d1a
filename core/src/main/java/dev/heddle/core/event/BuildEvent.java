package dev.heddle.core.event;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fact about a build. Events of one build are totally ordered by their sequence number.
 *
 * <p>New kinds of event may be added: a {@code switch} over events needs a default branch.
 */
public sealed interface BuildEvent {

    /** When and where in the order it happened. */
    Stamp at();

    /**
     * The place of an event in its build.
     *
     * @param sequence 1 for the first event of the build, then one more for each
     * @param nanos monotonic time since the build began, in nanoseconds
     * @param time wall time
     */
    record Stamp(long sequence, long nanos, Instant time) {}

    /**
     * The build began.
     *
     * @param at order and time
     * @param tasks tasks known so far
     * @param edges dependencies known so far
     */
    record BuildStarted(Stamp at, int tasks, int edges) implements BuildEvent {}

    /**
     * Tasks or dependencies were added.
     *
     * @param at order and time
     * @param tasks tasks now known
     * @param edges dependencies now known
     * @param complete whether discovery has ended
     */
    record GraphChanged(Stamp at, int tasks, int edges, boolean complete) implements BuildEvent {}

    /**
     * A task moved from one state to another.
     *
     * @param at order and time
     * @param task name of the task
     * @param from the state it left
     * @param to the state it is in
     */
    record TaskStateChanged(Stamp at, String task, TaskState from, TaskState to) implements BuildEvent {}

    /**
     * A job was given to a host.
     *
     * @param at order and time
     * @param job what runs
     * @param slots slots it holds
     */
    record JobStarted(Stamp at, JobInfo job, int slots) implements BuildEvent {}

    /**
     * A step of a job began.
     *
     * @param at order and time
     * @param job number of the job
     * @param step name of the step
     * @param pid process id where the step is a process of this machine, otherwise 0
     */
    record StepStarted(Stamp at, long job, String step, long pid) implements BuildEvent {}

    /**
     * A step of a job ended.
     *
     * @param at order and time
     * @param job number of the job
     * @param step name of the step
     * @param outcome how it ended
     * @param elapsed how long it took
     */
    record StepFinished(Stamp at, long job, String step, Outcome outcome, Duration elapsed) implements BuildEvent {}

    /**
     * A job printed, or the engine did. The bytes themselves are in the journal.
     *
     * @param at order and time
     * @param job number of the job, 0 for the engine
     * @param channel where it printed
     * @param bytes how many bytes
     */
    record OutputWritten(Stamp at, long job, Channel channel, long bytes) implements BuildEvent {}

    /**
     * A complaint of a tool was recognised in what a job printed. It is told by whoever reads the output, behind the job: it may
     * come after the job's end.
     *
     * @param at order and time; the time is when the output was written
     * @param job what printed it
     * @param diagnostic what was recognised
     * @param offset where its first byte stands in the journal
     * @param bytes how many bytes of the job's output it takes from there; other jobs may have spoken in between
     */
    record DiagnosticFound(Stamp at, JobInfo job, Diagnostic diagnostic, long offset, long bytes)
            implements BuildEvent {}

    /**
     * A job told something about itself.
     *
     * @param at order and time
     * @param job number of the job
     * @param note what it told
     */
    record Noted(Stamp at, long job, JobNote note) implements BuildEvent {}

    /**
     * A job ended.
     *
     * @param at order and time
     * @param job what ran
     * @param outcome how it ended
     * @param elapsed how long it took
     */
    record JobFinished(Stamp at, JobInfo job, Outcome outcome, Duration elapsed) implements BuildEvent {}

    /**
     * A task has its final outcome; a task that was never started has one as well.
     *
     * @param at order and time
     * @param task name of the task
     * @param outcome how it ended
     */
    record TaskFinished(Stamp at, String task, Outcome outcome) implements BuildEvent {}

    /**
     * A host can take jobs.
     *
     * @param at order and time
     * @param host name of the host
     * @param slots how many at once
     */
    record HostUp(Stamp at, String host, int slots) implements BuildEvent {}

    /**
     * A host cannot take jobs for now.
     *
     * @param at order and time
     * @param host name of the host
     * @param why what is known
     */
    record HostDown(Stamp at, String host, String why) implements BuildEvent {}

    /**
     * A host was found unfit.
     *
     * @param at order and time
     * @param host name of the host
     * @param why in what it differs
     */
    record HostRefused(Stamp at, String host, String why) implements BuildEvent {}

    /**
     * A host is given no further job because someone wants it so. Told again when its last job has ended. {@link HostUp} tells
     * that it takes jobs again.
     *
     * @param at order and time
     * @param host name of the host
     * @param why who wants it
     * @param running jobs that still run there; 0 when it is drained
     */
    record HostDraining(Stamp at, String host, String why, int running) implements BuildEvent {}

    /**
     * Someone else's lock on a task was found.
     *
     * @param at order and time
     * @param task name of the task
     * @param owner who holds it, as far as known
     */
    record LockFound(Stamp at, String task, String owner) implements BuildEvent {}

    /**
     * The lock on a task is gone; the task goes back to the queue.
     *
     * @param at order and time
     * @param task name of the task
     */
    record LockGone(Stamp at, String task) implements BuildEvent {}

    /**
     * The engine says something.
     *
     * @param at order and time
     * @param channel {@link Channel#ERROR}, {@link Channel#WARNING} or {@link Channel#MESSAGE}
     * @param text one or more lines without a last end of line
     */
    record EngineMessage(Stamp at, Channel channel, String text) implements BuildEvent {}

    /**
     * The counters, told when they changed and time has passed.
     *
     * @param at order and time
     * @param counters tasks by state
     * @param troubled names of the failed and locked tasks, the first few
     */
    record Statistics(Stamp at, Counters counters, List<String> troubled) implements BuildEvent {
        /** Copies the list. */
        public Statistics {
            troubled = List.copyOf(troubled);
        }
    }

    /**
     * What decided how long the build took: the chain of tasks that ends with the task that finished last, each of which began
     * when the one before it, the last of its dependencies to finish, was done. Told once, before {@link BuildFinished}, unless no
     * task ran. A task for which nothing had to be done is passed over.
     *
     * @param at order and time
     * @param length time from the beginning of the first to the end of the last
     * @param tasks names, in the order in which they ran; of a longer chain the last {@value #MOST_TASKS}
     * @param omitted how many tasks stand before them
     */
    record CriticalPathFound(Stamp at, Duration length, List<String> tasks, int omitted) implements BuildEvent {
        /** Most tasks that are named. */
        public static final int MOST_TASKS = 200;

        /** Copies the list and checks the counts. */
        public CriticalPathFound {
            tasks = List.copyOf(tasks);
            if (tasks.size() > MOST_TASKS || omitted < 0) {
                throw new IllegalArgumentException("at most " + MOST_TASKS + " tasks are named, not " + tasks.size()
                        + ", and " + omitted + " cannot be left out");
            }
        }
    }

    /**
     * No further job is started, because someone asked for it or a task failed.
     *
     * @param at order and time
     * @param why the reason
     */
    record Stopping(Stamp at, String why) implements BuildEvent {}

    /**
     * The process stood still: it was stopped by a signal, or its machine slept. That time belongs to no job and not to the build;
     * the times of later events are without it.
     *
     * @param at order and time
     * @param elapsed how long, at most {@link #MOST}
     */
    record StoodStill(Stamp at, Duration elapsed) implements BuildEvent {
        /** Longest time that is told. */
        public static final Duration MOST = Duration.ofNanos(Long.MAX_VALUE);

        /** Checks the time. */
        public StoodStill {
            if (elapsed.isNegative() || elapsed.compareTo(MOST) > 0) {
                throw new IllegalArgumentException("a time from 0 to " + MOST + " is wanted, not " + elapsed);
            }
        }
    }

    /**
     * The build is over; the last event.
     *
     * @param at order and time
     * @param succeeded whether all that was wanted is there
     * @param counters tasks by state
     * @param upToDate how many of those that are there now had no need to run: they were up to date, or fetched
     * @param stopped why it ended early, or null
     */
    record BuildFinished(
            Stamp at,
            boolean succeeded,
            Counters counters,
            int upToDate,
            @Nullable String stopped) implements BuildEvent {}

    /**
     * Events that this listener did not get, because it was too slow.
     *
     * @param at order and time of the last of them
     * @param lost how many
     */
    record Gap(Stamp at, long lost) implements BuildEvent {}
}
