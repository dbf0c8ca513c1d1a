package dev.heddle.scheduler;

import dev.heddle.core.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which queued task starts next, and on which host: the most urgent one that finds room.
 *
 * <p>Tasks wait by {@linkplain JobKind kind}, or with the pool or lock that keeps them, so that a start costs a logarithm of
 * their number. A task that needs several slots may be overtaken by smaller ones a bounded number of times; then a host is
 * emptied for it.
 *
 * <p>Owned by the loop's thread.
 */
final class Dispatcher {

    /** What happens to a queued task besides being started. */
    interface Effects {
        /** Put aside until an exclusive lock is free. */
        void held(int task);

        /** Back from being put aside. */
        void released(int task);
    }

    /**
     * A task that was given its resources and is to be started.
     *
     * @param task number of the task
     * @param host where
     * @param kind what it takes there
     */
    record Start(int task, HostState host, JobKind kind) {}

    /**
     * A further job for a task that runs.
     *
     * @param start where, with its slots taken
     * @param of the job that runs
     */
    record Copy(Start start, Start of) {}

    /**
     * What holds for the whole build.
     *
     * @param queueAhead whether brief jobs may be queued on hosts that have a queue
     * @param fetches how many tasks may fetch at once
     */
    record Rules(boolean queueAhead, FetchLimits fetches) {}

    private final LiveGraph graph;
    private final TaskStates states;
    private final TaskOrder order;
    private final Effects effects;
    private final Placement placement;
    private final List<HostState> hosts = new ArrayList<>();
    private final JobKinds kinds;
    private final Gates gates;
    private final Lines lines;
    private final Reservations reservations;
    /** Where each task ran last, for those that want to be near to it; empty with one host. */
    private final Map<Integer, HostState> ranOn = new HashMap<>();

    /**
     * @param hosts those that are there at the beginning
     */
    Dispatcher(Placement placement, TaskOrder order, List<HostState> hosts, Rules rules, Effects effects) {
        this.graph = order.graph;
        this.placement = placement;
        this.states = order.states;
        this.order = order;
        this.effects = effects;
        this.hosts.addAll(hosts);
        this.lines = new Lines(order, placement, this.hosts);
        this.reservations = new Reservations(this.hosts, lines.all(), order);
        this.kinds = new JobKinds(hosts, rules.queueAhead());
        this.gates = new Gates(graph, rules.fetches(), lines::newHeap);
        hostsChanged();
    }

    /** Takes a further host. */
    void join(HostState host) {
        hosts.add(host);
        hostsChanged();
    }

    /** Lets a host go on which nothing runs. */
    void leave(HostState host) {
        hosts.remove(host);
        ranOn.values().removeIf(there -> there == host);
        lines.left(host.spec);
        hostsChanged();
    }

    /** Looks anew at what the hosts offer. */
    void hostsChanged() {
        reservations.hostsChanged();
        placement.hostsChanged(hosts);
        lines.hostsChanged();
    }

    /** Takes a task out of the queue that no host can ever run, since the hosts changed; -1 if there is none. */
    int nextImpossible() {
        Line line = lines.nextImpossible();
        if (line == null) {
            return -1;
        }
        int task = line.tasks.first();
        remove(task);
        return task;
    }

    List<HostState> hosts() {
        return hosts;
    }

    /** Whether any host could ever run the task. */
    boolean isPossible(int task) {
        return lines.of(kinds.of(graph.task(task))).possible;
    }

    /** Whether a host could run a task if it had nothing else to do. */
    boolean couldRun(int task, HostState host) {
        return host.couldRun(kinds.of(graph.task(task)));
    }

    /** Whether another host that is up could run the task. */
    boolean couldRunElsewhere(int task, HostState host) {
        JobKind kind = kinds.of(graph.task(task));
        return hosts.stream().anyMatch(other -> other != host && other.isUp() && other.couldRun(kind));
    }

    /** A task that failed on a host is to be tried again, elsewhere if it can be; it is not queued yet. */
    void avoid(int task, HostState host) {
        kinds.avoid(task, hosts.size() > 1 ? host.name() : null);
    }

    /** What a task asks of a host, for messages. */
    String need(int task) {
        return kinds.of(graph.task(task)).describe();
    }

    void add(int task) {
        Task known = graph.task(task);
        order.know(known);
        lines.of(kinds.of(known)).tasks.add(task);
    }

    /** Takes a task out wherever it waits. */
    void remove(int task) {
        Task known = graph.task(task);
        Line line = lines.of(kinds.of(known));
        Gate[] needed = gates.of(known);
        if (line.tasks.contains(task)) {
            line.tasks.remove(task);
            reservations.unreserveIfEmpty(line);
        } else {
            for (Gate gate : needed) {
                if (gate.aside.contains(task)) {
                    gate.aside.remove(task);
                    break;
                }
            }
        }
        for (Gate gate : needed) {
            admit(gate);
        }
    }

    /** Puts a queued task where it belongs after its urgency changed. */
    void update(int task) {
        if (states.heapPlace[task] < 0) {
            return;
        }
        Task known = graph.task(task);
        Line line = lines.of(kinds.of(known));
        if (line.tasks.contains(task)) {
            line.tasks.update(task);
            return;
        }
        for (Gate gate : gates.of(known)) {
            if (gate.aside.contains(task)) {
                gate.aside.update(task);
            }
        }
    }

    /** Slots of a host that queued tasks wait for. */
    int hunger(HostState host) {
        long slots = 0;
        for (Line line : lines.all()) {
            slots += host.roomFor(line.kind, line.tasks.size());
        }
        return (int) Math.min(slots, host.freeSlots());
    }

    /** Slots of a host that queued tasks lack there. */
    int shortage(HostState host) {
        long slots = 0;
        for (Line line : lines.all()) {
            if (!line.tasks.isEmpty() && !avoids(line.kind, host)) {
                slots += host.lacksFor(line.kind, line.tasks.size());
            }
        }
        return (int) Math.min(slots, Integer.MAX_VALUE);
    }

    /** Whether a host is not to be given a kind of job although it could run it: it failed there, and another host is up. */
    boolean avoids(JobKind kind, HostState host) {
        return Placement.avoids(kind, host, hosts);
    }

    /** The next task to start, which then holds its slots, pools and locks; or null. */
    @Nullable
    Start next() {
        while (true) {
            Line best = null;
            Placement.Place found = null;
            for (Line line : lines.all()) {
                if (!line.tasks.isEmpty() && (found == null || order.before(line.tasks.first(), found.task()))) {
                    Placement.Place place = place(line);
                    if (place != null && (found == null || order.before(place.task(), found.task()))) {
                        best = line;
                        found = place;
                    }
                }
            }
            if (best == null || found == null) {
                return null;
            }
            int task = found.task();
            Gate[] needed = gates.of(graph.task(task));
            Gate full = Gates.firstFull(needed);
            best.tasks.remove(task);
            if (full == null) {
                return start(task, best, found.host(), needed);
            }
            putAside(task, full, needed);
            reservations.unreserveIfEmpty(best);
        }
    }

    private Start start(int task, Line line, HostState host, Gate[] needed) {
        reservations.started(task, line);
        for (Gate gate : needed) {
            gate.enter();
        }
        host.take(line.kind);
        return new Start(task, host, line.kind);
    }

    /** A task of a line that can run now, and where; null if there is no room. */
    private Placement.@Nullable Place place(Line line) {
        int first = line.tasks.first();
        if (hosts.size() == 1) {
            HostState only = hosts.get(0);
            return only.canRunNow(line.kind) && only.couldRun(line.kind) ? new Placement.Place(first, only) : null;
        }
        return placement.find(line, lines.all(), hosts, preferred(graph.task(first)));
    }

    /** The host on which a task is to run if nothing speaks against it; null if any other is as good. */
    private @Nullable HostState preferred(Task task) {
        String near = task.constraints().near();
        if (near != null) {
            return ranOn.get(graph.indexOf(near));
        }
        String last = placement.ranLastOn(task);
        if (last != null) {
            for (HostState host : hosts) {
                if (host.name().equals(last)) {
                    return host;
                }
            }
        }
        return null;
    }

    /**
     * A further job for a task that runs on a slower host, if one is worth it and finds room; or null.
     *
     * @param urgent whether only one is asked for that should not wait until nothing else is to be started
     */
    @Nullable
    Copy nextCopy(boolean urgent) {
        Placement.Copying worth = placement.findCopy(graph, hosts, urgent ? lines.all() : null);
        if (worth == null) {
            return null;
        }
        Start of = worth.job().start;
        worth.host().take(of.kind());
        Start start = new Start(of.task(), worth.host(), of.kind());
        placement.copies(worth.job(), start);
        return new Copy(start, of);
    }

    private void putAside(int task, Gate full, Gate[] needed) {
        full.aside.add(task);
        if (full.exclusive) {
            effects.held(task);
        }
        // The task may have been let back for one of the others: that place is for the next who waits there.
        for (Gate gate : needed) {
            if (gate != full) {
                admit(gate);
            }
        }
    }

    /** Lets the most urgent of those who wait at a gate back to the queue, if there is a place. */
    private void admit(Gate gate) {
        if (!gate.isFull() && !gate.aside.isEmpty()) {
            int task = gate.aside.removeFirst();
            if (gate.exclusive) {
                effects.released(task);
            }
            Line line = lines.of(kinds.of(graph.task(task)));
            lines.add(task, line);
        }
    }

    /** A job begins that was given its slots. */
    void started(Start start) {
        placement.started(start);
    }

    /** A job is no longer waited for, though it still has its slots. */
    void gaveUp(Start start) {
        placement.ended(start, false);
    }

    /**
     * Gives a job's slots back; its pools and locks stay held until {@link #leave}.
     *
     * @param well whether it did what it was to do
     */
    void giveBack(Start start, boolean well) {
        placement.ended(start, well);
        start.host().giveBack(start.kind());
        if (hosts.size() > 1) {
            ranOn.put(start.task(), start.host());
        }
    }

    /** Gives the pools and locks of a task back. */
    void leave(int task) {
        Gate[] held = gates.of(graph.task(task));
        for (Gate gate : held) {
            gate.leave();
        }
        for (Gate gate : held) {
            admit(gate);
        }
    }

    /** The full pool or lock that keeps a queued task, or null. */
    @Nullable
    Gate keptBy(int task) {
        return Gates.firstFull(gates.of(graph.task(task)));
    }
}
