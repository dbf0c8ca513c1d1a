package dev.heddle.scheduler;

import java.util.PriorityQueue;

/** What is to be done at a later time. Those of one instant go off in the order they were set. Owned by the loop's thread. */
final class Timers {

    /** A timer that was set. */
    static final class Timer implements Comparable<Timer> {
        private final long due;
        private final long number;
        private final Runnable action;
        private boolean cancelled;

        private Timer(long due, long number, Runnable action) {
            this.due = due;
            this.number = number;
            this.action = action;
        }

        void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(due, other.due);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** The answer of {@link #next} when no timer is set. */
    static final long NEVER = Long.MAX_VALUE;

    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long numbers;

    /** Sets a timer; {@code due} and all other times are nanoseconds since the build began. */
    Timer at(long due, Runnable action) {
        Timer timer = new Timer(due, numbers++, action);
        timers.add(timer);
        return timer;
    }

    /** When the next timer goes off, or {@link #NEVER}. */
    long next() {
        Timer first = timers.peek();
        while (first != null && first.cancelled) {
            timers.remove();
            first = timers.peek();
        }
        return first == null ? NEVER : first.due;
    }

    /** Lets every timer go off that is due. */
    void fire(long now) {
        while (next() <= now) {
            timers.remove().action.run();
        }
    }
}
