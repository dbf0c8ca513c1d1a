package dev.heddle.logmux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An embedder's {@link GroupArbiter} at work. */
final class CustomArbiter extends Arbiter implements GroupArbiter.Stage {

    private final GroupArbiter arbiter;
    /** Sources that are open, and those that have ended and were not shown since, in the order of their beginnings. */
    private final Map<Integer, Lane> lanes = new LinkedHashMap<>();

    private long now;

    CustomArbiter(Output output, GroupArbiter arbiter) {
        super(output);
        this.arbiter = arbiter;
    }

    @Override
    void opened(Lane lane) {
        lanes.put(lane.source, lane);
        arbiter.opened(lane.source);
    }

    @Override
    void spoke(Lane lane, long at) throws IOException {
        now = at;
        lanes.putIfAbsent(lane.source, lane);
        call(() -> arbiter.spoke(lane.source, at, this));
    }

    @Override
    void ended(Lane lane, long at) throws IOException {
        now = at;
        lanes.putIfAbsent(lane.source, lane);
        boolean failed = lane.ending != null && lane.ending.isFailure();
        call(() -> arbiter.ended(lane.source, failed, at, this));
        if (lane.queue.isEmpty() && lanes.containsKey(lane.source)) {
            call(() -> show(lane.source));
        }
    }

    @Override
    void dump(long at) throws IOException {
        now = at;
        for (Lane lane : List.copyOf(lanes.values())) {
            if (!lane.queue.isEmpty() || lane.ending != null) {
                call(() -> show(lane.source));
            }
        }
    }

    @Override
    long deadline() {
        return arbiter.deadline();
    }

    @Override
    void timer(long at) throws IOException {
        now = at;
        call(() -> arbiter.timer(at, this));
        if (arbiter.deadline() <= at) {
            // Asked for a time that has come already, it would be asked for ever.
            dump(at);
            if (arbiter.deadline() <= at) {
                throw new IllegalStateException("the arbiter of the strategy asks for a time that has passed: "
                        + arbiter.deadline() + " at " + at);
            }
        }
    }

    private static void call(Runnable step) throws IOException {
        try {
            step.run();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void show(int source) {
        Lane lane = lanes.get(source);
        if (lane == null) {
            return;
        }
        if (lane.ending != null) {
            lanes.remove(source);
        }
        try {
            show(lane, now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long waiting(int source) {
        Lane lane = lanes.get(source);
        return lane == null ? 0 : lane.queue.bytes();
    }
}
