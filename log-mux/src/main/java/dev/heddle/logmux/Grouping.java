package dev.heddle.logmux;

import dev.heddle.core.JobEnding;
import dev.heddle.logmux.Runs.Ending;
import dev.heddle.logmux.wire.Slice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A strategy at work in one view: an {@link Assembler} for each source and channel, one {@link Arbiter} over them, and the
 * rules that hold in every strategy: the engine's words are shown as they come, a live source has the stage to itself.
 *
 * <p>A pure machine without thread, clock or file; every call takes the time, which never goes back.
 */
final class Grouping {

    /** Runs that may be held in all, 16 bytes each; beyond them everything held is shown. */
    static final int MOST_RUNS = 1 << 20;

    /** Something that waits for the live source to end: what a lane said, and then how it ended if it did. */
    private record Deferred(Lane lane, Runs runs, @Nullable JobEnding ending) {}

    private final GroupingStrategy strategy;
    private final Arbiter arbiter;
    private final Arbiter.Output output;
    private final RunReader reader;
    private final Map<Integer, Lane> lanes = new HashMap<>();
    private final PriorityQueue<Assembler> deadlines = new PriorityQueue<>();
    /** What the others said and that they ended, while a live source runs; in the order of the journal. */
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();

    private @Nullable Lane live;
    private long halfLineNanos = Timing.HALF_LINE_NANOS;
    private int jobs;
    /** Runs that came since they were last counted, and those that were held then. */
    private int heldRuns;

    Grouping(GroupingStrategy strategy, Arbiter.Output output, RunReader reader) {
        this.strategy = strategy;
        this.output = output;
        this.reader = reader;
        this.arbiter = strategy.arbiter(output);
    }

    GroupingStrategy strategy() {
        return strategy;
    }

    Collection<Lane> lanes() {
        return lanes.values();
    }

    @Nullable
    Lane lane(int source) {
        return lanes.get(source);
    }

    /** From here on half lines wait for their ends, or those of their sources. */
    void holdHalfLines() {
        halfLineNanos = Assembler.NEVER;
    }

    /** How long the half line of a job waits for its rest, or {@link Assembler#NEVER}. */
    long halfLineNanos() {
        return halfLineNanos;
    }

    /** Whether a job is the only one that is open. */
    boolean isAlone(Lane lane) {
        return jobs == 1 && lanes.get(lane.source) == lane;
    }

    void opened(Lane lane) {
        lanes.put(lane.source, lane);
        if (lane.isEngine()) {
            return;
        }
        jobs++;
        if (lane.live && live == null) {
            live = lane;
        } else {
            arbiter.opened(lane);
        }
    }

    /** Whether a source has the stage to itself. */
    boolean isLive(Lane lane) {
        return lane == live;
    }

    void data(Lane lane, int channel, long offset, Slice bytes, long now) throws IOException {
        Lane onStage = live;
        if (onStage != null && onStage != lane) {
            Runs runs = new Runs();
            runs.add(offset, bytes.length(), channel, Ending.OPEN, now);
            deferred.add(new Deferred(lane, runs, null));
            hold(1, now);
            return;
        }
        feed(lane, channel, offset, bytes, now, now);
    }

    private void feed(Lane lane, int channel, long offset, Slice bytes, long came, long now) throws IOException {
        int before = lane.queue.size();
        Assembler assembler = assembler(lane, channel);
        if (lane.lastChannel >= 0 && lane.lastChannel != channel) {
            Assembler other = lane.assemblers[lane.lastChannel];
            if (other != null) {
                other.flushLines();
            }
        }
        lane.lastChannel = channel;
        lane.lastByte = now;
        assembler.accept(offset, bytes, came);
        schedule(assembler);
        spoke(lane, now);
        hold(Math.max(1, lane.queue.size() - before), now);
    }

    private void spoke(Lane lane, long now) throws IOException {
        if (lane.isEngine() || lane == live) {
            output.show(lane, now);
        } else {
            arbiter.spoke(lane, now);
        }
    }

    void ended(Lane lane, JobEnding ending, long now) throws IOException {
        lanes.remove(lane.source);
        jobs -= lane.isEngine() ? 0 : 1;
        Lane onStage = live;
        if (onStage != null && onStage != lane) {
            deferred.add(new Deferred(lane, new Runs(), ending));
            return;
        }
        close(lane, ending, now);
        if (onStage == lane) {
            live = null;
            releaseDeferred(now);
        }
    }

    private void close(Lane lane, JobEnding ending, long now) throws IOException {
        lane.ending = ending;
        for (Assembler assembler : lane.assemblers) {
            if (assembler != null) {
                assembler.flushAll(Ending.LAST);
                deadlines.remove(assembler);
            }
        }
        if (lane == live) {
            output.show(lane, now);
        } else {
            arbiter.ended(lane, now);
        }
    }

    private void releaseDeferred(long now) throws IOException {
        List<Deferred> waiting = new ArrayList<>(deferred);
        deferred.clear();
        for (Deferred one : waiting) {
            feedAll(one.lane, one.runs, now);
            if (one.ending != null) {
                close(one.lane, one.ending, now);
            }
        }
    }

    private void feedAll(Lane lane, Runs runs, long now) throws IOException {
        for (int i = 0; i < runs.size(); i++) {
            Slice bytes = reader.slice(runs.offset(i), runs.length(i));
            feed(lane, runs.channel(i), runs.offset(i), bytes, runs.nanos(i), now);
        }
    }

    /** When {@link #timer} wants to be called, or {@link Assembler#NEVER}. */
    long deadline() {
        if (live != null) {
            // Nobody else is shown before it ends, and what it says never waits.
            return Assembler.NEVER;
        }
        Assembler first = deadlines.peek();
        return Math.min(first == null ? Assembler.NEVER : first.queuedFor, arbiter.deadline());
    }

    /** Does what is due. */
    void timer(long now) throws IOException {
        while (live == null && !deadlines.isEmpty() && deadlines.peek().queuedFor <= now) {
            Assembler first = deadlines.remove();
            first.queuedFor = Assembler.NEVER;
            if (first.deadline() <= now) {
                first.timer(now);
                spoke(first.lane, now);
            }
            schedule(first);
        }
        if (live == null && arbiter.deadline() <= now) {
            arbiter.timer(now);
        }
    }

    // Deadlines only move to later times while an assembler stands in the queue; a stale entry is put back when it
    // comes up.
    private void schedule(Assembler assembler) {
        long due = assembler.deadline();
        if (assembler.queuedFor == Assembler.NEVER && due != Assembler.NEVER) {
            assembler.queuedFor = due;
            deadlines.add(assembler);
        } else if (due < assembler.queuedFor) {
            deadlines.remove(assembler);
            assembler.queuedFor = due;
            deadlines.add(assembler);
        }
    }

    private void hold(int runs, long now) throws IOException {
        heldRuns += runs;
        if (heldRuns > MOST_RUNS) {
            heldRuns = 0;
            for (Deferred one : deferred) {
                heldRuns += 1 + one.runs.size();
            }
            for (Lane lane : lanes.values()) {
                heldRuns += lane.queue.size();
            }
            if (heldRuns > MOST_RUNS / 2) {
                heldRuns = 0;
                dump(now);
            }
        }
    }

    /** Shows everything that is held: half lines too, as such. */
    void dump(long now) throws IOException {
        Lane onStage = live;
        live = null;
        releaseDeferred(now);
        for (Lane lane : List.copyOf(lanes.values())) {
            for (Assembler assembler : lane.assemblers) {
                if (assembler != null) {
                    assembler.flushAll(Ending.HALF);
                }
            }
            if (!lane.queue.isEmpty()) {
                spoke(lane, now);
            }
        }
        arbiter.dump(now);
        live = onStage;
    }

    /**
     * Goes on as another strategy; this machine is of no use afterwards. What it held is shown, but for half lines, which the
     * other one goes on to hold. While a live source runs nothing is shown: the other one holds all of it.
     */
    Grouping become(GroupingStrategy other, long now) throws IOException {
        List<Deferred> held = new ArrayList<>();
        arbiter.handOver(live == null ? null : lane -> held.add(taken(lane)), now);
        TreeMap<Integer, Lane> all = new TreeMap<>(lanes);
        deferred.forEach(one -> all.put(one.lane.source, one.lane));
        for (Lane lane : all.values()) {
            for (Assembler assembler : lane.assemblers) {
                if (assembler != null) {
                    assembler.flushAll(Ending.OPEN);
                }
            }
            if (!lane.queue.isEmpty()) {
                held.add(taken(lane));
            }
        }
        held.forEach(one -> all.put(one.lane.source, one.lane));
        Grouping next = new Grouping(other, output, reader);
        next.heldRuns = heldRuns;
        next.halfLineNanos = halfLineNanos;
        next.live = live;
        all.values().forEach(lane -> next.adopt(lane, lanes.containsKey(lane.source)));
        next.deferred.addAll(held);
        if (live == null) {
            next.releaseDeferred(now);
        }
        next.deferred.addAll(deferred);
        return next;
    }

    /** Takes what waits in a lane's queue, and its ending, out of it. */
    private static Deferred taken(Lane lane) {
        Runs runs = new Runs();
        runs.takeAll(lane.queue, Ending.OPEN);
        Deferred taken = new Deferred(lane, runs, lane.ending);
        lane.ending = null;
        return taken;
    }

    private void adopt(Lane lane, boolean open) {
        Arrays.fill(lane.assemblers, null);
        if (open) {
            lanes.put(lane.source, lane);
            jobs += lane.isEngine() ? 0 : 1;
        }
        if (!lane.isEngine() && lane != live) {
            arbiter.opened(lane);
        }
    }

    private Assembler assembler(Lane lane, int channel) {
        Assembler known = lane.assemblers[channel];
        if (known == null) {
            known = strategy.assembler(lane, channel, this);
            lane.assemblers[channel] = known;
        }
        return known;
    }
}
