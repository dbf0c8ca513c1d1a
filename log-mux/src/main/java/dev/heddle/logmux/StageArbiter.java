package dev.heddle.logmux;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gives one source the stage and holds the others back, but none for long. The rules:
 *
 * <ul>
 *   <li>What the source on the stage says is shown at once.
 *   <li>What an ended source left is shown whole once the stage was quiet for {@link #PAUSE_NANOS}, or after
 *       {@link #FINISHED_NANOS}.
 *   <li>A stage that was quiet for {@link #QUIET_NANOS} goes to the source with the oldest held byte, and so does one that is
 *       not quiet when that byte is {@link #FAIR_NANOS} old.
 *   <li>But while the source on the stage has begun a line and not ended it nothing comes between, until a byte that waits is
 *       {@link #CAP_NANOS} old.
 *   <li>When the source on the stage ends, what ended sources left comes first, failed ones before others; then the source
 *       with the oldest held byte gets the stage.
 * </ul>
 *
 * <p>That a person who watches sees only the beginning and the end of a big block is {@link DisplayBudget}'s rule.
 */
final class StageArbiter extends Arbiter {

    static final long PAUSE_NANOS = 50_000_000;
    static final long FINISHED_NANOS = 500_000_000;
    static final long QUIET_NANOS = 250_000_000;
    static final long FAIR_NANOS = 3_000_000_000L;
    static final long CAP_NANOS = 5_000_000_000L;

    private final TreeSet<Lane> held = new TreeSet<>();
    private final ArrayDeque<Lane> finished = new ArrayDeque<>();
    private final ArrayDeque<Long> finishedAt = new ArrayDeque<>();
    /** When the oldest byte of what ended sources left came. */
    private long finishedOldest = Assembler.NEVER;

    private @Nullable Lane front;

    StageArbiter(Output output) {
        super(output);
    }

    @Override
    void spoke(Lane lane, long now) throws IOException {
        if (lane == front) {
            show(lane, now);
        } else if (!lane.queue.isEmpty()) {
            await(held, lane);
        }
        settle(now);
    }

    @Override
    void ended(Lane lane, long now) throws IOException {
        if (lane == front) {
            show(lane, now);
            front = null;
        } else if (lane.queue.isEmpty()) {
            show(lane, now);
        } else {
            held.remove(lane);
            finishedOldest = Math.min(finishedOldest, lane.oldest());
            finished.add(lane);
            finishedAt.add(now);
        }
        settle(now);
    }

    @Override
    void dump(long now) throws IOException {
        showFinished(now);
        while (!held.isEmpty()) {
            show(held.pollFirst(), now);
        }
    }

    @Override
    long deadline() {
        Lane onStage = front;
        if (onStage == null) {
            return Assembler.NEVER;
        }
        return Math.min(finishedDue(onStage), heldDue(onStage));
    }

    /** When what ended sources left is to be shown. */
    private long finishedDue(Lane onStage) {
        if (finished.isEmpty()) {
            return Assembler.NEVER;
        }
        return onStage.isInLine()
                ? finishedOldest + CAP_NANOS
                : Math.min(onStage.lastByte + PAUSE_NANOS, finishedAt.getFirst() + FINISHED_NANOS);
    }

    /** When another source is to have the stage. */
    private long heldDue(Lane onStage) {
        if (held.isEmpty()) {
            return Assembler.NEVER;
        }
        long oldest = held.first().waitingSince;
        return onStage.isInLine() ? oldest + CAP_NANOS : Math.min(onStage.lastByte + QUIET_NANOS, oldest + FAIR_NANOS);
    }

    @Override
    void timer(long now) throws IOException {
        settle(now);
    }

    private void settle(long now) throws IOException {
        Lane onStage = front;
        if (onStage == null) {
            showFinished(now);
            takeStage(now);
            return;
        }
        if (now >= finishedDue(onStage)) {
            showFinished(now);
        }
        if (now >= heldDue(onStage)) {
            takeStage(now);
        }
    }

    private void takeStage(long now) throws IOException {
        Lane next = held.pollFirst();
        if (next != null) {
            front = next;
            show(next, now);
        }
    }

    private void showFinished(long now) throws IOException {
        for (Lane lane : finished) {
            if (lane.ending != null && lane.ending.isFailure()) {
                show(lane, now);
            }
        }
        for (Lane lane : finished) {
            if (lane.ending == null || !lane.ending.isFailure()) {
                show(lane, now);
            }
        }
        finished.clear();
        finishedAt.clear();
        finishedOldest = Assembler.NEVER;
    }
}
