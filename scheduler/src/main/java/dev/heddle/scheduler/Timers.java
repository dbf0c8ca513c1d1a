package dev.heddle.scheduler;

import java.time.Duration;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What is to be done at a later time. Those of one instant go off in the order they were set. Owned by the loop's thread. */
final class Timers {

    /** A timer that was set. */
    final class Timer implements Comparable<Timer> {
        private final long due;
        private final long number;
        /** Null once it went off or was cancelled: what it would have done is not to be kept for as long as it would have waited. */
        private @Nullable Runnable action;

        private Timer(long due, long number, Runnable action) {
            this.due = due;
            this.number = number;
            this.action = action;
        }

        /** Does nothing if it went off already. */
        void cancel() {
            if (action != null) {
                action = null;
                cancelled++;
            }
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(due, other.due);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** The answer of {@link #next} when no timer is set. */
    static final long NEVER = Long.MAX_VALUE;

    /** A delay of centuries counts as this one, lest its end wrap around. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** Cancelled timers that are kept until there are more of them than others. */
    private static final int FEW = 64;

    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long numbers;
    /** Timers in the queue that were cancelled. */
    private int cancelled;

    /** Sets a timer for a time after {@code now}. */
    Timer after(long now, Duration delay, Runnable action) {
        return at(now + (delay.compareTo(LONGEST) > 0 ? LONGEST : delay).toNanos(), action);
    }

    /** Sets a timer; {@code due} and all other times are nanoseconds since the build began. */
    Timer at(long due, Runnable action) {
        if (cancelled > FEW && cancelled > timers.size() / 2) {
            timers.removeIf(timer -> timer.action == null);
            cancelled = 0;
        }
        Timer timer = new Timer(due, numbers++, action);
        timers.add(timer);
        return timer;
    }

    /** When the next timer goes off, or {@link #NEVER}. */
    long next() {
        Timer first = timers.peek();
        while (first != null && first.action == null) {
            timers.remove();
            cancelled--;
            first = timers.peek();
        }
        return first == null ? NEVER : first.due;
    }

    /** Lets every timer go off that is due. */
    void fire(long now) {
        while (next() <= now) {
            Timer timer = timers.remove();
            Runnable action = Objects.requireNonNull(timer.action);
            timer.action = null;
            action.run();
        }
    }

    /** How many timers take memory. */
    int size() {
        return timers.size();
    }
}
