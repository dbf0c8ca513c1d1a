package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Redirects {@code System.out} and {@code System.err} while it is open: what a thread prints that runs a job goes to that
 * job's output, what any other prints to the engine's. A thread that a job starts belongs to the job.
 *
 * <p>{@link #enter} ties the calling thread to a job. A thread of a pool belongs to whoever made the pool start it, so work that
 * is handed to a pool is wrapped with {@link #wrap(Runnable)}. What a thread prints when its job has ended goes to the engine's
 * output, behind a warning that names the thread, once for each {@code enter}.
 *
 * <p><b>One call, one piece.</b> What one call of {@code print}, {@code println}, {@code printf} or {@code write} says is never
 * cut by what another thread prints for the same job. Text is encoded as UTF-8.
 *
 * <p><b>Nesting.</b> Several captures may be open at once, also of several multiplexers and from several class loaders. What a
 * thread prints that runs a job of any of them is that job's; what nobody's thread prints is the engine's of the one opened last.
 * They may be closed in any order: one that is closed passes everything on to the streams that it had replaced, and when the last
 * is closed the very streams are back that were there before the first. A stream that somebody else has put on top meanwhile is
 * left there.
 *
 * <p>What the threads of the multiplexer's own sinks print goes to the streams of before, so that a sink may print what it is
 * given.
 *
 * <p>The only class, beside the console's terminal, that touches the streams of the process. Safe for several threads.
 */
public final class SystemCapture implements AutoCloseable {

    private final OutputMultiplexer mux;
    private final PrintStream oldOut;
    private final PrintStream oldErr;
    private final CapturedStream out;
    private final CapturedStream err;
    private final ReentrantLock engine = new ReentrantLock();
    // One for each capture, because several may be open at once.
    @SuppressWarnings("ThreadLocalUsage")
    private final InheritableThreadLocal<@Nullable Tie> current = new InheritableThreadLocal<>();

    private volatile boolean open = true;

    private SystemCapture(OutputMultiplexer mux, PrintStream oldOut, PrintStream oldErr) {
        this.mux = mux;
        this.oldOut = oldOut;
        this.oldErr = oldErr;
        this.out = new CapturedStream(
                oldOut, this::isTied, (bytes, from, length) -> take(Channel.STDOUT, bytes, from, length));
        this.err = new CapturedStream(
                oldErr, this::isTied, (bytes, from, length) -> take(Channel.STDERR, bytes, from, length));
    }

    /** Takes the streams of the process. */
    @SuppressWarnings("LockOnNonEnclosingClassLiteral") // copies of this class in other class loaders must meet at it
    public static SystemCapture into(OutputMultiplexer mux) {
        // The one lock that captures of all class loaders share.
        synchronized (System.class) {
            SystemCapture capture = new SystemCapture(mux, System.out, System.err);
            System.setOut(capture.out);
            System.setErr(capture.err);
            return capture;
        }
    }

    /** Ties the calling thread, and the threads it starts from now on, to a job until the scope is closed. */
    public Scope enter(JobOutput job) {
        return enter(new Tie(job));
    }

    private Scope enter(@Nullable Tie tie) {
        Tie before = current.get();
        set(tie);
        return () -> set(before);
    }

    private void set(@Nullable Tie tie) {
        if (tie == null) {
            current.remove();
        } else {
            current.set(tie);
        }
    }

    /** The same work, done for the job of the calling thread, whatever thread does it. */
    public Runnable wrap(Runnable work) {
        Tie tie = current.get();
        return () -> {
            Scope scope = enter(tie);
            try {
                work.run();
            } finally {
                scope.close();
            }
        };
    }

    /** The same work, done for the job of the calling thread, whatever thread does it. */
    public <T extends @Nullable Object> Callable<T> wrap(Callable<T> work) {
        Tie tie = current.get();
        return () -> {
            Scope scope = enter(tie);
            try {
                return work.call();
            } finally {
                scope.close();
            }
        };
    }

    /** For how long a thread is tied to a job. Closed by the thread that entered. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /** Puts the streams back. A second close does nothing. */
    @Override
    @SuppressWarnings("LockOnNonEnclosingClassLiteral") // as in into
    public void close() {
        synchronized (System.class) {
            if (!open) {
                return;
            }
            open = false;
            out.release();
            err.release();
            if (System.out == out) {
                System.setOut(CapturedStream.standingFor(oldOut));
            }
            if (System.err == err) {
                System.setErr(CapturedStream.standingFor(oldErr));
            }
        }
    }

    private boolean isTied() {
        return current.get() != null;
    }

    private boolean take(Channel channel, byte[] bytes, int offset, int length) {
        if (!open || mux.isSinkThread(Thread.currentThread())) {
            return false;
        }
        Tie tie = current.get();
        if (tie != null) {
            if (tie.write(channel, bytes, offset, length)) {
                return true;
            }
            if (tie.late.compareAndSet(false, true)) {
                mux.message(
                        Channel.WARNING,
                        "thread '" + Thread.currentThread().getName() + "' goes on printing after the end of "
                                + tie.name() + ", which started it");
            }
        }
        if (tie == null && (channel == Channel.STDOUT ? out : err).belongsBelow()) {
            return false;
        }
        engine.lock();
        try {
            return mux.engineData(channel, bytes, offset, length);
        } finally {
            engine.unlock();
        }
    }

    /** The tie of threads to a job; shared by those that inherited it. */
    private static final class Tie {
        private final JobOutput job;
        private final ReentrantLock lock = new ReentrantLock();
        final AtomicBoolean late = new AtomicBoolean();

        Tie(JobOutput job) {
            this.job = job;
        }

        boolean write(Channel channel, byte[] bytes, int offset, int length) {
            if (job instanceof OutputSource source) {
                return source.offer(channel, bytes, offset, length);
            }
            lock.lock();
            try {
                job.write(channel, bytes, offset, length);
                return true;
            } catch (IllegalStateException e) {
                // By contract: the job has ended.
                return false;
            } finally {
                lock.unlock();
            }
        }

        String name() {
            return job instanceof OutputSource source ? "job '" + source.task() + "'" : "a job";
        }
    }
}
