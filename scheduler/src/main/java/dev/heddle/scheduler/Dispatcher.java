package dev.heddle.scheduler;

import dev.heddle.core.Action;
import dev.heddle.core.HostConstraints;
import dev.heddle.core.Resources;
import dev.heddle.core.Task;
import dev.heddle.scheduler.host.HostBackend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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

    private static final JobKind PLAIN = new JobKind(1, 0, HostConstraints.NONE, false);
    private static final JobKind BRIEF = new JobKind(1, 0, HostConstraints.NONE, true);
    private static final Gate[] NO_GATES = {};

    private final class Line {
        final JobKind kind;
        final TaskHeap tasks = newHeap();
        final boolean possible;
        int overtaken;

        Line(JobKind kind) {
            this.kind = kind;
            this.possible = hosts.stream().anyMatch(host -> host.couldRun(kind));
        }
    }

    private final LiveGraph graph;
    private final TaskStates states;
    private final TaskOrder order;
    private final Effects effects;
    private final List<HostState> hosts = new ArrayList<>();
    private final boolean queueAhead;
    private final boolean countMemory;
    private final int patience;
    private final Map<JobKind, Line> lines = new HashMap<>();
    private final List<Line> lineOrder = new ArrayList<>();
    private @Nullable Line lastLine;
    private final Map<String, Gate> pools = new HashMap<>();
    private final Map<String, Gate> locks = new HashMap<>();
    private final Map<Resources, Gate[]> gates = new HashMap<>();
    /** Where each task ran last, for those that want to be near to it; empty with one host. */
    private final Map<Integer, HostState> ranOn = new HashMap<>();

    /**
     * @param queueAhead whether brief jobs may be queued on hosts that have a queue
     */
    Dispatcher(LiveGraph graph, TaskOrder order, List<HostBackend> backends, boolean queueAhead, Effects effects) {
        this.graph = graph;
        this.states = order.states;
        this.order = order;
        this.effects = effects;
        int largest = 1;
        boolean memory = false;
        boolean queues = false;
        for (HostBackend backend : backends) {
            HostState host = new HostState(hosts.size(), backend);
            hosts.add(host);
            largest = Math.max(largest, host.spec.slots());
            memory |= host.spec.memoryBytes() > 0;
            queues |= backend.queuesAhead();
        }
        this.patience = PATIENCE * largest;
        this.countMemory = memory;
        this.queueAhead = queueAhead && queues;
    }

    private TaskHeap newHeap() {
        return new TaskHeap(states, order);
    }

    List<HostState> hosts() {
        return hosts;
    }

    /** Whether any host could ever run the task. */
    boolean isPossible(int task) {
        return line(kind(graph.task(task))).possible;
    }

    /** What a task asks of a host, for messages. */
    String need(int task) {
        return kind(graph.task(task)).describe();
    }

    void add(int task) {
        line(kind(graph.task(task))).tasks.add(task);
    }

    /** Takes a task out wherever it waits. */
    void remove(int task) {
        Task known = graph.task(task);
        Line line = line(kind(known));
        Gate[] needed = gates(known);
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
        Line line = line(kind(known));
        if (line.tasks.contains(task)) {
            line.tasks.update(task);
            return;
        }
        for (Gate gate : gates(known)) {
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
            Gate[] needed = gates(graph.task(task));
            Gate full = firstFull(needed);
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

    private static @Nullable Gate firstFull(Gate[] gates) {
        for (Gate gate : gates) {
            if (gate.isFull()) {
                return gate;
            }
        }
        return null;
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
            line(kind(graph.task(task))).tasks.add(task);
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
                    && !host.suspended
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
        Gate[] held = gates(graph.task(task));
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
        return firstFull(gates(graph.task(task)));
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

    private JobKind kind(Task task) {
        Resources resources = task.resources();
        HostConstraints constraints = task.constraints();
        if (resources == Resources.DEFAULT && constraints == HostConstraints.NONE) {
            return queueAhead && isBrief(task) ? BRIEF : PLAIN;
        }
        HostConstraints hard = constraints.near() == null
                ? constraints
                : new HostConstraints(constraints.properties(), constraints.pinnedHost(), null);
        return new JobKind(resources.slots(), countMemory ? memory(resources.memoryBytes()) : 0, hard, false);
    }

    /** Rounded up so that there are few kinds, but not beyond what a host has that would do without. */
    private long memory(long bytes) {
        long rounded = JobKind.roundMemory(bytes);
        for (HostState host : hosts) {
            if (host.spec.memoryBytes() >= bytes) {
                rounded = Math.min(rounded, host.spec.memoryBytes());
            }
        }
        return rounded;
    }

    private static boolean isBrief(Task task) {
        return task.steps().size() == 1
                && task.steps().get(0).work() instanceof Action
                && task.steps().get(0).timeout() == null
                && task.timeout().isEmpty();
    }

    private Gate[] gates(Task task) {
        Resources resources = task.resources();
        if (resources.locks().isEmpty() && resources.pools().isEmpty()) {
            return NO_GATES;
        }
        return gates.computeIfAbsent(resources, this::findGates);
    }

    private Gate[] findGates(Resources resources) {
        List<Gate> found = new ArrayList<>();
        for (String name : new TreeSet<>(resources.locks())) {
            found.add(locks.computeIfAbsent(name, n -> new Gate(n, true, 1, newHeap())));
        }
        for (String name : new TreeSet<>(resources.pools())) {
            found.add(pools.computeIfAbsent(name, n -> new Gate(n, false, depth(n), newHeap())));
        }
        return found.toArray(new Gate[0]);
    }

    private int depth(String pool) {
        Integer depth = graph.pools().get(pool);
        if (depth == null) {
            throw new AssertionError("BUG: the graph has a task in the unknown pool '" + pool + "'");
        }
        return depth;
    }
}
