package dev.heddle.core.process;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

/** The one thread on which a runner does what only time shows. */
final class RunnerTimer {

    private RunnerTimer() {}

    static ScheduledThreadPoolExecutor start() {
        return start("heddle-process-timer");
    }

    static ScheduledThreadPoolExecutor start(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(null, work, name, 256 * 1024);
            thread.setDaemon(true);
            return thread;
        });
        // After close() there is nothing left that time could show.
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    /** Nanoseconds, as many as a long can tell. */
    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** How often to look for outputs that are held longer than {@code grace}: rarely, since both are rare. */
    static long sweepMillis(Duration grace) {
        return Math.max(5, Math.min(100, nanos(grace) / 2_000_000));
    }
}
