package dev.heddle.store.local;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of a store that one collector holds: {@code STATE/gc.lock}, as in a Nix store. It lasts as long as its process at
 * most. Nix locks the file in another way ({@code flock}, which Java has not): collectors of the two do not see each other.
 *
 * <p>Opened once for each store, since closing any opening of the file would give up the lock of this process. The channel is
 * an asynchronous one because an interrupt would close any other. Any thread may call.
 */
final class CollectorLock implements Closeable {

    /** Between two looks at a lock that another process holds. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final AsynchronousFileChannel file;
    private final ReentrantLock gate = new ReentrantLock();
    private final Condition released = gate.newCondition();
    /** Whether a thread of this process collects; guarded by {@link #gate}. */
    private boolean held;

    CollectorLock(StoreLayout layout) throws IOException {
        this.file = openToLock(layout.state().resolve("gc.lock"));
    }

    /** Opens, or makes, a file for its lock alone. No thread is started by that. */
    static AsynchronousFileChannel openToLock(Path path) throws IOException {
        return AsynchronousFileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Whether a collector runs, in this process or another. */
    boolean isHeld() throws IOException {
        gate.lock();
        try {
            if (held) {
                return true;
            }
            FileLock probe = file.tryLock(0, Long.MAX_VALUE, true);
            if (probe == null) {
                return true;
            }
            probe.release();
            return false;
        } finally {
            gate.unlock();
        }
    }

    /**
     * Waits for its turn and keeps others out until the result is closed.
     *
     * @throws InterruptedIOException if the thread is interrupted while it waits; its flag is set again
     */
    Closeable acquire() throws IOException {
        try {
            gate.lockInterruptibly();
            try {
                FileLock lock = held ? null : file.tryLock();
                while (lock == null) {
                    // What this process gives up is told; another process must be asked again.
                    released.awaitNanos(POLL_NANOS);
                    lock = held ? null : file.tryLock();
                }
                held = true;
                return holding(lock);
            } finally {
                gate.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another collection had to end");
        }
    }

    /** Its turn, unless a collector runs, in this process or another. */
    Optional<Closeable> tryAcquire() throws IOException {
        gate.lock();
        try {
            FileLock lock = held ? null : file.tryLock();
            held |= lock != null;
            return Optional.ofNullable(lock).map(this::holding);
        } finally {
            gate.unlock();
        }
    }

    private Closeable holding(FileLock lock) {
        return () -> {
            gate.lock();
            try {
                lock.release();
                held = false;
                released.signalAll();
            } finally {
                gate.unlock();
            }
        };
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
