package dev.heddle.scheduler;

import dev.heddle.core.Task;
import dev.heddle.scheduler.host.HostSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
@SuppressWarnings("ReferenceEquality") // There is one object for each kind.
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

    /** Starts of less urgent tasks, for each slot of the largest host, that a task too large for now lets pass. */
    private static final int PATIENCE = 8;

    /** Specs of former hosts that are remembered. */
    private static final int MOST_GONE = 1_000;

    private final class Line {
        final JobKind kind;
        final TaskHeap tasks = newHeap();
        boolean possible;
        int overtaken;

        Line(JobKind kind) {
            this.kind = kind;
            look();
        }

        /** Looks whether any host could ever run it, also one that went: it may come back. */
        void look() {
            possible = hosts.stream().anyMatch(host -> host.couldRun(kind))
                    || gone.stream()
                            .anyMatch(spec -> spec.couldRun(kind.slots(), kind.memoryBytes(), kind.constraints()));
        }
    }

    private final LiveGraph graph;
    private final TaskStates states;
    private final TaskOrder order;
    private final Effects effects;
    private final List<HostState> hosts = new ArrayList<>();
    /** What hosts offered that were taken out, the first so many. */
    private final Set<HostSpec> gone = new LinkedHashSet<>();

    private final JobKinds kinds;
    private final Gates gates;
    private int patience;
    /** Whether tasks may wait that no host can run. */
    private boolean impossible;

    private final Map<JobKind, Line> lines = new HashMap<>();
    private final List<Line> lineOrder = new ArrayList<>();
    private @Nullable Line lastLine;
    /** Where each task ran last, for those that want to be near to it; empty with one host. */
    private final Map<Integer, HostState> ranOn = new HashMap<>();

    /**
     * @param queueAhead whether brief jobs may be queued on hosts that have a queue
     */
    Dispatcher(LiveGraph graph, TaskOrder order, List<HostState> hosts, boolean queueAhead, Effects effects) {
        this.graph = graph;
        this.states = order.states;
        this.order = order;
        this.effects = effects;
        this.hosts.addAll(hosts);
        this.kinds = new JobKinds(hosts, queueAhead);
        this.gates = new Gates(graph, this::newHeap);
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
        if (gone.size() < MOST_GONE) {
            gone.add(host.spec);
        }
        hostsChanged();
    }

    /** Looks anew at what the hosts offer. */
    void hostsChanged() {
        int largest = 1;
        for (HostState host : hosts) {
            largest = host.slotsKnown ? Math.max(largest, host.spec.slots()) : largest;
        }
        patience = PATIENCE * largest;
        for (Line line : lineOrder) {
            line.look();
            impossible |= !line.possible;
        }
    }

    /** Takes a task out of the queue that no host can ever run, since the hosts changed; -1 if there is none. */
    int nextImpossible() {
        if (!impossible) {
            return -1;
        }
        for (Line line : lineOrder) {
            if (!line.possible && !line.tasks.isEmpty()) {
                int task = line.tasks.first();
                remove(task);
                return task;
            }
        }
        impossible = false;
        return -1;
    }

    private TaskHeap newHeap() {
        return new TaskHeap(states, order);
    }

    List<HostState> hosts() {
        return hosts;
    }

    /** Whether any host could ever run the task. */
    boolean isPossible(int task) {
        return line(kinds.of(graph.task(task))).possible;
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

    /** What a task asks of a host, for messages. */
    String need(int task) {
        return kinds.of(graph.task(task)).describe();
    }

    void add(int task) {
        line(kinds.of(graph.task(task))).tasks.add(task);
    }

    /** Takes a task out wherever it waits. */
    void remove(int task) {
        Task known = graph.task(task);
        Line line = line(kinds.of(known));
        Gate[] needed = gates.of(known);
        if (line.tasks.contains(task)) {
            line.tasks.remove(task);
            unreserveIfEmpty(line);
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
        Line line = line(kinds.of(known));
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

    /** The next task to start, which then holds its slots, pools and locks; or null. */
    @Nullable
    Start next() {
        while (true) {
            Line best = null;
            HostState room = null;
            for (Line line : lineOrder) {
                if (!line.tasks.isEmpty() && (best == null || order.before(line.tasks.first(), best.tasks.first()))) {
                    HostState host = room(line);
                    if (host != null) {
                        best = line;
                        room = host;
                    }
                }
            }
            if (best == null || room == null) {
                return null;
            }
            int task = best.tasks.first();
            Gate[] needed = gates.of(graph.task(task));
            Gate full = Gates.firstFull(needed);
            best.tasks.remove(task);
            if (full == null) {
                return start(task, best, room, needed);
            }
            putAside(task, full, needed);
            unreserveIfEmpty(best);
        }
    }

    private Start start(int task, Line line, HostState host, Gate[] needed) {
        overtake(task, line);
        line.overtaken = 0;
        unreserve(line);
        for (Gate gate : needed) {
            gate.enter();
        }
        host.take(line.kind);
        return new Start(task, host, line.kind);
    }

    /** The roomiest host for the first task of a line, or the one it wants to be near to; null if there is no room. */
    private @Nullable HostState room(Line line) {
        if (hosts.size() == 1) {
            return hosts.get(0).canRunNow(line.kind) && hosts.get(0).couldRun(line.kind) ? hosts.get(0) : null;
        }
        String near = graph.task(line.tasks.first()).constraints().near();
        HostState best = near == null ? null : ranOn.get(graph.indexOf(near));
        if (best != null && best.canRunNow(line.kind) && best.couldRun(line.kind)) {
            return best;
        }
        best = null;
        for (HostState host : hosts) {
            if (host.canRunNow(line.kind)
                    && host.couldRun(line.kind)
                    && (best == null || host.freeSlots() > best.freeSlots())) {
                best = host;
            }
        }
        return best;
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
            Line line = line(kinds.of(graph.task(task)));
            line.tasks.add(task);
            impossible |= !line.possible;
        }
    }

    private void overtake(int started, Line by) {
        for (Line line : lineOrder) {
            if (line == by || line.tasks.isEmpty() || !order.before(line.tasks.first(), started)) {
                continue;
            }
            if (++line.overtaken > patience) {
                reserve(line);
            }
        }
    }

    private void reserve(Line line) {
        HostState best = null;
        for (HostState host : hosts) {
            if (host.reservedFor == line.kind) {
                return;
            }
            if (host.reservedFor == null
                    && host.isUp()
                    && host.couldRun(line.kind)
                    && (best == null || host.freeSlots() > best.freeSlots())) {
                best = host;
            }
        }
        if (best != null) {
            best.reservedFor = line.kind;
        }
    }

    private void unreserveIfEmpty(Line line) {
        if (line.tasks.isEmpty()) {
            unreserve(line);
        }
    }

    private void unreserve(Line line) {
        for (HostState host : hosts) {
            if (host.reservedFor == line.kind) {
                host.reservedFor = null;
            }
        }
    }

    /** Gives a job's slots back; its pools and locks stay held until {@link #leave}. */
    void giveBack(Start start) {
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

    private Line line(JobKind kind) {
        // Nearly all tasks are of one kind: no hashing for the one asked for last.
        Line last = lastLine;
        if (last != null && last.kind == kind) {
            return last;
        }
        Line line = lines.get(kind);
        if (line == null) {
            line = new Line(kind);
            lines.put(kind, line);
            lineOrder.add(line);
        }
        lastLine = line;
        return line;
    }
}
