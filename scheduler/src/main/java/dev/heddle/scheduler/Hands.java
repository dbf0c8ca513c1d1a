package dev.heddle.scheduler;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which the loop leaves what may block: opening and closing outputs, moving inputs, starting processes, checks.
 *
 * <p>A few threads do it all as long as they get on. When most of them are stuck in one call for {@value #PATIENCE_MILLIS} ms
 * while work waits, half as many are added, up to {@value #MOST}: whoever blocks delays only itself. All are made when needed
 * and gone when idle. The queue holds at most a few entries for each running job.
 *
 * <p>Work must not throw. May be used from any thread.
 */
final class Hands implements Executor, AutoCloseable {

    /** Threads at once, at most; what blocks beyond them delays others. */
    static final int MOST = 1_024;

    private static final long PATIENCE_MILLIS = 20;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final int few;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition behind = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final Set<Thread> threads = new LinkedHashSet<>();
    private @Nullable Thread overseer;
    private int idle;
    private long begun;
    private long numbers;
    private boolean closed;

    Hands() {
        this(Math.max(4, Math.min(16, 2 * Runtime.getRuntime().availableProcessors())), MOST);
    }

    /**
     * @param few threads while all goes well
     * @param most threads at all
     */
    Hands(int few, int most) {
        this.few = few;
        this.most = most;
    }

    /** Does it soon; not at all after {@link #close}, when nobody waits for what a job given up still wants. */
    @Override
    public void execute(Runnable item) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            queue.add(item);
            if (queue.size() <= idle) {
                work.signal();
            } else if (threads.size() < few) {
                addThread();
            } else {
                work.signal();
                oversee();
            }
        } finally {
            lock.unlock();
        }
    }

    private void addThread() {
        Thread thread = new Thread(this::serve, "heddle-hand-" + ++numbers);
        thread.setDaemon(true);
        try {
            thread.start();
            threads.add(thread);
        } catch (OutOfMemoryError e) {
            // The machine gives no further thread: those that are there serve the queue.
            if (threads.isEmpty()) {
                throw e;
            }
        }
    }

    private void serve() {
        for (Runnable item = next(); item != null; item = next()) {
            item.run();
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            long left = IDLE_NANOS;
            while (queue.isEmpty()) {
                if (closed || left <= 0) {
                    threads.remove(Thread.currentThread());
                    return null;
                }
                idle++;
                try {
                    left = work.awaitNanos(left);
                } catch (InterruptedException forWhatRanBeforeOnThisThread) {
                    left = IDLE_NANOS;
                } finally {
                    idle--;
                }
            }
            begun++;
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }

    private void oversee() {
        if (overseer == null) {
            Thread thread = new Thread(this::lookAfter, "heddle-hands");
            thread.setDaemon(true);
            overseer = thread;
            thread.start();
        } else {
            behind.signal();
        }
    }

    /** Adds threads as long as those that are there do not get on; ends when that has not been needed for a while. */
    private void lookAfter() {
        lock.lock();
        try {
            while (!closed) {
                if (queue.isEmpty()) {
                    if (!behind.await(IDLE_NANOS, TimeUnit.NANOSECONDS) && queue.isEmpty()) {
                        return;
                    }
                    continue;
                }
                long before = begun;
                pause();
                if (!closed && begun - before < Math.max(1, threads.size() / 4)) {
                    int more = Math.min(Math.max(1, threads.size() / 2), Math.min(queue.size(), most - threads.size()));
                    for (int i = 0; i < more; i++) {
                        addThread();
                    }
                }
            }
        } catch (InterruptedException e) {
            // Nobody has a reason to; the next one who waits begins anew.
            Thread.currentThread().interrupt();
        } finally {
            overseer = null;
            lock.unlock();
        }
    }

    private void pause() throws InterruptedException {
        long left = PATIENCE_NANOS;
        while (left > 0 && !closed) {
            left = behind.awaitNanos(left);
        }
    }

    /** How many threads there are. */
    int threads() {
        lock.lock();
        try {
            return threads.size();
        } finally {
            lock.unlock();
        }
    }

    /** Finishes what was given, waits a bounded time for it, and interrupts what still runs then. */
    @Override
    public void close() {
        Set<Thread> ending;
        lock.lock();
        try {
            closed = true;
            work.signalAll();
            behind.signalAll();
            ending = new LinkedHashSet<>(threads);
            if (overseer != null) {
                ending.add(overseer);
            }
        } finally {
            lock.unlock();
        }
        ending.remove(Thread.currentThread());
        long deadline = System.nanoTime() + CLOSE_NANOS;
        for (Thread thread : List.copyOf(ending)) {
            if (!ended(thread, deadline)) {
                thread.interrupt();
            }
        }
    }

    private static boolean ended(Thread thread, long deadline) {
        try {
            long left = deadline - System.nanoTime();
            if (left > 0) {
                TimeUnit.NANOSECONDS.timedJoin(thread, left);
            }
            return !thread.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
