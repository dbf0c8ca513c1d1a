package dev.heddle.scheduler;

import java.util.List;

/**
 * Sees to it that a task that needs many slots is overtaken by smaller ones a bounded number of times only; then a host is emptied
 * for it.
 *
 * <p>Owned by the loop's thread.
 */
@SuppressWarnings("ReferenceEquality") // There is one object for each kind.
final class Reservations {

    /** Starts of less urgent tasks, for each slot of the largest host, that a task too large for now lets pass. */
    private static final int PATIENCE = 8;

    private final List<HostState> hosts;
    private final List<Line> lines;
    private final TaskOrder order;
    private int patience = PATIENCE;

    Reservations(List<HostState> hosts, List<Line> lines, TaskOrder order) {
        this.hosts = hosts;
        this.lines = lines;
        this.order = order;
    }

    /** Looks anew at how large hosts are. */
    void hostsChanged() {
        int largest = 1;
        for (HostState host : hosts) {
            largest = host.slotsKnown ? Math.max(largest, host.spec.slots()) : largest;
        }
        patience = PATIENCE * largest;
    }

    /** A task of a line has started: those that are more urgent were overtaken. */
    void started(int task, Line by) {
        for (Line line : lines) {
            if (line == by || line.tasks.isEmpty() || !order.before(line.tasks.first(), task)) {
                continue;
            }
            if (++line.overtaken > patience) {
                reserve(line);
            }
        }
        by.overtaken = 0;
        unreserve(by);
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
                    && !Placement.avoids(line.kind, host, hosts)
                    && (best == null || host.freeSlots() > best.freeSlots())) {
                best = host;
            }
        }
        if (best != null) {
            best.reservedFor = line.kind;
        }
    }

    void unreserveIfEmpty(Line line) {
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
}
