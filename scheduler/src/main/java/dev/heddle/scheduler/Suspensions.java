package dev.heddle.scheduler;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Time in which the process stood still: it was stopped by a signal, or the machine slept, and its clock went on. Such time
 * belongs to no job and brings no limit nearer.
 *
 * <p>It is found by the loop, which never waits longer than {@link #BEAT_NANOS} while anything runs: if it
 * wakes up more than {@link #LEAST_NANOS} later than it meant to, the process stood still in between. A machine so loaded that the loop gets
 * no turn for so long is taken for one that stood still, too.
 *
 * <p>Owned by the loop's thread.
 */
final class Suspensions {

    /** Longest wait of the loop, in nanoseconds, while something runs. */
    static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Shortest time, in nanoseconds, that counts as standing still. */
    static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Surroundings around;
    private final Events events;
    /** When the loop looked at the time last; negative before the first time. */
    private long awake = -1;

    Suspensions(Surroundings around) {
        this.around = around;
        this.events = around.events();
    }

    /**
     * Waits for the next message or timer. Simulated time leaps because it is meant to, and never stands still.
     *
     * @param runs whether anything runs
     * @param checks whether other threads work on checks, of which simulated time does not know
     */
    void rest(boolean runs, boolean checks) throws InterruptedException {
        long due = around.timers().next();
        Inbox inbox = around.inbox();
        if (around.settings().ticker() instanceof SimulatedTicker simulated) {
            long deadline = due == Timers.NEVER ? Long.MAX_VALUE : events.origin() + due;
            if (inbox.isEmpty() && (checks || !simulated.advance(deadline, inbox::wake))) {
                inbox.await(Long.MAX_VALUE);
            }
            return;
        }
        look();
        long since = events.now();
        long longest = longest(due, runs);
        inbox.await(longest);
        waited(since, longest);
    }

    private long longest(long due, boolean running) {
        if (due == Timers.NEVER) {
            return running ? BEAT_NANOS : Long.MAX_VALUE;
        }
        return Math.min(BEAT_NANOS, Math.max(0, due - events.now()));
    }

    /** The loop looks at the time, after work that takes none to speak of. */
    void look() {
        if (around.settings().ticker() instanceof SimulatedTicker) {
            return;
        }
        waited(awake < 0 ? events.now() : awake, 0);
    }

    /**
     * The loop has waited.
     *
     * @param since when it began to
     * @param longest nanoseconds that it meant to wait at most
     */
    private void waited(long since, long longest) {
        long gap = longest == Long.MAX_VALUE ? 0 : events.now() - since - longest;
        stoodStill(gap);
        awake = events.now();
    }

    private void stoodStill(long gap) {
        if (gap > LEAST_NANOS) {
            events.stoodStill(gap);
            events.message(String.format(
                    Locale.ROOT,
                    "the build stood still for %.1f s, which count for nothing",
                    gap / (double) TimeUnit.SECONDS.toNanos(1)));
        }
    }
}
