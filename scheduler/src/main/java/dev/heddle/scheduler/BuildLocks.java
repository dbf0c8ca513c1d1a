package dev.heddle.scheduler;

import dev.heddle.core.FailureText;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.LockDirectory.Busy;
import dev.heddle.scheduler.LockDirectory.Held;
import dev.heddle.scheduler.LockDirectory.Taking;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a build: a job starts when its task's lock and the exclusive ones it names are taken, and a task whose lock someone
 * else has, or that failed and left its own, is put aside until the file is gone.
 *
 * <p>A task that is put aside has no outcome yet, and what needs it waits: whoever removes its lock has it built in this very build.
 * When nothing else is left to do, those of the failed get their end; those that another scheduler builds are waited for.
 *
 * <p>Owned by the loop's thread; the disk is left to hands. Not {@code PathLocks} of a store, which are for processes and die with
 * them.
 */
final class BuildLocks {

    private static final int NO_PROCESS = -1;
    private static final int EXIT_SHIFT = 8;

    private final Surroundings around;
    private final LiveGraph graph;
    private final Desk desk;
    private final Checks checks;
    /** Null if there are no lock files: then every task that has its slots has all it needs. */
    private final @Nullable LockDirectory directory;

    private final Predicate<Dispatcher.Start> starter;

    private final Map<Integer, Held> held = new HashMap<>();
    /** Locks of jobs that were given up and run on. */
    private final Map<Integer, Held> kept = new HashMap<>();
    /** Tasks for which something is done on the disk, and what is to be done when that has ended, or nothing. */
    private final Map<Integer, Runnable> busy = new HashMap<>();

    private final LockedTasks aside;

    /**
     * @param starter is given what has its locks and is to be started; false if nothing is to be started now
     */
    BuildLocks(Surroundings around, LiveGraph graph, Desk desk, Checks checks, Predicate<Dispatcher.Start> starter) {
        this.around = around;
        this.graph = graph;
        this.desk = desk;
        this.checks = checks;
        this.starter = starter;
        Settings settings = around.settings();
        Path path = settings.locks();
        this.directory = path == null
                ? null
                : new LockDirectory(
                        settings.files(), path, ProcessMark.own(), settings.clock(), settings.clearsStaleLocks());
        this.aside = new LockedTasks(around, graph, desk, directory);
    }

    /** The tasks that were put aside. */
    LockedTasks aside() {
        return aside;
    }

    /** Takes the locks of a task that was given its slots; then it is started, or put aside, or done already. */
    void take(Dispatcher.Start start) {
        LockDirectory files = directory;
        // What a listing prints is of use to this build alone.
        if (files == null || ListingRun.isListing(graph.task(start.task()))) {
            if (!starter.test(start)) {
                throw new AssertionError("BUG: task " + start.task() + " was given slots while nothing is to start");
            }
            return;
        }
        if (busy.containsKey(start.task())) {
            busy.put(start.task(), () -> take(start));
            return;
        }
        busy.put(start.task(), () -> {});
        Task task = graph.task(start.task());
        String host = start.host().name();
        Supplier<Object> check = checks.again(start.task());
        around.settings().hands().execute(() -> {
            Taking taking = null;
            Object answer = null;
            IOException problem = null;
            try {
                taking = files.take(task.name(), task.resources().locks(), host);
                answer = taking instanceof Held ? check.get() : null;
            } catch (IOException e) {
                problem = e;
            }
            Taking took = taking;
            Object answered = answer;
            IOException failure = problem;
            around.inbox().post(() -> taken(start, took, answered, failure));
        });
    }

    private void taken(
            Dispatcher.Start start, @Nullable Taking taking, @Nullable Object answer, @Nullable IOException problem) {
        int task = start.task();
        aside.tellCleared();
        TaskState state = desk.states().state(task);
        // While the disk was asked it may have been skipped, or have gained a dependency.
        boolean wanted = desk.states().outcome(task) == null
                && (state == TaskState.QUEUED || state == TaskState.RELEASED)
                && desk.states().open[task] == 0
                && !graph.isUnresolved(task);
        Outcome done = answer == null ? null : Checks.outcome(answer);
        if (taking instanceof Held mine) {
            held.put(task, mine);
            if (wanted && done == null) {
                if (starter.test(start)) {
                    settled(task);
                    return;
                }
                desk.dispatcher().add(task);
            }
        }
        start.host().giveBack(start.kind());
        if (wanted && taking instanceof Busy other) {
            aside.found(task, other);
        } else if (wanted && done != null) {
            checks.end(task, done);
        } else if (wanted && problem != null) {
            desk.fail(task, notLocked(task, problem));
        }
        letGo(task);
    }

    private Outcome notLocked(int task, IOException problem) {
        return new Outcome.Failed(
                graph.task(task).steps().get(0).name(),
                new FailureCause.NotStarted(
                        "its lock cannot be taken: " + text(around.settings().locks(), problem)),
                List.of());
    }

    /** A task's job failed for good; false if its task is to get its end now. */
    boolean fail(int task, Outcome outcome) {
        Held mine = held.remove(task);
        LockDirectory files = directory;
        if (mine == null || files == null) {
            return false;
        }
        aside.failing(task);
        Instant now = around.settings().clock().instant();
        LockNote.End end = end(graph.task(task), outcome, Instant.ofEpochSecond(now.getEpochSecond()));
        busy.put(task, () -> {});
        around.settings().hands().execute(() -> {
            Busy left = null;
            IOException problem = null;
            try {
                left = files.fail(mine, end);
            } catch (IOException e) {
                problem = e;
            }
            Busy file = left;
            IOException failure = problem;
            around.inbox().post(() -> marked(task, outcome, file, failure));
        });
        return true;
    }

    private void marked(int task, Outcome outcome, @Nullable Busy file, @Nullable IOException problem) {
        if (problem != null) {
            around.events()
                    .warning("the lock of task '" + graph.task(task).name() + "' cannot tell that it failed: "
                            + text(around.settings().locks(), problem));
        }
        aside.failed(task, outcome, file);
        desk.dispatcher().leave(task);
        settled(task);
        aside.look();
    }

    /** What went wrong with the disk, with the place: a disk that is full does not tell it. */
    static String text(@Nullable Path directory, IOException problem) {
        String text = FailureText.located(problem);
        return directory == null || text.startsWith(directory.toString()) ? text : directory + ": " + text;
    }

    private static LockNote.End end(Task task, Outcome outcome, Instant now) {
        String step = "";
        int status = NO_PROCESS;
        if (outcome instanceof Outcome.Failed failure) {
            step = failure.step();
            if (failure.cause() instanceof FailureCause.Exit exit) {
                status = exit.code() << EXIT_SHIFT;
            } else if (failure.cause() instanceof FailureCause.Signal signal) {
                status = signal.number();
            }
        } else if (outcome instanceof Outcome.TimedOut late) {
            step = late.step();
        }
        List<Step> steps = task.steps();
        int next = task.stepIndex(step) + 1;
        String todo = next > 0 && next < steps.size() ? steps.get(next).name() : LockNote.NOTHING;
        return new LockNote.End(status, todo, now, step, outcome.summary());
    }

    /** What becomes of a job is about to be decided. */
    void ending(JobRun job) {
        if (job.givenUp) {
            keep(job.start.task());
        } else if (directory == null) {
            desk.dispatcher().leave(job.start.task());
        }
    }

    /** It was decided: unless the task failed for good, its locks are let go, and with them what it holds in the build. */
    void over(JobRun job) {
        if (directory != null && !job.givenUp && !busy.containsKey(job.start.task())) {
            letGo(job.start.task());
        }
        aside.look();
    }

    /** It was given up and runs on: it keeps its locks, also when its task has its end. */
    private void keep(int task) {
        Held mine = held.remove(task);
        if (mine != null) {
            kept.put(task, mine);
        }
    }

    /** Such a job has ended. */
    void ranOn(int task) {
        Held mine = kept.remove(task);
        if (mine != null) {
            held.put(task, mine);
        }
        letGo(task);
    }

    private void letGo(int task) {
        Held mine = held.remove(task);
        LockDirectory files = directory;
        if (mine == null || files == null) {
            desk.dispatcher().leave(task);
            settled(task);
            return;
        }
        busy.putIfAbsent(task, () -> {});
        around.settings().hands().execute(() -> {
            IOException problem = null;
            try {
                files.release(mine);
            } catch (IOException e) {
                problem = e;
            }
            IOException failure = problem;
            around.inbox().post(() -> released(task, failure));
        });
    }

    private void released(int task, @Nullable IOException problem) {
        if (problem != null) {
            around.events()
                    .error("a lock of task '" + graph.task(task).name() + "' cannot be removed: "
                            + text(around.settings().locks(), problem));
        }
        // Only now: otherwise the next one who needs the same lock would find it taken by this build itself.
        desk.dispatcher().leave(task);
        settled(task);
    }

    private void settled(int task) {
        Runnable next = busy.remove(task);
        if (next != null) {
            next.run();
        }
    }

    /** Whether something is done on the disk that the end of the build has to wait for. */
    boolean isBusy() {
        return !busy.isEmpty() || aside.isLooking();
    }

    /** The build broke: nobody waits for anything any more. */
    void abandon() {
        LockDirectory files = directory;
        if (files == null) {
            return;
        }
        for (Held mine : held.values()) {
            around.settings().hands().execute(() -> {
                try {
                    files.release(mine);
                } catch (IOException e) {
                    // It says who had it.
                    return;
                }
            });
        }
    }

    /** Why a task that has no end yet does not run, as far as locks are the reason; or null. */
    @Nullable
    String why(int task) {
        String why = aside.why(task);
        return why == null && busy.containsKey(task) ? "is ready, and its locks are being taken" : why;
    }
}
