package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The locks of one process, by threads; what is free here is asked for outside, where other processes are. A path stands for
 * its place: 62 bits made of its hash part. Two paths with the same place share a lock, which costs a wait and nothing else.
 */
final class LockTable implements PathLocks {

    /** Between two looks at a lock that another process holds: nobody tells when it is given up. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long PLACES = 1L << 62;
    private static final int RADIX = 36;
    /** Odd, so that no digit is lost by overflow. */
    private static final int FACTOR = 37;

    private final Outside outside;
    private final ReentrantLock gate = new ReentrantLock();
    private final Condition changed = gate.newCondition();
    /** What each held place has to give back outside; guarded by {@link #gate}. */
    private final Map<Long, Closeable> held = new TreeMap<>();

    private boolean closed;

    /** Where other processes take locks. Asked by one thread at a time, for places that are free in this process. */
    interface Outside extends Closeable {

        /** The lock of a place; empty if another process has it. */
        Optional<Closeable> tryLock(long place) throws IOException;
    }

    LockTable(Outside outside) {
        this.outside = outside;
    }

    static long place(StorePath path) {
        long place = 0;
        for (int i = 0; i < path.hashPart().length(); i++) {
            place = place * FACTOR + Character.digit(path.hashPart().charAt(i), RADIX);
        }
        return place & (PLACES - 1);
    }

    @Override
    public Closeable lock(Collection<StorePath> paths) throws IOException {
        SortedSet<Long> wanted = places(paths);
        SortedSet<Long> got = new TreeSet<>();
        boolean all = false;
        gate.lock();
        try {
            // From the lowest to the highest, as everybody does: so nobody waits in a circle.
            for (long place : wanted) {
                while (!take(place, got)) {
                    if (held.containsKey(place)) {
                        changed.await();
                    } else {
                        changed.awaitNanos(POLL_NANOS);
                    }
                }
            }
            all = true;
            return holding(got);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the lock of a path of " + paths);
        } finally {
            if (!all) {
                giveBack(got);
            }
            gate.unlock();
        }
    }

    @Override
    public Optional<Closeable> tryLock(Collection<StorePath> paths) throws IOException {
        SortedSet<Long> got = new TreeSet<>();
        boolean all = false;
        gate.lock();
        try {
            for (long place : places(paths)) {
                if (!take(place, got)) {
                    return Optional.empty();
                }
            }
            all = true;
            return Optional.of(holding(got));
        } finally {
            if (!all) {
                giveBack(got);
            }
            gate.unlock();
        }
    }

    private static SortedSet<Long> places(Collection<StorePath> paths) {
        SortedSet<Long> places = new TreeSet<>();
        paths.forEach(path -> places.add(place(path)));
        return places;
    }

    private boolean take(long place, SortedSet<Long> got) throws IOException {
        if (closed) {
            throw new IllegalStateException("the locks of the store are closed");
        }
        if (held.containsKey(place)) {
            return false;
        }
        Optional<Closeable> lock = outside.tryLock(place);
        if (lock.isPresent()) {
            held.put(place, lock.get());
            got.add(place);
        }
        return lock.isPresent();
    }

    private Closeable holding(SortedSet<Long> got) {
        AtomicBoolean given = new AtomicBoolean();
        return () -> {
            if (given.compareAndSet(false, true)) {
                gate.lock();
                try {
                    giveBack(got);
                } finally {
                    gate.unlock();
                }
            }
        };
    }

    /** Gives up all of {@code places}, whatever fails; what is not held any more is passed over. */
    private void giveBack(Collection<Long> places) throws IOException {
        IOException failure = null;
        for (long place : places) {
            Closeable lock = held.remove(place);
            try {
                if (lock != null) {
                    lock.close();
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        changed.signalAll();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        gate.lock();
        try (outside) {
            if (!closed) {
                closed = true;
                giveBack(new TreeSet<>(held.keySet()));
            }
        } finally {
            gate.unlock();
        }
    }
}
