package dev.heddle.scheduler.host;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a batch job's own thread is told by others: what Slurm says of the job, and that it is to end. */
final class SlurmSigns {

    private static final Duration LONGEST = Duration.ofDays(1_000);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    // Guarded by lock.
    private @Nullable String state;
    private int misses;
    private boolean gone;
    private boolean ending;
    private boolean terminating;
    private long killAt;
    private boolean hasNews;

    /** Slurm shows it in a state; returns whether that is another one than before. */
    boolean seen(String now) {
        lock.lock();
        try {
            boolean changed = !now.equals(state);
            state = now;
            misses = 0;
            gone |= SlurmAnswers.isOver(now);
            wake(changed);
            return changed;
        } finally {
            lock.unlock();
        }
    }

    /** Slurm does not show it; returns whether it counts as gone from now on, having been missed so often. */
    boolean missed(int most) {
        lock.lock();
        try {
            if (gone) {
                return false; // The state that was its last is no secret because Slurm forgets it.
            }
            boolean now = ++misses >= most;
            gone |= now;
            wake(now);
            return now;
        } finally {
            lock.unlock();
        }
    }

    /** It was told to end, and by others: Slurm should be asked often enough to see its last state. */
    void toldByOthers() {
        lock.lock();
        try {
            ending = true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether its end is near, as far as is known. */
    boolean isEnding() {
        lock.lock();
        try {
            return !gone && (ending || SlurmAnswers.COMPLETING.equals(state));
        } finally {
            lock.unlock();
        }
    }

    /** It is to end, and to be killed after {@code grace}; the shortest counts. */
    void terminate(Duration grace) {
        long nanos = grace.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : Math.max(0, grace.toNanos());
        long at = System.nanoTime() + nanos;
        lock.lock();
        try {
            if (!terminating || at - killAt < 0) {
                killAt = at;
            }
            terminating = true;
            wake(true);
        } finally {
            lock.unlock();
        }
    }

    private void wake(boolean why) {
        if (why) {
            hasNews = true;
            news.signalAll();
        }
    }

    /** Waits for something new, at most so long. */
    void await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !hasNews) {
                left = news.awaitNanos(left);
            }
            hasNews = false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits so long, whatever is new. */
    void awaitAll(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            await(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
        }
    }

    boolean isTerminating() {
        lock.lock();
        try {
            return terminating;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is to be killed by now. */
    boolean isToBeKilled() {
        lock.lock();
        try {
            return terminating && killAt - System.nanoTime() <= 0;
        } finally {
            lock.unlock();
        }
    }

    /** Whether Slurm has said that it is over, or shows it no more. */
    boolean isGone() {
        lock.lock();
        try {
            return gone;
        } finally {
            lock.unlock();
        }
    }

    /** The state in which Slurm showed it last, or null if it does not show it. */
    @Nullable
    String lastState() {
        lock.lock();
        try {
            return misses > 0 ? null : state;
        } finally {
            lock.unlock();
        }
    }
}
