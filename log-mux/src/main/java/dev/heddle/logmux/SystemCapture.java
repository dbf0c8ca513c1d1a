package dev.heddle.logmux;

import dev.heddle.core.Channel;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Redirects {@code System.out} and {@code System.err} while it is open: what a thread prints that runs a job goes to that
 * job's source, what any other prints to the engine's. A thread that a job starts belongs to the job.
 *
 * <p>{@link #enter} ties the calling thread to a source. A thread of a pool that was started before, or by another job,
 * belongs to whom it was started by; tie it anew with {@link #enter}.
 *
 * <p><b>Nesting.</b> Several captures, also of several multiplexers, may be open at once; the one opened last has the streams.
 * Closing puts back exactly the streams that were there when it was opened, if they are still its own; if another one was
 * opened meanwhile and is still open, a closed capture passes everything on to the streams it had replaced, so that the order
 * of closing does not matter.
 *
 * <p>The only class, beside the console's terminal, that touches the streams of the process. Safe for several threads.
 */
public final class SystemCapture implements AutoCloseable {

    private final OutputMultiplexer mux;
    private final PrintStream oldOut;
    private final PrintStream oldErr;
    private final PrintStream out;
    private final PrintStream err;
    // One for each capture, because several may be open at once.
    @SuppressWarnings("ThreadLocalUsage")
    private final InheritableThreadLocal<@Nullable OutputSource> current = new InheritableThreadLocal<>();

    private volatile boolean open = true;

    private SystemCapture(OutputMultiplexer mux) {
        this.mux = mux;
        this.oldOut = System.out;
        this.oldErr = System.err;
        this.out = stream(Channel.STDOUT, oldOut);
        this.err = stream(Channel.STDERR, oldErr);
    }

    /** Takes the streams of the process. */
    public static SystemCapture into(OutputMultiplexer mux) {
        SystemCapture capture = new SystemCapture(mux);
        System.setOut(capture.out);
        System.setErr(capture.err);
        return capture;
    }

    /** Ties the calling thread, and the threads it starts from now on, to a source until the scope is closed. */
    public Scope enter(OutputSource source) {
        OutputSource before = current.get();
        current.set(source);
        return () -> {
            if (before == null) {
                current.remove();
            } else {
                current.set(before);
            }
        };
    }

    /** For how long a thread is tied to a source. Closed by the thread that entered. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /** Puts the streams back. A second close does nothing. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        out.flush();
        err.flush();
        open = false;
        if (System.out == out) {
            System.setOut(oldOut);
        }
        if (System.err == err) {
            System.setErr(oldErr);
        }
    }

    private PrintStream stream(Channel channel, PrintStream old) {
        return new PrintStream(new Router(channel, old), true, StandardCharsets.UTF_8);
    }

    /** Sends bytes where the calling thread belongs. */
    private final class Router extends OutputStream {
        private final Channel channel;
        private final PrintStream old;

        Router(Channel channel, PrintStream old) {
            this.old = old;
            this.channel = channel;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            OutputSource source = open ? current.get() : null;
            boolean taken = source != null && source.offer(channel, bytes, offset, length);
            if (!taken && !(open && mux.engineData(channel, bytes, offset, length))) {
                old.write(bytes, offset, length);
            }
        }

        @Override
        public void flush() {
            if (!open) {
                old.flush();
            }
        }

        @Override
        public void close() {
            // The streams of the process stay open.
        }
    }
}
