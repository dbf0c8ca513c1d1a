package dev.heddle.logmux;

import java.io.IOException;
import java.util.LinkedHashSet;

/** Shows a task when it has ended, whole: in the order of the ends, or in the order in which the tasks were opened. */
final class TaskArbiter extends Arbiter {

    private final boolean inOrder;
    /** Opened and not shown whole yet, in the order of opening. */
    private final LinkedHashSet<Lane> lanes = new LinkedHashSet<>();

    TaskArbiter(Output output, boolean inOrder) {
        super(output);
        this.inOrder = inOrder;
    }

    @Override
    void opened(Lane lane) {
        lanes.add(lane);
    }

    @Override
    void spoke(Lane lane, long now) {
        // Waits for its end.
    }

    @Override
    void ended(Lane lane, long now) throws IOException {
        if (!inOrder) {
            lanes.remove(lane);
            show(lane, now);
            return;
        }
        while (!lanes.isEmpty() && lanes.iterator().next().ending != null) {
            Lane first = lanes.iterator().next();
            lanes.remove(first);
            show(first, now);
        }
    }

    @Override
    void dump(long now) throws IOException {
        for (Lane lane : lanes) {
            show(lane, now);
        }
        lanes.removeIf(lane -> lane.ending != null);
    }
}
