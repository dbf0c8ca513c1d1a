package dev.heddle.scheduler.testing;

import dev.heddle.scheduler.SimulatedTicker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Time for tests. A {@link #jumping} ticker jumps to whatever comes next as soon as the engine has nothing to do; a
 * {@link #held} one stands still until {@link #advance(Duration)} moves it.
 *
 * <p>May be used from any thread; what was set with {@link #in} runs on the engine's thread.
 */
public final class ManualTicker implements SimulatedTicker, InstantSource {

    private record Due(long nanos, long number, Runnable action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final Object lock = new Object();
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final boolean held;
    private long now;
    private long allowed;
    private long numbers;
    private @Nullable Runnable wake;

    private ManualTicker(boolean held) {
        this.held = held;
    }

    /** A ticker that jumps to the next event when the engine is idle: a simulation runs as fast as it can. */
    public static ManualTicker jumping() {
        return new ManualTicker(false);
    }

    /** A ticker that only {@link #advance(Duration)} moves. */
    public static ManualTicker held() {
        return new ManualTicker(true);
    }

    @Override
    public long getAsLong() {
        synchronized (lock) {
            return now;
        }
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(getAsLong());
    }

    /** Runs {@code action} on the engine's thread when time has come. */
    public void in(Duration delay, Runnable action) {
        synchronized (lock) {
            due.add(new Due(now + delay.toNanos(), numbers++, action));
        }
    }

    /** Lets time go on, up to that much later; events on the way happen at their own times. For a {@link #held} ticker. */
    public void advance(Duration time) {
        Runnable waker;
        synchronized (lock) {
            allowed += time.toNanos();
            waker = wake;
        }
        if (waker != null) {
            waker.run();
        }
    }

    @Override
    public boolean advance(long deadline, Runnable wake) {
        Runnable action = null;
        synchronized (lock) {
            this.wake = wake;
            Due next = due.peek();
            long target = Math.min(deadline, next == null ? Long.MAX_VALUE : next.nanos());
            if (target == Long.MAX_VALUE || held && target > allowed) {
                if (held) {
                    now = Math.max(now, allowed);
                }
                return false;
            }
            now = Math.max(now, target);
            if (next != null && next.nanos() <= now) {
                due.remove();
                action = next.action();
            }
        }
        if (action != null) {
            action.run();
        }
        return true;
    }
}
