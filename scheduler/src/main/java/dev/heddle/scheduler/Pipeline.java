package dev.heddle.scheduler;

import dev.heddle.core.Step;
import dev.heddle.core.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The steps that one job still has to do: those of its task, and those that its steps put in front of them while it runs.
 *
 * <p>Owned by the loop's thread, but for {@link #next} and {@link #skip}, which any thread may call; what they say counts when the
 * step that said it has succeeded.
 */
final class Pipeline {

    /** Steps that may be added to one job, at most. */
    static final int MOST_ADDED = 1_000;

    private final Task task;

    // Owned by the loop's thread.
    private int index;
    private @Nullable Step inserted;
    /** What is still to be done when all else is but a last step that cleans. */
    private @Nullable Step measuring;

    private @Nullable ArrayDeque<Step> ahead;
    private @Nullable BitSet left;

    // Guarded by this. What the running attempt at a step said; made when there is something.
    private @Nullable List<Step> added;
    private @Nullable List<String> skipped;
    private int addedBefore;

    /**
     * The steps of a task, with others around them.
     *
     * @param before go before the steps of the task
     * @param measuring goes behind them, though before a last one that cleans; or null
     */
    Pipeline(Task task, List<Step> before, @Nullable Step measuring) {
        this.task = task;
        if (!before.isEmpty()) {
            this.inserted = before.get(0);
            this.ahead = new ArrayDeque<>(before.subList(1, before.size()));
            this.index = -1;
        }
        this.measuring = measuring;
    }

    Task task() {
        return task;
    }

    /** The step that runs, or ran last. */
    Step current() {
        Step now = inserted;
        return now != null ? now : task.steps().get(index);
    }

    /**
     * Adds steps in front of what remains, behind those that were added by the same step.
     *
     * @throws IllegalStateException if they are too many
     */
    synchronized void next(List<Step> steps) {
        List<Step> more = added;
        if (more == null) {
            added = more = new ArrayList<>();
        }
        if (addedBefore + more.size() + steps.size() > MOST_ADDED) {
            throw new IllegalStateException("task '" + task.name() + "': a job may add " + MOST_ADDED
                    + " steps, no more; does a step repeat itself without end?");
        }
        more.addAll(steps);
    }

    /** Leaves out steps that remain; names of others are passed over. */
    synchronized void skip(List<String> names) {
        List<String> more = skipped;
        if (more == null) {
            skipped = more = new ArrayList<>();
        }
        more.addAll(names);
    }

    /** Forgets what an attempt said that failed. */
    synchronized void forget() {
        added = null;
        skipped = null;
    }

    /** Whether a step added others. */
    synchronized boolean grew() {
        return addedBefore > 0;
    }

    /** Takes over what the step said that has just succeeded; whether a step remains. */
    boolean settle() {
        List<Step> steps;
        List<String> names;
        synchronized (this) {
            steps = added == null ? List.of() : added;
            names = skipped == null ? List.of() : skipped;
            addedBefore += steps.size();
            forget();
        }
        names.forEach(this::leave);
        if (!steps.isEmpty() && ahead == null) {
            ahead = new ArrayDeque<>();
        }
        for (int i = steps.size() - 1; i >= 0 && ahead != null; i--) {
            ahead.push(steps.get(i));
        }
        measureInTime();
        return (ahead != null && !ahead.isEmpty())
                || nextDeclared() < task.steps().size();
    }

    private void measureInTime() {
        Step last = measuring;
        int next = nextDeclared();
        int size = task.steps().size();
        boolean nothingElse = next >= size
                || (next == size - 1 && task.steps().get(next).name().equals(Housekeeping.CLEAN));
        if (last != null && nothingElse && (ahead == null || ahead.isEmpty()) && index >= 0) {
            measuring = null;
            if (ahead == null) {
                ahead = new ArrayDeque<>();
            }
            ahead.add(last);
        }
    }

    private void leave(String name) {
        if (ahead != null) {
            ahead.removeIf(step -> step.name().equals(name));
        }
        int declared = task.stepIndex(name);
        if (declared > index) {
            if (left == null) {
                left = new BitSet();
            }
            left.set(declared);
        }
    }

    private int nextDeclared() {
        return left == null ? index + 1 : left.nextClearBit(index + 1);
    }

    /**
     * Goes on to the next step, which remains. A step of the task is done when those are that it put in front of the others.
     *
     * @param done is told the positions of steps of the task that are done, or left out
     */
    void advance(IntConsumer done) {
        inserted = ahead == null ? null : ahead.poll();
        if (inserted == null) {
            for (int next = nextDeclared(); index < next; index++) {
                if (index >= 0) {
                    done.accept(index);
                }
            }
        }
    }
}
