package dev.heddle.scheduler;

import dev.heddle.core.Task;
import dev.heddle.scheduler.QueuePolicy.SlowHosts;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which host is given which task of a line: the fastest that has room; and a slow one only what the policy lets it have.
 *
 * <p>All is reckoned in units of the tasks' weights, on the fastest host that is up. How long such a unit is in seconds is learned
 * from the tasks that end.
 *
 * <p>Owned by the loop's thread.
 */
final class Placement {

    /** Hosts whose speeds are as near as that count as equally fast. */
    private static final double ALIKE = 0.95;

    /**
     * A task and where it can run now.
     *
     * @param task the most urgent one of its line that may run there
     */
    record Place(int task, HostState host) {}

    /**
     * A job whose task is worth a further one.
     *
     * @param job the one that runs
     * @param host where the other is to run
     */
    record Copying(Underway.Job job, HostState host) {}

    private final CriticalPaths paths;
    private final TaskStates states;
    private final SlowHosts rule;
    private final LongSupplier clock;
    private final DpbBins bins;
    private final Underway underway = new Underway();
    private boolean unequal;
    /** Of the fastest host that is there, up or not. */
    private double topSpeed = 1;

    /** The copy that is about to begin. */
    private Dispatcher.@Nullable Start copying;

    private double nanosSeen;
    private double weightSeen;

    /**
     * @param clock nanoseconds since the build began
     */
    Placement(CriticalPaths paths, TaskStates states, SlowHosts rule, LongSupplier clock) {
        this.paths = paths;
        this.states = states;
        this.rule = rule;
        this.clock = clock;
        this.bins = new DpbBins(paths);
    }

    /** Whether some hosts are slower than others. */
    boolean isUnequal() {
        return unequal;
    }

    /** By what the lines need an index of what a slow host could be given; null if they need none. */
    @Nullable
    CriticalPaths indexedBy() {
        return unequal && rule == SlowHosts.IN_TIME ? paths : null;
    }

    Underway underway() {
        return underway;
    }

    /** Looks anew at the hosts' speeds. */
    void hostsChanged(List<HostState> hosts) {
        double least = Double.POSITIVE_INFINITY;
        topSpeed = 0;
        for (HostState host : hosts) {
            host.speed(paths.speed(host.spec));
            least = Math.min(least, host.speed());
            topSpeed = Math.max(topSpeed, host.speed());
        }
        unequal = least < topSpeed * ALIKE;
        if (indexedBy() != null) {
            paths.expect();
        }
    }

    static boolean isFaster(HostState host, HostState than) {
        return than.speed() < host.speed() * ALIKE;
    }

    void started(Dispatcher.Start start) {
        if (unequal) {
            underway.started(start, clock.getAsLong()).copied = copying != null && copying.equals(start);
        }
    }

    /** A job has ended, well or not. */
    void ended(Dispatcher.Start start, boolean well) {
        Underway.Job job = underway.ended(start);
        if (job != null && well && paths.isKnown(start.task())) {
            nanosSeen += (clock.getAsLong() - job.since) * relative(start.host());
            weightSeen += paths.weight(start.task());
        }
    }

    private double relative(HostState host) {
        return host.speed() / topSpeed;
    }

    /** How long a job has run, in units of weight as they would pass on the fastest host. */
    double elapsed(Underway.Job job) {
        double nanosAUnit = weightSeen > 0 && nanosSeen > 0 ? nanosSeen / weightSeen : 1e9;
        return (clock.getAsLong() - job.since) / nanosAUnit;
    }

    /**
     * Finds what a line can start now, and where; null if nothing.
     *
     * @param near the host that the line's first task prefers among those as fast, or null
     */
    @Nullable
    Place find(Line line, Collection<Line> all, List<HostState> hosts, @Nullable HostState near) {
        double top = 0;
        HostState best = null;
        for (HostState host : hosts) {
            if (!host.isUp() || !host.couldRun(line.kind) || avoids(line.kind, host, hosts)) {
                continue;
            }
            top = Math.max(top, host.speed());
            if (host.canRunNow(line.kind) && (best == null || isBetter(host, best))) {
                best = host;
            }
        }
        if (best == null) {
            return null;
        }
        if (near != null
                && near != best
                && near.canRunNow(line.kind)
                && near.couldRun(line.kind)
                && !avoids(line.kind, near, hosts)
                && !isFaster(best, near)) {
            best = near;
        }
        double ratio = top / best.speed();
        if (rule == SlowHosts.ANYTHING || best.speed() >= top * ALIKE) {
            return new Place(line.tasks.first(), best);
        }
        int task = rule == SlowHosts.BY_BINS
                ? bins.pick(line, best, hosts)
                : line.tasks.firstFitting(horizon(all, hosts, top), ratio);
        return task < 0 ? null : new Place(task, best);
    }

    /** Whether a host is not to be given a kind of job although it could run it: it failed there, and another host is up. */
    static boolean avoids(JobKind kind, HostState host, List<HostState> hosts) {
        if (!host.name().equals(kind.avoided())) {
            return false;
        }
        for (HostState other : hosts) {
            if (other != host && other.isUp() && other.couldRun(kind)) {
                return true;
            }
        }
        return false;
    }

    /** Name of the host on which an earlier build ran a task last, or null. */
    @Nullable
    String ranLastOn(Task task) {
        return paths.ranLastOn(task);
    }

    private static boolean isBetter(HostState host, HostState best) {
        return isFaster(host, best) || (!isFaster(best, host) && host.freeSlots() > best.freeSlots());
    }

    /** How long the build takes from now on: all the work on all hosts, or the longest chain on the fastest one. */
    private double horizon(Collection<Line> lines, List<HostState> hosts, double top) {
        double power = 0;
        for (HostState host : hosts) {
            if (host.isUp()) {
                power += host.spec.slots() * host.speed() / top;
            }
        }
        double work = paths.left();
        double longest = 0;
        for (Line line : lines) {
            longest = Math.max(longest, line.tasks.longestPath());
        }
        for (Underway.Job job : underway.jobs()) {
            int task = job.start.task();
            double own = paths.expected(task);
            double done = Math.min(own, elapsed(job) * relative(job.start.host()));
            work -= done;
            double stillThere = (own - done) / relative(job.start.host());
            longest = Math.max(longest, states.expectedPath[task] - paths.expected(task) + stillThere);
        }
        return Math.max(work / power, longest);
    }

    /**
     * The most critical task that runs on a slow host and may end earlier if a free faster one begins it now; or null.
     *
     * @param lines what waits, if only a task is asked for that is to go before all that; else null
     */
    @Nullable
    Copying findCopy(LiveGraph graph, List<HostState> hosts, @Nullable Collection<Line> lines) {
        HostState free = null;
        for (HostState host : unequal ? hosts : List.<HostState>of()) {
            if (host.isUp() && host.freeSlots() > 0 && (free == null || isBetter(host, free))) {
                free = host;
            }
        }
        if (free == null) {
            return null;
        }
        double threat = 0;
        if (lines != null) {
            if (underway.jobs().stream().noneMatch(job -> !job.copied && isLate(job))) {
                return null;
            }
            threat = horizon(lines, hosts, topSpeed);
        }
        Underway.Job best = null;
        for (Underway.Job job : underway.jobs()) {
            if (!job.copied
                    && isFaster(free, job.start.host())
                    && (best == null || states.path[job.start.task()] > states.path[best.start.task()])
                    && free.canRunNow(job.start.kind())
                    && free.couldRun(job.start.kind())
                    && !free.name().equals(job.start.kind().avoided())
                    && isCopyable(graph.task(job.start.task()))
                    && (lines == null ? endsEarlier(job, free) : threatens(job, threat))) {
                best = job;
            }
        }
        return best == null ? null : new Copying(best, free);
    }

    /** A copy of a job is about to begin. */
    void copies(Underway.Job job, Dispatcher.Start copy) {
        job.copied = true;
        copying = copy;
    }

    private static boolean isCopyable(Task task) {
        return task.isRepeatable()
                && task.resources().locks().isEmpty()
                && task.resources().pools().isEmpty()
                && task.resources().site() == null;
    }

    /** Whether a job may need longer still than a host is thought to need for all of it. */
    private boolean endsEarlier(Underway.Job job, HostState host) {
        int task = job.start.task();
        double slow = relative(job.start.host());
        double atMost = paths.upper(task) / slow;
        double elapsed = elapsed(job);
        return elapsed >= atMost || paths.weight(task) / relative(host) < atMost - elapsed;
    }

    /**
     * Whether a job has taken longer than it should on a slow host, and so long that it may well be what the whole build waits
     * for in the end: to be copied only when nothing else is left to do would be too late.
     */
    private boolean threatens(Underway.Job job, double threat) {
        int task = job.start.task();
        double done = elapsed(job) * relative(job.start.host());
        return isLate(job) && states.path[task] - paths.weight(task) + 2 * done > threat;
    }

    private boolean isLate(Underway.Job job) {
        return elapsed(job) * relative(job.start.host()) > paths.upper(job.start.task());
    }
}
