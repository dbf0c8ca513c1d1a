package dev.heddle.logmux;

import dev.heddle.core.JobEnding;
import dev.heddle.logmux.Runs.Ending;
import dev.heddle.logmux.wire.Slice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
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

    private record Deferred(Lane lane, Runs runs) {}

    private final GroupingStrategy strategy;
    private final Arbiter arbiter;
    private final Arbiter.Output output;
    private final RunReader reader;
    private final Map<Integer, Lane> lanes = new HashMap<>();
    private final PriorityQueue<Assembler> deadlines = new PriorityQueue<>();
    /** What the others said and that they ended, while a live source runs; in the order of the journal. */
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();

    private @Nullable Lane live;
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

    void data(Lane lane, int channel, long offset, Slice bytes, long now) throws IOException {
        Lane onStage = live;
        if (onStage != null && onStage != lane) {
            Runs runs = new Runs();
            runs.add(offset, bytes.length(), channel, Ending.OPEN, now);
            deferred.add(new Deferred(lane, runs));
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
        lane.ending = ending;
        Lane onStage = live;
        if (onStage != null && onStage != lane) {
            deferred.add(new Deferred(lane, new Runs()));
            return;
        }
        close(lane, now);
        if (onStage == lane) {
            live = null;
            releaseDeferred(now);
        }
    }

    private void close(Lane lane, long now) throws IOException {
        for (Assembler assembler : lane.assemblers) {
            if (assembler != null) {
                assembler.flushAll(Ending.LAST);
                deadlines.remove(assembler);
            }
        }
        lanes.remove(lane.source);
        jobs--;
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
            for (int i = 0; i < one.runs.size(); i++) {
                Slice bytes = reader.slice(one.runs.offset(i), one.runs.length(i));
                feed(one.lane, one.runs.channel(i), one.runs.offset(i), bytes, one.runs.nanos(i), now);
            }
            if (one.runs.isEmpty()) {
                close(one.lane, now);
            }
        }
    }

    /** When {@link #timer} wants to be called, or {@link Assembler#NEVER}. */
    long deadline() {
        Assembler first = deadlines.peek();
        return Math.min(
                first == null ? Assembler.NEVER : first.queuedFor, live == null ? arbiter.deadline() : Assembler.NEVER);
    }

    /** Does what is due. */
    void timer(long now) throws IOException {
        while (!deadlines.isEmpty() && deadlines.peek().queuedFor <= now) {
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
            heldRuns = deferred.size();
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

    /** Hands all lanes and what they hold to another machine; this one is of no use afterwards. */
    void moveTo(Grouping next, long now) throws IOException {
        List<Lane> open = new ArrayList<>(lanes.values());
        open.sort(Comparator.comparingInt(lane -> lane.source));
        arbiter.dump(now);
        Lane onStage = live;
        for (Lane lane : open) {
            for (int i = 0; i < lane.assemblers.length; i++) {
                Assembler assembler = lane.assemblers[i];
                lane.assemblers[i] = null;
                if (assembler != null) {
                    assembler.flushAll(Ending.OPEN);
                }
            }
            next.opened(lane);
        }
        next.live = onStage;
        for (Lane lane : open) {
            Runs rest = new Runs();
            rest.takeAll(lane.queue, Ending.OPEN);
            for (int i = 0; i < rest.size(); i++) {
                next.feed(
                        lane,
                        rest.channel(i),
                        rest.offset(i),
                        reader.slice(rest.offset(i), rest.length(i)),
                        rest.nanos(i),
                        now);
            }
        }
        next.deferred.addAll(deferred);
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
