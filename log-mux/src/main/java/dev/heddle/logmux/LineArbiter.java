package dev.heddle.logmux;

import java.io.IOException;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Shows lines at once, but lets a source that is just talking finish: lines of another wait until it was quiet for
 * {@link #QUIET_NANOS}, at most {@link #LONGEST_NANOS} or {@value #MOST_BYTES} bytes. Without this, two chatty sources would
 * change places with every line.
 */
final class LineArbiter extends Arbiter {

    static final long QUIET_NANOS = 50_000_000;
    static final long LONGEST_NANOS = 150_000_000;
    static final int MOST_BYTES = 4096;

    private final TreeSet<Lane> waiting = new TreeSet<>();
    private @Nullable Lane talking;
    private long talkedAt;

    LineArbiter(Output output) {
        super(output);
    }

    @Override
    void spoke(Lane lane, long now) throws IOException {
        if (lane.queue.isEmpty()) {
            return;
        }
        if (lane == talking || talking == null || now >= talkedAt + QUIET_NANOS || lane.queue.bytes() >= MOST_BYTES) {
            talk(lane, now);
        } else {
            await(waiting, lane);
            timer(now);
        }
    }

    @Override
    void ended(Lane lane, long now) throws IOException {
        if (lane.queue.isEmpty()) {
            show(lane, now);
        } else {
            talk(lane, now);
        }
        if (lane == talking) {
            talking = null;
            dump(now);
        }
    }

    @Override
    void dump(long now) throws IOException {
        while (!waiting.isEmpty()) {
            talk(waiting.first(), now);
        }
    }

    @Override
    long deadline() {
        return waiting.isEmpty()
                ? Assembler.NEVER
                : Math.min(talkedAt + QUIET_NANOS, waiting.first().waitingSince + LONGEST_NANOS);
    }

    @Override
    void timer(long now) throws IOException {
        if (now >= talkedAt + QUIET_NANOS) {
            dump(now);
        }
        while (!waiting.isEmpty() && waiting.first().waitingSince + LONGEST_NANOS <= now) {
            talk(waiting.first(), now);
        }
    }

    private void talk(Lane lane, long now) throws IOException {
        waiting.remove(lane);
        show(lane, now);
        talking = lane;
        talkedAt = now;
    }
}
