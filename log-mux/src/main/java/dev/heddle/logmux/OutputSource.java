package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.logmux.wire.SourceNote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The output of one job, on its way into the journal.
 *
 * <p><b>Threads.</b> May be written from any thread; writes of one thread and channel keep their order. A write blocks while
 * the journal is written, and so slows its job to the speed of the disk, never to that of a display.
 *
 * <p><b>Failure.</b> A write never throws because of a disk or a display. A write after {@link #finish} or {@link #close}
 * throws {@code IllegalStateException}; a second end or close does nothing.
 */
public final class OutputSource implements JobOutput {

    private static final Duration KILL_GRACE = Duration.ofSeconds(2);
    private static final int PUMP_BYTES = 32 * 1024;

    private final Intake journal;
    private final Batch.Slot slot;
    private final String task;
    /** Keeps what one call offers in one piece: the journal takes as much as it has room for. */
    private final ReentrantLock whole = new ReentrantLock();

    private volatile boolean finished;

    OutputSource(Intake journal, Batch.Slot slot, String task) {
        this.task = task;
        this.journal = journal;
        this.slot = slot;
    }

    /** Its number in the journal. */
    public int number() {
        return slot.source;
    }

    @Override
    public void write(Channel channel, byte[] bytes, int offset, int length) {
        Objects.requireNonNull(channel, "channel");
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (finished || !journal.data(slot, channel, bytes, offset, length)) {
            throw new IllegalStateException("source " + slot.source + " has ended and takes no more output");
        }
    }

    @Override
    public void orderGuessed() {
        journal.note(slot, SourceNote.ORDER_GUESSED, 1);
    }

    /** The name of its task. */
    String task() {
        return task;
    }

    /** Takes bytes in one piece, or nothing and returns false if the source has ended. */
    boolean offer(Channel channel, byte[] bytes, int offset, int length) {
        whole.lock();
        try {
            return !finished && journal.data(slot, channel, bytes, offset, length);
        } finally {
            whole.unlock();
        }
    }

    /**
     * Takes everything of a stream, until its end. The stream is not closed.
     *
     * <p>With {@code Process.getInputStream()} the last words of a grandchild that outlives the process may be lost: the JDK
     * drains and closes that stream when the process ends. {@link #run} does not have this fault.
     *
     * @return number of bytes
     * @throws IOException if the stream cannot be read; what was read before is kept
     */
    public long pump(InputStream from, Channel channel) throws IOException {
        byte[] buffer = new byte[PUMP_BYTES];
        long sum = 0;
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            write(channel, buffer, 0, count);
            sum += count;
        }
        return sum;
    }

    /**
     * Runs a command, takes its output and waits for its end, which {@link #finish(int)} is told.
     *
     * @param runner starts the command
     * @return the exit code; 128 plus the number of the signal for a command that a signal ended
     * @throws IOException if the command could not be started or its end could not be learned
     * @throws InterruptedException if the thread is interrupted; the command is killed
     */
    public int run(Command command, ProcessRunner runner) throws IOException, InterruptedException {
        var process = runner.start(command, this);
        try {
            ProcessEnd end = process.ended().get();
            end.remark().ifPresent(remark -> write(Channel.WARNING, remark.getBytes(StandardCharsets.UTF_8)));
            if (end.problem() != null) {
                throw new IOException("the end of '" + command.display() + "' could not be learned: " + end.problem());
            }
            finish(end.exitCode());
            return end.exitCode();
        } catch (InterruptedException e) {
            process.terminate(KILL_GRACE);
            throw e;
        } catch (ExecutionException e) {
            throw new AssertionError("BUG: a process ends exceptionally", e);
        }
    }

    /** Notes that the job has ended, with an exit code. Everything it wrote is in the journal when this returns. */
    public void finish(int exitCode) {
        end(JobEnding.exited(exitCode));
    }

    /** Notes that the job has ended, and how. Everything it wrote is in the journal when this returns. */
    @Override
    public void finish(Outcome outcome) {
        end(JobEnding.of(outcome));
    }

    @Override
    public void close() {
        end(JobEnding.unknown());
    }

    private void end(JobEnding ending) {
        whole.lock();
        try {
            finished = true;
            journal.end(slot, ending);
        } finally {
            whole.unlock();
        }
    }
}
