package dev.heddle.core.process;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The FIFOs that one job at a time writes to, one for merged and two for labelled capture, and the question when its output
 * is at an end.
 *
 * <p>Guarded by the lock of its runner, but for {@link #close}.
 */
final class PipePair implements JobPipes {

    private static final long AFTER_KILL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int MOST_PURSUITS = 3;

    /** What two pipes can hold on Linux without asking for more: when so much came late, the job's own output was read. */
    private static final long MOST_LATE_BYTES = 2 * 64 * 1024;

    final OutputPipe out;
    /** Made at the first job that asks for labelled capture. */
    @Nullable
    OutputPipe err;

    private boolean exited;
    private boolean leftovers;
    private int pursuits;
    private boolean labelled;
    /** Pipes of the present job whose end was not found yet. */
    private int open;

    private long exitedAt;
    private long countAtExit;

    PipePair(OutputPipe out) {
        this.out = out;
    }

    /** Sends what is read from now on to {@code output}; {@link #err} must be there for labelled capture. */
    void begin(JobOutput output, boolean apart) {
        labelled = apart;
        exited = false;
        leftovers = false;
        pursuits = 0;
        open = apart ? 2 : 1;
        out.begin(output, Channel.STDOUT);
        OutputPipe second = second();
        if (second != null) {
            second.begin(output, Channel.STDERR);
        }
    }

    @Override
    public void redirect(ProcessBuilder builder) {
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(out.fifo().toFile()));
        OutputPipe second = second();
        if (second == null) {
            builder.redirectErrorStream(true);
        } else {
            builder.redirectError(ProcessBuilder.Redirect.appendTo(second.fifo().toFile()));
        }
    }

    @Override
    public void started(Process process, long number) {}

    @Override
    public boolean hasExited() {
        return exited;
    }

    @Override
    public boolean hasLeftovers() {
        return leftovers;
    }

    /** The pipe for standard error of the present job, if it has one of its own. */
    @Nullable
    OutputPipe second() {
        return labelled ? err : null;
    }

    /** Notes that the job has ended, and lets the readers find the end of its output. */
    @Override
    public void exited(long now) {
        exited = true;
        exitedAt = now;
        countAtExit = count();
        out.release();
        OutputPipe second = second();
        if (second != null) {
            second.release();
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
    public Verdict judge(long now, long grace) {
        long waited = now - exitedAt;
        if (!exited || open == 0 || waited < grace) {
            return Verdict.WAIT;
        }
        // A reader that is held up by its output still has bytes of the job to read.
        OutputPipe second = second();
        long deadline = exitedAt + grace;
        boolean dry = out.isDry(deadline, now) && (second == null || second.isDry(deadline, now));
        if (!dry && count() - countAtExit <= MOST_LATE_BYTES) {
            return Verdict.WAIT;
        }
        if (!leftovers) {
            leftovers = true;
            return Verdict.HELD;
        }
        if (waited - grace < AFTER_KILL_NANOS) {
            return Verdict.WAIT;
        }
        // What held it may have made another process meanwhile, so once is not enough.
        if (pursuits < MOST_PURSUITS) {
            pursuits++;
            return Verdict.ESCAPED;
        }
        return Verdict.ABANDON;
    }

    @Override
    public List<Path> fifos() {
        OutputPipe second = second();
        return second == null ? List.of(out.fifo()) : List.of(out.fifo(), second.fifo());
    }

    private long count() {
        OutputPipe second = second();
        return out.count() + (second == null ? 0 : second.count());
    }

    @Override
    public @Nullable String refusal() {
        RuntimeException refusal = out.refusal();
        OutputPipe second = second();
        if (refusal == null && second != null) {
            refusal = second.refusal();
        }
        return refusal == null ? null : "its output was not taken: " + refusal;
    }

    boolean isClosed() {
        OutputPipe second = err;
        return out.isClosed() || (second != null && second.isClosed());
    }

    /** Ends the readers and removes the FIFOs. */
    @Override
    public void close() {
        out.close();
        RunnerFiles.remove(out.fifo());
        OutputPipe second = err;
        if (second != null) {
            second.close();
            RunnerFiles.remove(second.fifo());
        }
    }

    void join(long millis) throws InterruptedException {
        out.join(millis);
        OutputPipe second = err;
        if (second != null) {
            second.join(millis);
        }
    }
}
