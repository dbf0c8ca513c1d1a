package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.EventFormatException;
import dev.heddle.core.event.EventJson;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leads a journal through a strategy into a sink: the part of a view that is the same while jobs run and in a replay. Time is
 * the journal's: before anything that happened at a time, all timers up to that time fire. Owned by one thread.
 */
final class ViewDriver implements FrameVisitor, Arbiter.Output {

    private final Sink sink;
    private final boolean mindsEvents;
    private final RunReader reader;
    private final @Nullable DisplayBudget budget;
    private final @Nullable LineMarker marker;
    private Grouping grouping;
    private long now;
    private int shownSource = -1;
    private boolean written;
    private long groups;
    private long switches;
    private long halfLines;
    private final DelayHistogram delays = new DelayHistogram();

    ViewDriver(GroupingStrategy strategy, Sink sink, RunReader reader) {
        this(strategy, sink, reader, null);
    }

    /**
     * A way from a journal into a sink.
     *
     * @param classifier says on which channels lines are shown, or null for those they were said on
     */
    ViewDriver(GroupingStrategy strategy, Sink sink, RunReader reader, @Nullable LineClassifier classifier) {
        this.sink = sink;
        this.mindsEvents = sink.mindsEvents();
        this.marker = classifier == null ? null : new LineMarker(classifier, reader, this::show);
        this.reader = reader;
        this.budget = sink.maySkip() ? new DisplayBudget(reader, this::pass) : null;
        this.grouping = new Grouping(strategy, this, reader);
        grouping.opened(new Lane(0, null, false));
    }

    /** The sink shows half lines itself. Called before anything else. */
    void holdHalfLines() {
        grouping.holdHalfLines();
    }

    RunReader reader() {
        return reader;
    }

    /** Goes on with another strategy. What the old one held is shown or handed over. */
    void strategy(GroupingStrategy strategy) throws IOException {
        if (strategy == grouping.strategy()) {
            return;
        }
        grouping = grouping.become(strategy, now);
    }

    /** Time of the journal, in nanoseconds. */
    long now() {
        return now;
    }

    long deadline() {
        return budget == null ? grouping.deadline() : Math.min(grouping.deadline(), budget.deadline());
    }

    /** Lets time pass. */
    void advance(long nanos) throws IOException {
        for (long due = deadline(); due <= nanos; due = deadline()) {
            now = Math.max(now, due);
            grouping.timer(now);
            if (budget != null) {
                budget.timer(now);
            }
        }
        now = Math.max(now, nanos);
    }

    void dump() throws IOException {
        grouping.dump(now);
        if (budget != null) {
            budget.dump(now);
        }
    }

    /** The journal has ended: shows what is held, and what of it never ended. */
    void finish() throws IOException {
        grouping.dump(now);
        for (Lane lane : List.copyOf(grouping.lanes())) {
            if (!lane.isEngine()) {
                grouping.ended(lane, JobEnding.unknown(), now);
            }
        }
        flush();
    }

    /** Passes on what the sink was given since the last time. */
    void flush() throws IOException {
        if (written) {
            written = false;
            sink.flush();
        }
    }

    /** Tells the sink that it missed something. */
    void skipped(long count, int sources) throws IOException {
        written = true;
        sink.skipped(count, sources);
    }

    /** Something of a source was left out; what comes next of it may begin in the middle of a line. */
    void leftOut(int source, int channel, boolean midLine) {
        Lane lane = grouping.lane(source);
        if (lane != null) {
            lane.midLine[channel] = midLine;
        }
    }

    ViewStatistics statistics() {
        return new ViewStatistics(
                delays.bytes(),
                groups,
                switches,
                halfLines,
                delays.meanNanos(),
                delays.percentileNanos(99),
                delays.maxNanos());
    }

    @Override
    public void session(long epochMillis) {
        // Wall time is of no interest here, but what an earlier writer left open does not go on.
        try {
            for (Lane lane : List.copyOf(grouping.lanes())) {
                if (!lane.isEngine()) {
                    grouping.ended(lane, JobEnding.unknown(), now);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void time(long nanos) {
        try {
            advance(nanos);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void task(int source, JobInfo job, boolean live) {
        if (grouping.lane(source) == null) {
            grouping.opened(new Lane(source, job, live));
        }
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice data) {
        Lane lane = grouping.lane(source);
        if (lane == null) {
            lane = new Lane(source, null, false);
            grouping.opened(lane);
        }
        try {
            grouping.data(lane, CompactFormat.code(channel), offset, data, now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void end(int source, JobEnding ending, long[] totals) {
        Lane lane = grouping.lane(source);
        if (lane != null && !lane.isEngine()) {
            try {
                grouping.ended(lane, ending, now);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void event(Slice json) {
        if (!mindsEvents) {
            return;
        }
        BuildEvent event;
        try {
            event = EventJson.event(json.copy(), "event in the journal");
        } catch (EventFormatException e) {
            // Written by a program that knows more kinds of event; nothing of what jobs said depends on it.
            return;
        }
        try {
            written = true;
            sink.event(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void show(Lane lane, long at) throws IOException {
        if (budget == null || lane.isEngine()) {
            pass(lane, lane.queue, 0, at);
        } else {
            budget.show(lane, at);
        }
        lane.queue.clear();
        JobEnding ending = lane.ending;
        if (ending != null) {
            written = true;
            sink.ended(lane.source, lane.job, ending);
        }
    }

    // What is left out stands before the runs.
    private void pass(Lane lane, Runs runs, long leftOut, long at) throws IOException {
        if (leftOut > 0) {
            written = true;
            sink.clipped(lane.source, lane.job, leftOut);
        }
        int size = runs.size();
        for (int from = 0, to; from < size; from = to) {
            int channel = runs.channel(from);
            to = from + 1;
            while (to < size && runs.channel(to) == channel) {
                to++;
            }
            if (marker == null) {
                show(lane, runs, from, to, null);
            } else {
                marker.show(lane, runs, from, to);
            }
            lane.lastShown = channel;
            count(lane, runs, from, to, at);
        }
    }

    private void show(Lane lane, Runs runs, int from, int to, @Nullable Mark mark) throws IOException {
        show(mark == null ? new Group(lane, runs, from, to, reader) : new Group(lane, runs, from, to, reader, mark));
        lane.midLine[runs.channel(from)] = runs.ending(to - 1) != Runs.Ending.LINE;
    }

    private void show(Group group) throws IOException {
        written = true;
        try {
            sink.write(group);
        } catch (RunReader.GoneException e) {
            sink.skipped(group.length(), 1);
        }
    }

    private void count(Lane lane, Runs runs, int from, int to, long at) {
        groups++;
        if (lane.source != shownSource) {
            switches += shownSource < 0 ? 0 : 1;
            shownSource = lane.source;
        }
        if (runs.ending(to - 1) == Runs.Ending.HALF) {
            halfLines++;
        }
        for (int i = from; i < to; i++) {
            delays.add(Math.max(0, at - runs.nanos(i)), runs.length(i));
        }
    }
}
