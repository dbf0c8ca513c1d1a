package dev.heddle.scheduler.testing;

import dev.heddle.core.DependencyKind;
import dev.heddle.core.HostConstraints;
import dev.heddle.core.Outcome;
import dev.heddle.core.Resources;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.TaskAttributes;
import dev.heddle.core.event.TaskState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A task as the rules of a simulation know it: what it needs, and what has really become of it. */
final class KnownTask {

    /**
     * What a task needs of another one.
     *
     * @param on the other one
     * @param from the one that needs it
     * @param step number of the step that is needed, or -1
     */
    record Edge(KnownTask on, KnownTask from, DependencyKind kind, int step) {

        /** Whether it no longer keeps its task from starting. */
        boolean isMet() {
            return switch (kind) {
                case RUN -> true;
                case BUILD -> on.isUsable();
                case ORDER -> on.built;
                case STEP -> on.built || step < on.stepsDone;
            };
        }
    }

    final String name;
    final int steps;
    final Resources resources;
    final HostConstraints constraints;
    final RetryPolicy retry;
    final List<Edge> needs = new ArrayList<>();
    final List<Edge> neededBy = new ArrayList<>();

    TaskState state = TaskState.WAITING;
    /** Whether it belongs to the build by now. */
    boolean here;
    /** Whether it was added by a job of which it is not told yet that it is over: the engine may not know the task yet. */
    boolean fresh;
    /** Whether what it makes is there, as far as was told. */
    boolean built;
    /** Whether the last of its steps really ended well. */
    boolean made;
    /** Whether it was found that it need not run. */
    boolean upToDate;

    int stepsDone;
    /** The job that runs, as was told, or 0. */
    long job;
    /** The job that really runs, or 0. */
    long live;

    int jobs;
    /** When it may be tried again, in nanoseconds. */
    long notBefore;
    /** Whether what a job of it adds came into the build. */
    boolean expanded;
    /** Whether what a job of it adds had to be refused. */
    boolean refused;
    /** Whether the check whether it must run is to break. */
    boolean checkBreaks;

    /** Whether it failed on a host that failed others before it. */
    boolean mayBeHosts;

    /** The host on which it failed last, or null. */
    @Nullable
    String failedOn;

    int failures;
    int losses;
    /** Whether a job of it adds tasks. */
    boolean expands;
    /** Whether another scheduler has built it. */
    boolean builtElsewhere;
    /** Since when it waits for a lock that nobody has, or -1. */
    long freeSince = -1;

    @Nullable
    Outcome outcome;

    private boolean usable;

    KnownTask(TaskAttributes task) {
        this.name = task.name();
        this.steps = task.steps().size();
        this.resources = task.resources();
        this.constraints = task.constraints();
        this.retry = task.retry();
    }

    void need(KnownTask on, DependencyKind kind, int step) {
        Edge edge = new Edge(on, this, kind, step);
        needs.add(edge);
        on.neededBy.add(edge);
    }

    boolean isReady() {
        for (Edge edge : needs) {
            if (!edge.isMet()) {
                return false;
            }
        }
        return true;
    }

    /** Whether it and all it needs at run time, directly or not, is built. */
    boolean isUsable() {
        if (usable || !built) {
            return usable;
        }
        Set<KnownTask> seen = new HashSet<>(Set.of(this));
        List<KnownTask> work = new ArrayList<>(seen);
        while (!work.isEmpty()) {
            for (Edge edge : work.remove(work.size() - 1).needs) {
                if (edge.kind() == DependencyKind.RUN && !edge.on().usable && seen.add(edge.on())) {
                    if (!edge.on().built) {
                        return false;
                    }
                    work.add(edge.on());
                }
            }
        }
        seen.forEach(task -> task.usable = true);
        return true;
    }

    /** What still needs it, though it is said that nothing does; or null. Tasks of one cycle need one another in vain. */
    @Nullable
    KnownTask needer() {
        for (Edge edge : neededBy) {
            KnownTask from = edge.from();
            boolean out = !from.here || from.fresh || (from.outcome != null && !from.outcome.isSuccess());
            boolean done = edge.kind() == DependencyKind.RUN ? from.state == TaskState.DONE : from.built;
            if (!out && !done) {
                return from;
            }
        }
        return null;
    }

    /** Whether it is too late to need anything more. */
    boolean hasBegun() {
        boolean ended = outcome != null && state != TaskState.IGNORED;
        return ended || state == TaskState.RUNNING || state == TaskState.UNFINISHED || state == TaskState.FAILED;
    }

    boolean isOver() {
        return outcome != null;
    }

    @Override
    public String toString() {
        return name;
    }
}
