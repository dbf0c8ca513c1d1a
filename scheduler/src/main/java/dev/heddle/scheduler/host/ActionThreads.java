package dev.heddle.scheduler.host;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs actions on at most a given number of threads, in the order given.
 *
 * <p>Threads are made when needed and live until {@link #close}. The queue is as long as the scheduler lets jobs run ahead.
 * Not an executor: an action can be interrupted while it runs without the interrupt reaching the next one.
 */
final class ActionThreads implements AutoCloseable {

    /** How long {@link #close} waits for actions that do not answer to their interruption. */
    private static final long CLOSE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<ActionRun> queue = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private int idle;
    private boolean closed;

    ActionThreads(String name, int limit) {
        this.name = name;
        this.limit = limit;
    }

    void execute(ActionRun run) {
        lock.lock();
        try {
            if (closed) {
                run.refuse(new StepEnd.Lost("host " + name + " is closed"));
                return;
            }
            queue.add(run);
            // A thread that was woken counts as idle until it runs: what it was woken for is still in the queue.
            if (queue.size() <= idle) {
                work.signal();
            } else if (threads.size() < limit) {
                addThread();
            }
        } finally {
            lock.unlock();
        }
    }

    private void addThread() {
        Thread thread = new Thread(this::serve, name + "-" + (threads.size() + 1));
        thread.setDaemon(true);
        try {
            thread.start();
            threads.add(thread);
        } catch (OutOfMemoryError e) {
            // The machine gives no further thread. The others serve the queue; without any, the work is lost for now.
            if (threads.isEmpty()) {
                ActionRun last = queue.removeLast();
                last.refuse(new StepEnd.Lost("no thread could be made: " + e.getMessage()));
            }
        }
    }

    private void serve() {
        for (ActionRun run = next(); run != null; run = next()) {
            run.run();
        }
    }

    private @Nullable ActionRun next() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closed) {
                idle++;
                work.awaitUninterruptibly();
                idle--;
            }
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts what runs, drops what waits, and waits a bounded time for the threads to end. */
    @Override
    public void close() {
        List<Thread> ending;
        lock.lock();
        try {
            closed = true;
            ActionRun waiting;
            while ((waiting = queue.poll()) != null) {
                waiting.refuse(new StepEnd.Lost("host " + name + " is closed"));
            }
            work.signalAll();
            ending = List.copyOf(threads);
        } finally {
            lock.unlock();
        }
        long deadline = System.nanoTime() + CLOSE_WAIT_NANOS;
        for (Thread thread : ending) {
            if (thread != Thread.currentThread()) {
                thread.interrupt();
                joinUntil(thread, deadline);
            }
        }
    }

    private static void joinUntil(Thread thread, long deadline) {
        long left = deadline - System.nanoTime();
        try {
            if (left > 0) {
                TimeUnit.NANOSECONDS.timedJoin(thread, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
