package dev.heddle.logmux.console;

import java.util.HashMap;
import java.util.Map;

/**
 * How long a build is going to take, by how long its tasks took in an earlier one: what they took is work, what of it was done
 * in the time so far is the speed, and what is left of it takes as long at that speed. Whether tasks run side by side or the
 * machine is slower today is in the speed.
 *
 * <p>It is unknown when the earlier build does not tell of every task that is left, and as long as less than a second of work
 * or less than a fiftieth of all is done. Times are in nanoseconds. Owned by the display's thread.
 */
final class TimeLeft {

    /** There is no telling. */
    static final long UNKNOWN = -1;

    private static final long LEAST_WORK = 1_000_000_000L;
    private static final int LEAST_PART = 50;

    /** What the tasks took that have not finished in this build. */
    private final Map<String, Long> open;

    private long left;
    private long done;
    private long began = UNKNOWN;
    private boolean strange;

    /** Begins a build of which nothing has run; {@code earlier} is how long tasks took. */
    TimeLeft(Map<String, Long> earlier) {
        this.open = new HashMap<>(earlier);
        this.left = earlier.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How long the job of a task took, or 0 if that is unknown. */
    long expected(String task) {
        return open.getOrDefault(task, 0L);
    }

    /** A job began. */
    void began(String task, long now) {
        strange |= !open.containsKey(task);
        began = began == UNKNOWN ? now : began;
    }

    /** A job did all that its task took; the task has finished. */
    void did(String task) {
        done += finished(task);
    }

    /** A task needs no more work; gives how much it would have been. */
    long finished(String task) {
        Long took = open.remove(task);
        left -= took == null ? 0 : took;
        return took == null ? 0 : took;
    }

    /**
     * How long it is until the end.
     *
     * @param unfinished how many tasks need more work
     * @param half how much of the work of jobs that run is done
     */
    long at(long now, int unfinished, long half) {
        long worked = done + half;
        boolean known = !strange && began != UNKNOWN && unfinished > 0 && unfinished == open.size();
        if (!known || worked < LEAST_WORK || worked < (left + done) / LEAST_PART) {
            return UNKNOWN;
        }
        return (long) ((double) Math.max(0, left - half) * (now - began) / worked);
    }
}
