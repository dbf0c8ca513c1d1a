package dev.heddle.core.process;

import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands as children of this JVM, by {@link ProcessBuilder}: for systems without a POSIX shell, and as a choice.
 *
 * <p>Output goes through FIFOs of Heddle's own where {@code mkfifo} exists, so nothing is lost to the JDK, else through
 * {@link JdkPipes}. Differences from shell agents: a signal cannot be told from an exit code above 128, so
 * {@link ProcessEnd#signal} is known only for what this runner itself ended; a tree is killed by its parent links, so a
 * process that lost its parent before it was looked for lives on; and nothing is killed if the JVM itself is.
 *
 * <p><b>Threads.</b> One for time, one a running command to wait for it, one a FIFO in use, and the JDK's own reaper.
 */
final class PlainRunner implements ProcessRunner {

    private static final int MOST_ATTEMPTS = 10;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int SIGNALLED = 128;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final long SWEEP_MILLIS = 100;
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long JOIN_MILLIS = 2_000;
    private static final byte[] NO_MARK = {};

    private final RunnerSettings settings;
    private final Preparation preparation;
    private final AtomicLong numbers = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Deque<PipePair> idle = new ArrayDeque<>();
    private final Map<JobPipes, PlainJob> running = new HashMap<>();
    private @Nullable Base base;
    private int starting;
    private boolean sweeping;
    private boolean closed;

    /** What is made at the first start. */
    private record Base(@Nullable RunnerFiles files, ScheduledThreadPoolExecutor timer, ThreadPoolExecutor waiters) {}

    PlainRunner(RunnerSettings settings) {
        this.settings = settings;
        this.preparation = new Preparation(settings.environment(), false);
    }

    @Override
    public RunningProcess start(Command command, JobOutput output) throws IOException {
        Launch launch = preparation.prepare(command);
        preparation.introduce(command, output);
        Base ready = enter();
        PlainJob job;
        try {
            job = launch(launch, output, ready);
        } finally {
            leave();
        }
        ready.waiters().execute(() -> await(job));
        return job;
    }

    private Base enter() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the process runner is closed");
            }
            if (base == null) {
                RunnerFiles files =
                        settings.mkfifo() == null ? null : RunnerFiles.create(settings.temporary(), settings.mkfifo());
                base = new Base(files, AgentRunner.timer("heddle-process-timer"), waiters());
            }
            starting++;
            return base;
        } finally {
            lock.unlock();
        }
    }

    private static ThreadPoolExecutor waiters() {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(null, work, "heddle-process-wait", 128 * 1024);
            thread.setDaemon(true);
            return thread;
        });
    }

    private void leave() {
        lock.lock();
        try {
            starting--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private PlainJob launch(Launch launch, JobOutput output, Base ready) throws IOException {
        long number = numbers.incrementAndGet();
        Path stdin = stdin(launch, ready, number);
        JobPipes pipes = pipes(launch.command(), output, ready, number);
        boolean done = false;
        try {
            Process process = spawn(launch, builder(launch, pipes, stdin));
            boolean written = launch.command().stdin() instanceof Command.Stdin.Text;
            PlainJob job = new PlainJob(this, process, pipes, written ? stdin : null);
            lock.lock();
            try {
                running.put(pipes, job);
                sweepSoon();
            } finally {
                lock.unlock();
            }
            process.getOutputStream().close();
            pipes.started(process, number);
            done = true;
            return job;
        } finally {
            if (!done) {
                lock.lock();
                try {
                    running.remove(pipes);
                } finally {
                    lock.unlock();
                }
                pipes.close();
            }
        }
    }

    private static @Nullable Path stdin(Launch launch, Base ready, long number) throws IOException {
        if (launch.command().stdin() instanceof Command.Stdin.Text text) {
            RunnerFiles files = ready.files();
            Path file = files == null ? Files.createTempFile("heddle-", ".in") : files.path("i" + number);
            return Files.write(file, text.content().getBytes(StandardCharsets.UTF_8));
        }
        return launch.stdinFile().orElse(null);
    }

    private JobPipes pipes(Command command, JobOutput output, Base ready, long number) throws IOException {
        boolean labelled = command.capture() == Command.Capture.LABELLED;
        RunnerFiles files = ready.files();
        if (files == null) {
            JdkPipes[] self = new JdkPipes[1];
            self[0] = new JdkPipes(output, labelled, () -> drained(self[0]));
            return self[0];
        }
        PipePair pair;
        lock.lock();
        try {
            pair = idle.pollFirst();
        } finally {
            lock.unlock();
        }
        if (pair == null) {
            PipePair[] self = new PipePair[1];
            pair = new PipePair(pipe(files, "out", number, () -> drained(self[0])));
            self[0] = pair;
        }
        if (labelled && pair.err == null) {
            PipePair self = pair;
            pair.err = pipe(files, "err", number, () -> drained(self));
        }
        lock.lock();
        try {
            pair.begin(output, labelled);
        } finally {
            lock.unlock();
        }
        return pair;
    }

    private static OutputPipe pipe(RunnerFiles files, String stream, long number, Runnable drained) throws IOException {
        String name = "heddle-process-" + stream + "-" + number;
        return new OutputPipe(files.takeFifo(), NO_MARK, name, new OutputPipe.Listener() {
            @Override
            public boolean claims(byte[] held) {
                return false;
            }

            @Override
            public void drained() {
                drained.run();
            }
        });
    }

    private ProcessBuilder builder(Launch launch, JobPipes pipes, @Nullable Path stdin) {
        Command command = launch.command();
        List<String> argv = new ArrayList<>(launch.argv());
        if (command.environment().containsKey("PATH") || settings.changes().containsKey("PATH")) {
            // The JDK looks in the PATH of this JVM.
            argv.set(0, launch.program().toString());
        }
        ProcessBuilder builder = new ProcessBuilder(argv);
        if (launch.directory() != null) {
            builder.directory(launch.directory().toFile());
        }
        Map<String, String> variables = builder.environment();
        settings.change(variables);
        if (command.isCleanEnvironment()) {
            variables.clear();
        }
        command.environment().forEach((name, value) -> {
            if (value == null) {
                variables.remove(name);
            } else {
                variables.put(name, value);
            }
        });
        pipes.redirect(builder);
        File nothing = new File(File.separatorChar == '/' ? "/dev/null" : "NUL");
        builder.redirectInput(stdin == null ? nothing : stdin.toFile());
        return builder;
    }

    /** Starts the process; a program file that is open for writing is tried again, since that passes. */
    private static Process spawn(Launch launch, ProcessBuilder builder) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                return builder.start();
            } catch (IOException e) {
                String said = String.valueOf(e.getMessage());
                if (!Launch.isBusy(said) || attempt + 1 >= MOST_ATTEMPTS) {
                    IOException explained = launch.explain(said);
                    explained.initCause(e);
                    throw explained;
                }
                LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NANOS, TimeUnit.MILLISECONDS.toNanos(1L << attempt)));
            }
        }
    }

    // --- the end of a job

    private void await(PlainJob job) {
        int status;
        try {
            status = job.process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError("BUG: nobody interrupts this thread", e);
        }
        lock.lock();
        try {
            job.status = status;
            job.pipes.exited(System.nanoTime());
        } finally {
            lock.unlock();
        }
        tryFinish(job);
    }

    private void drained(JobPipes pipes) {
        PlainJob job;
        lock.lock();
        try {
            job = running.get(pipes);
            if (job == null || !pipes.drained()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        tryFinish(job);
    }

    /** Ends a job whose process has ended and whose output is drained; does nothing for any other. */
    private void tryFinish(PlainJob job) {
        boolean keep = false;
        lock.lock();
        try {
            if (!job.pipes.hasExited() || !job.pipes.isDrained() || running.get(job.pipes) != job) {
                return;
            }
            running.remove(job.pipes);
            if (job.pipes instanceof PipePair pair
                    && !closed
                    && !pair.isClosed()
                    && idle.size() < settings.mostIdle()) {
                idle.addFirst(pair);
                keep = true;
            }
        } finally {
            lock.unlock();
        }
        finish(job, keep);
    }

    private void finish(PlainJob job, boolean keep) {
        ProcessEnd end = end(job);
        if (!keep) {
            job.pipes.close();
        }
        if (job.stdin != null) {
            RunnerFiles.remove(job.stdin);
        }
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        job.ended().complete(end);
    }

    private static ProcessEnd end(PlainJob job) {
        boolean ours = job.terminating && (job.status == SIGNALLED + SIGTERM || job.status == SIGNALLED + SIGKILL);
        return new ProcessEnd(
                job.status, ours ? job.status - SIGNALLED : 0, job.pipes.hasLeftovers(), job.pipes.refusal());
    }

    // --- killing

    void terminate(PlainJob job, Duration grace) {
        signal(job, false);
        long nanos = AgentRunner.saturated(grace);
        if (nanos <= 0) {
            signal(job, true);
        } else {
            var unused = base().timer().schedule(() -> signal(job, true), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private Base base() {
        lock.lock();
        try {
            if (base == null) {
                throw new AssertionError("BUG: a job before the first start");
            }
            return base;
        } finally {
            lock.unlock();
        }
    }

    /** Signals the job's process and its tree, by handles, so that an id used again is never hit. */
    private void signal(PlainJob job, boolean kill) {
        lock.lock();
        try {
            if (running.get(job.pipes) != job) {
                return;
            }
            job.terminating = true;
            // Process.destroyForcibly would close the pipes and lose the last words; its handle does not.
            job.tree.add(job.process.toHandle());
            for (ProcessHandle known : List.copyOf(job.tree)) {
                known.descendants().forEach(job.tree::add);
            }
            for (ProcessHandle each : job.tree) {
                if (kill) {
                    each.destroyForcibly();
                } else {
                    each.destroy();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    // --- what only time shows

    private void sweepSoon() {
        if (!sweeping && base != null) {
            sweeping = true;
            long period =
                    Math.max(5, Math.min(SWEEP_MILLIS, settings.drainGrace().toMillis() / 2));
            var unused = base.timer().schedule(this::sweep, period, TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        List<PlainJob> held = new ArrayList<>();
        List<PlainJob> abandoned = new ArrayList<>();
        lock.lock();
        try {
            sweeping = false;
            if (running.isEmpty()) {
                return;
            }
            sweepSoon();
            long now = System.nanoTime();
            long grace = closed ? 0 : AgentRunner.saturated(settings.drainGrace());
            for (PlainJob job : running.values()) {
                switch (job.pipes.judge(now, grace)) {
                    case HELD -> held.add(job);
                    case ABANDON -> abandoned.add(job);
                    case WAIT -> {}
                }
            }
            abandoned.forEach(job -> running.remove(job.pipes));
        } finally {
            lock.unlock();
        }
        held.forEach(job -> signal(job, true));
        abandoned.forEach(job -> finish(job, false));
    }

    // --- the end of the runner

    @Override
    public void close() {
        List<PlainJob> rest;
        List<PipePair> pairs;
        Base ready;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            while (starting > 0) {
                changed.awaitUninterruptibly();
            }
            ready = base;
            rest = new ArrayList<>(running.values());
            pairs = new ArrayList<>(idle);
            idle.clear();
        } finally {
            lock.unlock();
        }
        if (ready == null) {
            return;
        }
        rest.forEach(job -> signal(job, true));
        awaitJobs();
        pairs.forEach(PipePair::close);
        for (PlainJob job : rest) {
            if (job.pipes instanceof PipePair pair) {
                pairs.add(pair);
            }
        }
        end(ready, pairs);
    }

    /** Waits for the killed jobs, but not for ever: an output that takes no more must not hang the embedder. */
    private void awaitJobs() {
        lock.lock();
        try {
            long left = CLOSE_NANOS;
            while (!running.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private static void end(Base ready, List<PipePair> pairs) {
        ready.timer().shutdownNow();
        ready.waiters().shutdown();
        try {
            for (PipePair pair : pairs) {
                pair.join(JOIN_MILLIS);
            }
            ready.timer().awaitTermination(JOIN_MILLIS, TimeUnit.MILLISECONDS);
            ready.waiters().awaitTermination(JOIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ready.files() != null) {
            ready.files().close();
        }
    }
}
