package dev.heddle.core.process;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The output of one job through the JDK's own pipes, for systems without FIFOs.
 *
 * <p>Two things are worse than with {@link PipePair}: what a process writes that outlived its parent is lost by chance, since
 * the JDK closes the pipe when the direct child has ended; and the thread that reads a pipe which something else holds stays
 * until that lets go.
 */
final class JdkPipes implements JobPipes {

    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Runnable drained;
    private final boolean labelled;
    private final JobOutput output;
    private volatile boolean abandoned;
    private volatile @Nullable RuntimeException refusal;
    private volatile long lastRead;
    /** Readers that are held up by the output, so that nothing can be said of their pipes. */
    private final AtomicInteger delivering = new AtomicInteger();

    private int open;
    private long exitedAt;
    private boolean exited;
    private boolean leftovers;

    /**
     * Names where the output goes.
     *
     * @param drained run by a reader after the end of one pipe
     */
    JdkPipes(JobOutput output, boolean labelled, Runnable drained) {
        this.output = output;
        this.labelled = labelled;
        this.drained = drained;
        this.open = labelled ? 2 : 1;
    }

    @Override
    public void redirect(ProcessBuilder builder) {
        builder.redirectErrorStream(!labelled);
    }

    @Override
    public void started(Process process, long number) {
        read(process.getInputStream(), Channel.STDOUT, "heddle-process-out-" + number);
        if (labelled) {
            read(process.getErrorStream(), Channel.STDERR, "heddle-process-err-" + number);
        }
    }

    private void read(InputStream in, Channel channel, String name) {
        Thread thread = new Thread(null, () -> pump(in, channel), name, OutputPipe.STACK);
        thread.setDaemon(true);
        thread.start();
    }

    private void pump(InputStream in, Channel channel) {
        byte[] buffer = new byte[OutputPipe.LARGE];
        try (in) {
            for (int n = in.read(buffer); n >= 0 && !abandoned; n = in.read(buffer)) {
                delivering.incrementAndGet();
                deliver(channel, buffer, n);
                lastRead = System.nanoTime();
                delivering.decrementAndGet();
            }
        } catch (IOException e) {
            // The JDK closes the stream under its reader when the process is destroyed; what came before was delivered.
        }
        drained.run();
    }

    private void deliver(Channel channel, byte[] buffer, int n) {
        if (refusal != null) {
            return;
        }
        try {
            output.write(channel, buffer, 0, n);
        } catch (RuntimeException e) {
            // The pipe must go on being emptied, or the job would hang; the end of the job tells of it.
            refusal = e;
        }
    }

    @Override
    public boolean drained() {
        open--;
        return open == 0;
    }

    @Override
    public boolean isDrained() {
        return open == 0;
    }

    @Override
    public void exited(long now) {
        exited = true;
        exitedAt = now;
    }

    @Override
    public boolean hasExited() {
        return exited;
    }

    @Override
    public boolean hasLeftovers() {
        return leftovers;
    }

    @Override
    public Verdict judge(long now, long grace) {
        if (!exited || open == 0 || now - exitedAt < grace || delivering.get() > 0 || now - lastRead < STALL_NANOS) {
            return Verdict.WAIT;
        }
        if (!leftovers) {
            leftovers = true;
            return Verdict.HELD;
        }
        return Verdict.ABANDON;
    }

    @Override
    public List<Path> fifos() {
        return List.of();
    }

    @Override
    public @Nullable String refusal() {
        RuntimeException why = refusal;
        return why == null ? null : "its output was not taken: " + why;
    }

    /** Lets go of the readers; each tells of its end as if it had found it. */
    @Override
    public void close() {
        abandoned = true;
    }
}
