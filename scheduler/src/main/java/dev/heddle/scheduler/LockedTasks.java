package dev.heddle.scheduler;

import dev.heddle.core.Outcome;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.LockDirectory.Busy;
import dev.heddle.scheduler.LockDirectory.Hold;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a build that are put aside because of a lock: someone else has it, or they failed and left it. Their locks are
 * looked at after each job and every second, and a task comes back as soon as its lock is gone.
 *
 * <p>Owned by the loop's thread; the disk is left to hands.
 */
final class LockedTasks {

    /** How often locks that are in the way are looked at, besides after each job. */
    static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    /** Locks that are looked at in one go; of more, as many as come next. */
    private static final int MOST_LOOKED_AT = 1_000;

    /** Locks of others that are told; of further ones the events and {@code why} tell. */
    private static final int MOST_TOLD = 10_000;

    /**
     * A task that was put aside.
     *
     * @param busy the lock in the way
     * @param outcome how its job failed in this build, or null if the lock was found
     */
    private record Aside(Busy busy, @Nullable Outcome outcome) {}

    private final Surroundings around;
    private final LiveGraph graph;
    private final Desk desk;
    /** Null if there are no lock files, and nothing is ever put aside. */
    private final @Nullable LockDirectory directory;

    private final Redefinitions redefinitions;
    private final Map<Integer, Aside> aside = new LinkedHashMap<>();
    /** Locks of others that were told, each once: many tasks may wait for the same, and one task again and again. */
    private final Set<Busy> told = new HashSet<>();

    /** Those that failed in this build, also those whose locks are still being marked. */
    private int failed;

    private int lookedAt;
    private boolean looking;
    private boolean looksAgain;
    private boolean timed;

    LockedTasks(Surroundings around, LiveGraph graph, Desk desk, @Nullable LockDirectory directory) {
        this.around = around;
        this.graph = graph;
        this.desk = desk;
        this.directory = directory;
        this.redefinitions = new Redefinitions(around, graph, desk);
    }

    /** Someone else has a lock of a queued task. */
    void found(int task, Busy other) {
        aside.put(task, new Aside(other, null));
        putAside(task, TaskState.LOCKED);
        tell(task, other);
        lookLater();
    }

    private void putAside(int task, TaskState to) {
        desk.move(task, to);
        desk.troubled().add(graph.task(task).name());
    }

    /** A task failed in this build, and its lock is being marked. */
    void failing(int task) {
        failed++;
        putAside(task, TaskState.FAILED);
    }

    /**
     * A lock was marked.
     *
     * @param file the lock, or null if it is gone or could not be marked: the task gets its end now
     */
    void failed(int task, Outcome outcome, @Nullable Busy file) {
        if (file == null) {
            failed--;
            desk.fail(task, outcome);
        } else {
            aside.put(task, new Aside(file, outcome));
        }
    }

    private void tell(int task, Busy other) {
        around.events().lockFound(task, other.owner());
        String name = "task '" + OneLine.of(graph.task(task).name()) + "'";
        String owner = OneLine.of(other.owner());
        switch (other.hold()) {
            case WORKING -> {
                if (told.size() < MOST_TOLD && told.add(other)) {
                    around.events().message(name + " waits for the lock " + other.file() + " of " + owner);
                }
            }
            case FAILED -> around.events().warning(name + " is locked by " + owner + "; " + hint(other));
            case DEAD ->
                around.events()
                        .warning(name + " is locked by " + owner + ", which is dead; " + hint(other)
                                + ", or let locks of the dead be cleared (--clear-stale-locks)");
            case UNREADABLE ->
                around.events().error(name + " has a lock that cannot be read: " + owner + "; " + hint(other));
        }
    }

    private static String hint(Busy other) {
        return "remove " + other.file() + " to have it built";
    }

    /** Tells of locks of the dead that were removed. */
    void tellCleared() {
        String text = directory == null ? null : directory.nextCleared();
        while (text != null && directory != null) {
            around.events().warning(text);
            text = directory.nextCleared();
        }
    }

    private void lookLater() {
        if (!timed && !aside.isEmpty()) {
            timed = true;
            around.timers().after(around.events().now(), LOOK_INTERVAL, () -> {
                timed = false;
                look();
            });
        }
    }

    /** Forgets those that were skipped since, because of what they came to depend on meanwhile. */
    private void forgetEnded() {
        for (Map.Entry<Integer, Aside> each : List.copyOf(aside.entrySet())) {
            if (desk.states().outcome(each.getKey()) != null) {
                aside.remove(each.getKey());
                desk.troubled().remove(graph.task(each.getKey()).name());
            }
        }
    }

    /** Looks whether locks in the way are gone. */
    void look() {
        LockDirectory files = directory;
        forgetEnded();
        if (files == null || aside.isEmpty()) {
            return;
        }
        if (looking) {
            looksAgain = true;
            return;
        }
        looking = true;
        Map<Integer, Busy> some = some();
        around.settings().hands().execute(() -> {
            Map<Integer, @Nullable Busy> seen = new LinkedHashMap<>();
            some.forEach((task, before) -> {
                try {
                    seen.put(task, files.look(before.file()));
                } catch (IOException e) {
                    seen.put(task, before); // A directory that cannot be read now tells nothing new.
                }
            });
            around.inbox().post(() -> looked(some, seen));
        });
    }

    private Map<Integer, Busy> some() {
        List<Map.Entry<Integer, Aside>> tasks = new ArrayList<>(aside.entrySet());
        Map<Integer, Busy> some = new LinkedHashMap<>();
        int count = Math.min(MOST_LOOKED_AT, tasks.size());
        for (int i = 0; i < count; i++) {
            Map.Entry<Integer, Aside> task = tasks.get((lookedAt + i) % tasks.size());
            some.put(task.getKey(), task.getValue().busy());
        }
        lookedAt = (lookedAt + count) % tasks.size();
        return some;
    }

    @SuppressWarnings("ReferenceEquality") // An equal state that was seen later is not what the look began with.
    private void looked(Map<Integer, Busy> before, Map<Integer, @Nullable Busy> seen) {
        looking = false;
        tellCleared();
        seen.forEach((task, now) -> {
            Aside known = aside.get(task);
            if (known == null
                    || known.busy() != before.get(task)
                    || desk.states().outcome(task) != null) {
                return; // It got its end, or another lock is in its way now.
            }
            if (now == null) {
                gone(task, known);
            } else if (!now.equals(known.busy())) {
                aside.put(task, new Aside(now, known.outcome()));
                tell(task, now);
            }
        });
        if (looksAgain) {
            looksAgain = false;
            look();
        } else {
            lookLater();
        }
    }

    private void gone(int task, Aside known) {
        aside.remove(task);
        failed -= known.outcome() == null ? 0 : 1;
        around.events().lockGone(task);
        desk.troubled().remove(graph.task(task).name());
        if (known.busy().hold() == Hold.WORKING) {
            comeBack(task);
        } else {
            redefinitions.read(task, this::comeBack);
        }
    }

    private void comeBack(int task) {
        if (desk.states().open[task] > 0 || graph.isUnresolved(task)) {
            desk.move(task, TaskState.WAITING);
        } else {
            desk.queue(task);
        }
    }

    /** Whether locks are being looked at, or definitions read, so that a task may come back. */
    boolean isLooking() {
        return (looking && !aside.isEmpty()) || redefinitions.running() > 0;
    }

    /** How many tasks failed and have no end yet. */
    int failed() {
        return failed;
    }

    /**
     * Nothing can go on but what was put aside: gives an end to what nobody works on.
     *
     * @return whether there is something to wait for, or something new to do
     */
    boolean endOfWork() {
        forgetEnded();
        boolean working = aside.values().stream().anyMatch(each -> each.busy().hold() == Hold.WORKING);
        if (!working && !aside.isEmpty()) {
            end();
            around.inbox().post(() -> {}); // What got its end may be the last of the build.
            return true;
        }
        return working;
    }

    /** Gives everything that was put aside its end. */
    void end() {
        forgetEnded();
        Map<Integer, Aside> ending = new LinkedHashMap<>(aside);
        aside.clear();
        failed = 0;
        ending.forEach((task, each) -> {
            Outcome outcome = each.outcome();
            if (outcome != null) {
                desk.fail(task, outcome);
            } else {
                Busy other = each.busy();
                desk.locked(task, new Outcome.Locked(other.owner() + "; " + hint(other)));
            }
        });
    }

    /** The task that waits longest for a lock that someone works under, and why it does; or null if none does. */
    @Nullable
    String awaited() {
        for (Map.Entry<Integer, Aside> each : aside.entrySet()) {
            if (each.getValue().busy().hold() == Hold.WORKING && desk.states().outcome(each.getKey()) == null) {
                return "'" + graph.task(each.getKey()).name() + "' " + why(each.getKey());
            }
        }
        return null;
    }

    /** Why a task is put aside, or null if it is not. */
    @Nullable
    String why(int task) {
        Aside known = aside.get(task);
        if (known == null) {
            return redefinitions.isReading(task) ? "is locked no more, and its definition is read again" : null;
        }
        Outcome outcome = known.outcome();
        return (outcome != null
                        ? outcome.summary()
                        : "is locked by " + known.busy().owner()) + "; " + hint(known.busy());
    }
}
