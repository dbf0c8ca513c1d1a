package dev.heddle.core.process;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The berths of a runner: which are idle, which are busy, and which jobs wait for one because the process has no descriptors
 * left for another.
 *
 * <p>A job waits only while some other is at work, so that one is always there whose end lets it go on.
 *
 * <p><b>Threads.</b> The methods that do not say "holding the lock" may be called from any thread.
 */
final class Berths {

    /** Two FIFOs with two descriptors each, and what a shell reads. */
    private static final int MOST_KEPT = 5;

    private static final int MOST_TAKEN = MOST_KEPT + Descriptors.START;
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Opens what the berths share; called once, at the first job. */
    interface Opening {
        AgentHouse open() throws IOException;
    }

    /** Guards this and the state of all jobs and berths. */
    final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final int mostIdle;
    private final Descriptors descriptors;
    private final Opening opening;

    // Guarded by lock.
    private final Deque<Berth> idle = new ArrayDeque<>();
    private final Map<Integer, Berth> busy = new HashMap<>();
    private final Deque<AgentJob> waiting = new ArrayDeque<>();
    private @Nullable AgentHouse house;
    private int starting;
    private int lastId;
    private boolean closed;

    Berths(int mostIdle, Descriptors descriptors, Opening opening) {
        this.mostIdle = mostIdle;
        this.descriptors = descriptors;
        this.opening = opening;
    }

    /** What the berths share; only once there is a berth. */
    AgentHouse house() {
        lock.lock();
        try {
            if (house == null) {
                throw new AssertionError("BUG: a berth without a house");
            }
            return house;
        } finally {
            lock.unlock();
        }
    }

    /** Holding the lock: whether {@link #close} was called. */
    boolean isClosed() {
        return closed;
    }

    /** Holding the lock: those in which jobs run. */
    Collection<Berth> busy() {
        return busy.values();
    }

    /** Holding the lock: the one of that number, if a job runs in it. */
    @Nullable
    Berth busy(int id) {
        return busy.get(id);
    }

    // --- on the way to a berth

    /**
     * An idle berth or a new one, counted as starting until it is {@linkplain #register registered} or
     * {@linkplain #release released}.
     *
     * @param listeners what a new berth tells of the end of its output, by its number
     * @return null if there can be none now: the job then waits, first of all if it has waited before
     * @throws IOException if there can be none, and no job runs whose end would change that
     */
    @Nullable
    Berth acquire(AgentJob job, Listeners listeners) throws IOException {
        AgentHouse open;
        int id;
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the process runner is closed");
            }
            open = opened(job);
            Berth berth = idle.pollFirst();
            if (berth != null) {
                starting++;
                return berth;
            }
            if (!descriptors.take(MOST_TAKEN)) {
                await(job);
                return null;
            }
            starting++;
            id = ++lastId;
        } finally {
            lock.unlock();
        }
        Berth berth = null;
        try {
            berth = open.berth(id, listeners.of(id));
            return berth;
        } finally {
            descriptors.opened(MOST_TAKEN, berth == null ? 0 : MOST_KEPT);
            if (berth == null) {
                started();
            }
        }
    }

    /** Makes what one berth tells of the end of its output. */
    interface Listeners {
        OutputPipe.Listener of(int id);
    }

    private AgentHouse opened(AgentJob job) throws IOException {
        if (house == null) {
            if (!descriptors.take(MOST_TAKEN)) {
                throw tooFew(job);
            }
            try {
                house = opening.open();
            } finally {
                descriptors.opened(MOST_TAKEN, 1);
            }
        }
        return house;
    }

    private IOException tooFew(AgentJob job) {
        return Launch.failure(job.launch().command(), descriptors.shortage(MOST_TAKEN));
    }

    private void await(AgentJob job) throws IOException {
        if (busy.isEmpty() && starting == 0) {
            throw tooFew(job);
        }
        if (job.hasWaited) {
            waiting.addFirst(job);
        } else {
            job.hasWaited = true;
            waiting.addLast(job);
        }
    }

    /** Why jobs wait, for those who see that they do. */
    String shortage() {
        return "commands wait for others to end: " + descriptors.facts() + "; a higher limit lets more run at once\n";
    }

    private void started() {
        lock.lock();
        try {
            starting--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void register(Berth berth, AgentJob job) {
        lock.lock();
        try {
            berth.assign(job);
            job.runsIn(berth);
            busy.put(berth.id, berth);
            starting--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes back a berth in which a job could not be begun; it is not used again. */
    void release(Berth berth, AgentJob job) {
        lock.lock();
        try {
            if (busy.remove(berth.id) == null) {
                starting--;
            }
            berth.job = null;
            job.berth = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        retire(berth);
    }

    // --- after a job

    /** Takes back a berth whose job has ended, for another job if it is good for one. */
    void vacate(Berth berth) {
        boolean keep;
        lock.lock();
        try {
            keep = !closed && !berth.doomed && !berth.pipes.isClosed() && idle.size() < mostIdle;
        } finally {
            lock.unlock();
        }
        if (!keep) {
            retire(berth);
        }
        lock.lock();
        try {
            busy.remove(berth.id);
            if (keep && berth instanceof ShellAgent) {
                // A shell costs more while it waits, and does some jobs without a process.
                idle.addFirst(berth);
            } else if (keep) {
                idle.addLast(berth);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void retire(Berth berth) {
        house().retire(berth);
        descriptors.closed(MOST_KEPT);
    }

    /** Holding the lock: the job that has waited longest, if any does; it waits no longer. */
    @Nullable
    AgentJob nextWaiting() {
        return waiting.pollFirst();
    }

    /** Holding the lock: a job waits no longer; false if it did not. */
    boolean forget(AgentJob job) {
        return waiting.remove(job);
    }

    // --- the end of the runner

    /**
     * Lets no further job in, and those that have begun to start come to their start.
     *
     * @param told in which the jobs are put that will never run
     * @return the berths in which jobs run, or null if this was called before
     */
    @Nullable
    List<Berth> close(Collection<AgentJob> told) {
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            closed = true;
            while (starting > 0) {
                changed.awaitUninterruptibly();
            }
            told.addAll(waiting);
            waiting.clear();
            return new ArrayList<>(busy.values());
        } finally {
            lock.unlock();
        }
    }

    /** Waits for killed jobs, but not for ever: an output that takes no more must not hang the embedder. Then ends all. */
    void end(Collection<Berth> killed) {
        Set<Berth> all = new HashSet<>(killed);
        AgentHouse open;
        lock.lock();
        try {
            long left = CLOSE_NANOS;
            while (!busy.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            all.addAll(idle);
            idle.clear();
            open = house;
            lock.unlock();
        }
        if (open != null) {
            open.close(all);
        }
    }
}
