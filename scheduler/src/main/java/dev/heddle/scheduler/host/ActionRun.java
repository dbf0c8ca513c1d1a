package dev.heddle.scheduler.host;

import dev.heddle.core.Action;
import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.Expansion;
import dev.heddle.core.JobContext;
import dev.heddle.core.JobHost;
import dev.heddle.core.JobNote;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Lease;
import dev.heddle.core.Slots;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of an {@link Action}: its context, its host, and the way to interrupt it. */
final class ActionRun implements RunningStep, JobContext, JobHost {

    private static final Duration COMMAND_GRACE = Duration.ofSeconds(5);
    private static final StepEnd RETURNED = new StepEnd.Returned();

    private final HostJob job;
    private final Action action;
    private final StepObserver observer;
    private final @Nullable Supplier<ProcessRunner> processes;

    /** The thread that runs the action; set and cleared under the lock so that an interrupt never reaches the next one. */
    private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();

    private volatile boolean cancelled;
    private @Nullable PrintStream out;
    private @Nullable PrintStream err;

    /**
     * @param processes runs the commands that the action asks for, or null on a host that runs none
     */
    ActionRun(HostJob job, Action action, StepObserver observer, @Nullable Supplier<ProcessRunner> processes) {
        this.job = job;
        this.action = action;
        this.observer = observer;
        this.processes = processes;
    }

    /** Runs the action on this thread and tells its end. */
    void run() {
        runner.set(Thread.currentThread());
        StepEnd end;
        try {
            if (cancelled) {
                end = new StepEnd.Threw(new InterruptedException("cancelled before it began"));
            } else {
                observer.started(0);
                action.run(this);
                end = RETURNED;
            }
        } catch (Throwable e) { // The worker's entry: whatever an action throws is the outcome of its step.
            end = new StepEnd.Threw(e);
        }
        endInterruptions();
        flush(out);
        flush(err);
        observer.ended(end);
    }

    /** Ends it before it ran. */
    void refuse(StepEnd end) {
        observer.ended(end);
    }

    private void endInterruptions() {
        // A terminate() that has taken the thread out puts it back when its interrupt is delivered.
        while (!runner.compareAndSet(Thread.currentThread(), null)) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
    }

    @Override
    public void terminate(Duration grace) {
        cancelled = true;
        Thread thread = runner.getAndSet(null);
        if (thread != null) {
            thread.interrupt();
            runner.set(thread);
        }
    }

    private static void flush(@Nullable PrintStream stream) {
        if (stream != null) {
            stream.flush();
        }
    }

    @Override
    public Task task() {
        return job.task();
    }

    @Override
    public PrintStream out() {
        PrintStream stream = out;
        if (stream == null) {
            out = stream = printer(Channel.STDOUT);
        }
        return stream;
    }

    @Override
    public PrintStream err() {
        PrintStream stream = err;
        if (stream == null) {
            err = stream = printer(Channel.STDERR);
        }
        return stream;
    }

    private PrintStream printer(Channel channel) {
        JobOutput output = job.output();
        return new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        output.write(channel, new byte[] {(byte) b}, 0, 1);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        output.write(channel, bytes, offset, length);
                    }
                },
                false,
                StandardCharsets.UTF_8);
    }

    @Override
    public JobOutput output() {
        return job.output();
    }

    @Override
    public JobHost host() {
        return this;
    }

    @Override
    public Lease lease() {
        return job.lease();
    }

    @Override
    public Slots slots() {
        return job.slots();
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void note(JobNote note) {
        job.note(note);
    }

    @Override
    public void expand(Expansion expansion) {
        job.expand(expansion);
    }

    @Override
    public void next(Step... steps) {
        job.next(List.of(steps));
    }

    @Override
    public void skip(String... steps) {
        job.skip(List.of(steps));
    }

    @Override
    public String name() {
        return job.lease().host();
    }

    @Override
    public int run(Command command) throws IOException, InterruptedException {
        return run(command, job.output());
    }

    @Override
    public int run(Command command, JobOutput output) throws IOException, InterruptedException {
        if (processes == null) {
            throw new IOException("host " + name() + " runs no commands; use a local host");
        }
        Command whole = command.envDefaults(job.task().environment());
        RunningProcess process = processes.get().start(whole, output);
        ProcessEnd end;
        try {
            end = process.ended().get();
        } catch (InterruptedException e) {
            process.terminate(COMMAND_GRACE);
            process.ended().join();
            throw e;
        } catch (ExecutionException e) {
            throw new IOException("the end of '" + command.display() + "' could not be learned", e);
        }
        HostProcesses.remark(end, output);
        if (end.problem() != null) {
            throw new IOException("'" + command.display() + "': " + end.problem());
        }
        return end.exitCode();
    }
}
