package dev.heddle.scheduler.testing;

import dev.heddle.core.event.BuildEventListener;
import dev.heddle.scheduler.SharedFiles;
import dev.heddle.scheduler.SimulatedTicker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The time of a {@link Simulation}: it jumps to what comes next whenever the engine has nothing to do, and never goes back. Its wall
 * clock may jump, either way.
 *
 * <p>Belongs to the engine's thread once the build runs; before that, to the thread that prepares the build.
 */
public final class VirtualTime implements SimulatedTicker, InstantSource {

    /** Turns of the engine at one moment that are taken for a loop without end. */
    private static final int MOST_TURNS_AT_ONCE = 200_000;

    private static final Duration DAY = Duration.ofDays(1);

    private record Due(long nanos, long number, Runnable action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** What goes on beside the time; told on the engine's thread. */
    interface Watch extends BuildEventListener {
        /** The engine has nothing to do at this moment. */
        void idle();

        /** Nothing will ever happen any more, and yet the build is not over. */
        void stalled();

        /** The engine turns and turns at one moment. */
        void spins();
    }

    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final List<SimulatedSource> sources = new ArrayList<>();
    private @Nullable Watch watch;
    private @Nullable SharedFiles files;
    private long now;
    private long numbers;
    private int turns;
    private Duration wallAhead = Duration.ZERO;

    VirtualTime() {}

    void files(SharedFiles imagined) {
        files = imagined;
    }

    @Override
    public @Nullable SharedFiles files() {
        return files;
    }

    void watch(Watch by) {
        watch = by;
    }

    @Override
    public @Nullable BuildEventListener observer() {
        return watch;
    }

    @Override
    public long getAsLong() {
        return now;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plus(DAY).plusNanos(now).plus(wallAhead);
    }

    /** Moves the wall clock, and nothing else. */
    public void jumpWall(Duration by) {
        wallAhead = wallAhead.plus(by);
    }

    /** Runs {@code action} on the engine's thread when that much time has passed. */
    public void in(Duration delay, Runnable action) {
        at(now + delay.toNanos(), action);
    }

    void at(long nanos, Runnable action) {
        due.add(new Due(Math.max(now, nanos), numbers++, action));
    }

    /** A source of tasks: once it is told to stop, time waits for its end. */
    void source(SimulatedSource source) {
        sources.add(source);
    }

    @Override
    public boolean advance(long deadline, Runnable wake) {
        if (!sources.isEmpty() && sources.removeIf(SimulatedSource::hasLeft)) {
            return true; // It has told the engine so.
        }
        Watch told = watch;
        if (told != null) {
            told.idle();
            if (++turns > MOST_TURNS_AT_ONCE) {
                told.spins();
            }
        }
        Due next = due.peek();
        long target = Math.min(deadline, next == null ? Long.MAX_VALUE : next.nanos());
        if (target == Long.MAX_VALUE) {
            if (told != null) {
                told.stalled();
            }
            return false;
        }
        if (target > now) {
            now = target;
            turns = 0;
        }
        if (next != null && next.nanos() <= now) {
            due.remove();
            next.action().run();
        }
        return true;
    }

    static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
