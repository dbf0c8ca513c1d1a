package dev.heddle.scheduler;

import dev.heddle.scheduler.host.HostSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lines in which tasks wait for room, one for each kind, in the order in which their first task came; and which of them no
 * host can serve.
 *
 * <p>Owned by the loop's thread.
 */
@SuppressWarnings("ReferenceEquality") // There is one object for each kind.
final class Lines {

    /** Specs of former hosts that are remembered. */
    private static final int MOST_GONE = 1_000;

    private final TaskOrder order;
    private final Placement placement;
    private final List<HostState> hosts;
    /** What hosts offered that were taken out, the first so many. */
    private final Set<HostSpec> gone = new LinkedHashSet<>();

    private final Map<JobKind, Line> byKind = new HashMap<>();
    private final List<Line> all = new ArrayList<>();
    private @Nullable Line last;
    /** Whether tasks may wait that no host can run. */
    private boolean impossible;

    /**
     * @param hosts those that are there, which changes
     */
    Lines(TaskOrder order, Placement placement, List<HostState> hosts) {
        this.order = order;
        this.placement = placement;
        this.hosts = hosts;
    }

    /** All that ever were; more may come. */
    List<Line> all() {
        return all;
    }

    Line of(JobKind kind) {
        // Nearly all tasks are of one kind: no hashing for the one asked for last.
        Line known = last;
        if (known != null && known.kind == kind) {
            return known;
        }
        Line line = byKind.get(kind);
        if (line == null) {
            line = new Line(kind, newHeap());
            look(line);
            byKind.put(kind, line);
            all.add(line);
        }
        last = line;
        return line;
    }

    TaskHeap newHeap() {
        return new TaskHeap(order.states, order);
    }

    /** A task comes to a line, whose tasks may have become impossible since it was checked. */
    void add(int task, Line line) {
        line.tasks.add(task);
        impossible |= !line.possible;
    }

    /** A host is out, and what it offered still counts as possible: it may come back. */
    void left(HostSpec spec) {
        if (gone.size() < MOST_GONE) {
            gone.add(spec);
        }
    }

    /** Looks anew at what the hosts offer. */
    void hostsChanged() {
        for (Line line : all) {
            look(line);
            impossible |= !line.possible;
        }
    }

    private void look(Line line) {
        line.tasks.index(placement.indexedBy());
        line.possible = hosts.stream().anyMatch(host -> host.couldRun(line.kind))
                || gone.stream()
                        .anyMatch(spec -> spec.couldRun(line.kind.slots(), line.kind.needs(), line.kind.constraints()));
    }

    /** A line whose tasks no host can ever run, since the hosts changed; or null. */
    @Nullable
    Line nextImpossible() {
        if (impossible) {
            for (Line line : all) {
                if (!line.possible && !line.tasks.isEmpty()) {
                    return line;
                }
            }
            impossible = false;
        }
        return null;
    }
}
