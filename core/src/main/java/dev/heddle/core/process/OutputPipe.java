package dev.heddle.core.process;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A FIFO that one job at a time writes to, and the thread that reads it for Heddle.
 *
 * <p>The reader keeps the FIFO open from job to job. What makes it wait instead of finding the end is the <i>keeper</i>, a
 * second descriptor of this process that is open for writing. {@link #release} closes the keeper once the job has ended, so
 * the reader finds the end as soon as no process holds the FIFO any more, and only then: this is what keeps the late output
 * of one job out of the next. A FIFO that is still held must be {@linkplain #close closed} and never used again.
 *
 * <p><b>Threads.</b> One reader thread for the life of the pipe; it calls {@link JobOutput#write}, which may block, and
 * the listener. The other methods may be called from any thread, {@code begin} and {@code release} in turn.
 *
 * <p><b>Bounds.</b> One thread with a stack of 256 KiB, two descriptors, and a buffer of {@value #SMALL} bytes that grows to
 * {@value #LARGE} while the job fills it.
 */
final class OutputPipe implements AutoCloseable {

    /** Asked and told by the reader thread. */
    interface Listener {

        /**
         * Whether an output that is nothing but a short text beginning with the mark is not the job's own; it is then not
         * delivered.
         */
        boolean claims(byte[] held);

        /** The end was found, and unless it {@linkplain OutputPipe#isClosed is closed} the pipe is ready for another job. */
        void drained();
    }

    static final int SMALL = 8 * 1024;
    static final int LARGE = 64 * 1024;

    /** Output that begins with the mark is held back up to this size: the longest path and an error text fit in it. */
    private static final int HELD_LIMIT = 16 * 1024;

    static final int STACK = 256 * 1024;
    private static final byte[] NOTHING = {};

    /** A reader that has waited so long for bytes had none to read. */
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private record Target(JobOutput output, Channel channel) {}

    private final Path fifo;
    private final byte[] mark;
    private final Listener listener;
    private final FileChannel in;
    private final Thread reader;
    private final Object keeperLock = new Object();
    private @Nullable FileChannel keeper;
    private volatile @Nullable Target target;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException refusal;

    /** When the reader last began to wait for bytes, or 0 while it does something else. */
    private volatile long waitingSince;
    /** Whether the pipe was found empty during the present job, and when last. */
    private volatile boolean emptied;

    private volatile long emptiedAt;
    /** Bytes read for the present job. */
    private volatile long count;

    /**
     * Opens a FIFO that exists and starts its reader.
     *
     * @param mark output that begins with this is held back until it is clear whose it is; empty for none
     */
    OutputPipe(Path fifo, byte[] mark, String threadName, Listener listener) throws IOException {
        this.fifo = fifo;
        this.mark = mark;
        this.listener = listener;
        this.keeper = openKeeper(fifo);
        this.in = openReader(fifo, keeper);
        this.reader = new Thread(null, this::run, threadName, STACK);
        reader.setDaemon(true);
        reader.start();
    }

    // Opening for reading and writing never waits for a peer; opening for reading alone would, were the keeper not
    // there.
    private static FileChannel openKeeper(Path fifo) throws IOException {
        return FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static FileChannel openReader(Path fifo, FileChannel keeper) throws IOException {
        try {
            return FileChannel.open(fifo, StandardOpenOption.READ);
        } catch (IOException e) {
            keeper.close();
            throw e;
        }
    }

    Path fifo() {
        return fifo;
    }

    /** Sends what is read from now on to {@code output}. Must be called before the job can write. */
    void begin(JobOutput output, Channel channel) {
        refusal = null;
        count = 0;
        emptied = false;
        target = new Target(output, channel);
    }

    /** Lets the reader find the end once no process holds the FIFO. */
    void release() {
        synchronized (keeperLock) {
            closeQuietly(keeper);
            keeper = null;
        }
    }

    /** Bytes read for the present job so far. */
    long count() {
        return count;
    }

    /**
     * Whether what was written until {@code deadline} has been read: the reader has found the pipe empty since, or waits for
     * bytes long enough to have found it so. Not so while the reader is held up by its output.
     */
    boolean isDry(long deadline, long now) {
        long since = waitingSince;
        return (since != 0 && now - since >= STALL_NANOS) || (emptied && emptiedAt - deadline >= 0);
    }

    /** What {@link JobOutput#write} threw at the last job, or null. The rest of that job's output was read and dropped. */
    @Nullable
    RuntimeException refusal() {
        return refusal;
    }

    private void run() {
        byte[] buffer = new byte[SMALL];
        try {
            while (!closed) {
                buffer = drain(buffer.length > SMALL ? new byte[SMALL] : buffer);
            }
        } catch (ClosedChannelException e) {
            // close() is the way to end the reader: what it read before was delivered.
        } catch (IOException e) {
            refusal = new IllegalStateException("reading " + fifo + " failed: " + e.getMessage(), e);
        }
        closed = true;
        if (target != null) {
            finish();
        }
    }

    /** Reads one job's output to its end. */
    private byte[] drain(byte[] first) throws IOException {
        byte[] buffer = first;
        byte[] held = null;
        boolean begun = false;
        while (!closed) {
            int n = read(buffer);
            if (n < 0) {
                rearm();
                if (held != null && !listener.claims(held)) {
                    deliver(held, held.length);
                }
                finish();
                return buffer;
            }
            // Only the reading thread writes it.
            long sum = count + n;
            count = sum;
            if (n < buffer.length) {
                emptiedAt = System.nanoTime();
                emptied = true;
            }
            if (held != null || (!begun && startsWithMark(buffer, n))) {
                held = append(held == null ? NOTHING : held, buffer, n);
                if (held.length > HELD_LIMIT) {
                    deliver(held, held.length);
                    held = null;
                }
            } else {
                deliver(buffer, n);
            }
            begun = true;
            if (n == buffer.length && n < LARGE) {
                buffer = new byte[LARGE];
            }
        }
        if (held != null) {
            deliver(held, held.length);
        }
        return buffer;
    }

    /** Opens the keeper again, for the next job; where that fails the pipe can take none. */
    private void rearm() {
        synchronized (keeperLock) {
            if (closed) {
                return;
            }
            try {
                if (keeper != null) {
                    // A FIFO has no end while its keeper is open. Where descriptors are short, a failed start of a
                    // process
                    // can make the JDK close one that has a new owner.
                    throw new IOException("the keeper of " + fifo + " was closed by someone else");
                }
                keeper = openKeeper(fifo);
            } catch (IOException e) {
                closed = true;
                closeQuietly(in);
            }
        }
    }

    /** Whether it can take no further job. */
    boolean isClosed() {
        return closed;
    }

    private int read(byte[] buffer) throws IOException {
        long now = System.nanoTime();
        waitingSince = now == 0 ? 1 : now;
        try {
            return in.read(ByteBuffer.wrap(buffer));
        } finally {
            waitingSince = 0;
        }
    }

    private boolean startsWithMark(byte[] buffer, int n) {
        return mark.length > 0 && n >= mark.length && Arrays.equals(buffer, 0, mark.length, mark, 0, mark.length);
    }

    private static byte[] append(byte[] head, byte[] tail, int n) {
        byte[] both = Arrays.copyOf(head, head.length + n);
        System.arraycopy(tail, 0, both, head.length, n);
        return both;
    }

    private void deliver(byte[] bytes, int length) {
        Target to = target;
        if (to == null || refusal != null) {
            return;
        }
        try {
            to.output().write(to.channel(), bytes, 0, length);
        } catch (RuntimeException e) {
            // The job's pipe must go on being emptied, or the job would hang; the end of the job tells of it.
            refusal = e;
        }
    }

    private void finish() {
        target = null;
        listener.drained();
    }

    /**
     * Ends the reader without waiting for the end of the output; the listener is told if a job was being read. The FIFO must
     * not be used again. A second close does nothing.
     */
    @Override
    public void close() {
        closed = true;
        release();
        closeQuietly(in);
    }

    /** Waits for the reader to end; at most {@code millis}, and not at all on the reader itself. */
    void join(long millis) throws InterruptedException {
        if (Thread.currentThread() != reader) {
            reader.join(millis);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Closing a FIFO writes nothing, so nothing can be lost.
        }
    }
}
