package dev.heddle.scheduler;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which the loop leaves what may block: opening and closing outputs, starting processes, checks.
 *
 * <p>A few threads, made when needed and gone when idle. The queue holds at most a few entries for each running job.
 */
final class Hands implements Executor, AutoCloseable {

    private static final long IDLE_SECONDS = 5;
    private static final long CLOSE_SECONDS = 10;

    private final ThreadPoolExecutor threads;

    Hands() {
        int most = Math.max(4, Math.min(16, 2 * Runtime.getRuntime().availableProcessors()));
        threads = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "heddle-hand");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException e) {
            // Closed: the build is over, and nobody waits for what a job given up still wants.
            return;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
