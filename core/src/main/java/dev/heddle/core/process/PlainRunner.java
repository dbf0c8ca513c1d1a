package dev.heddle.core.process;

import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
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

    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Two pipes with two descriptors each. */
    private static final int MOST_KEPT = 4;

    private static final int MOST_TAKEN = MOST_KEPT + Descriptors.START;

    private final RunnerSettings settings;
    private final Preparation preparation;
    private final PlainChild child;
    private final Descriptors descriptors = new Descriptors(Path.of("/proc/self"));
    private final AtomicLong numbers = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Deque<PipePair> idle = new ArrayDeque<>();
    private final Map<JobPipes, PlainJob> running = new HashMap<>();
    private @Nullable PlainHouse house;
    private int starting;
    private boolean sweeping;
    private boolean closed;

    PlainRunner(RunnerSettings settings) {
        this.settings = settings;
        this.preparation = new Preparation(settings.environment(), false);
        this.child = new PlainChild(settings);
    }

    @Override
    public RunningProcess start(Command command, JobOutput output) throws IOException {
        Launch launch = preparation.prepare(command);
        preparation.introduce(command, output);
        if (!descriptors.take(MOST_TAKEN)) {
            throw new ShortageException(Launch.text(command, descriptors.shortage(MOST_TAKEN)));
        }
        boolean started = false;
        try {
            PlainHouse ready = enter();
            PlainJob job;
            try {
                job = launch(launch, output, ready);
            } finally {
                leave();
            }
            started = true;
            ready.waiters().execute(() -> await(job));
            return job;
        } finally {
            descriptors.opened(MOST_TAKEN, started ? MOST_KEPT : 0);
        }
    }

    private PlainHouse enter() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the process runner is closed");
            }
            if (house == null) {
                house = PlainHouse.open(settings);
            }
            starting++;
            return house;
        } catch (IOException e) {
            throw ShortageException.orSame(e);
        } finally {
            lock.unlock();
        }
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

    private PlainJob launch(Launch launch, JobOutput output, PlainHouse ready) throws IOException {
        long number = numbers.incrementAndGet();
        Path stdin = ready.stdin(launch, number);
        JobPipes pipes = pipes(launch.command(), output, ready, number);
        boolean done = false;
        try {
            Process process = child.start(launch, pipes, stdin);
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

    private JobPipes pipes(Command command, JobOutput output, PlainHouse ready, long number) throws IOException {
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
            pair = new PipePair(PlainHouse.pipe(files, "out-" + number, () -> drained(self[0])));
            self[0] = pair;
        }
        if (labelled && pair.err == null) {
            PipePair self = pair;
            pair.err = PlainHouse.pipe(files, "err-" + number, () -> drained(self));
        }
        lock.lock();
        try {
            pair.begin(output, labelled);
        } finally {
            lock.unlock();
        }
        return pair;
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
        descriptors.closed(MOST_KEPT);
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        job.ended().complete(end);
    }

    private static ProcessEnd end(PlainJob job) {
        int signal = job.status - Berth.SIGNALLED;
        boolean ours = job.terminating && (signal == Berth.SIGTERM || signal == Berth.SIGKILL);
        return new ProcessEnd(job.status, ours ? signal : 0, job.pipes.hasLeftovers(), job.pipes.refusal());
    }

    // --- killing

    void terminate(PlainJob job, Duration grace) {
        signal(job, false);
        long nanos = RunnerTimer.nanos(grace);
        if (nanos <= 0) {
            signal(job, true);
        } else {
            var unused = house().timer().schedule(() -> signal(job, true), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private PlainHouse house() {
        lock.lock();
        try {
            if (house == null) {
                throw new AssertionError("BUG: a job before the first start");
            }
            return house;
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
        if (!sweeping && house != null) {
            sweeping = true;
            long period = RunnerTimer.sweepMillis(settings.drainGrace());
            var unused = house.timer().schedule(this::sweep, period, TimeUnit.MILLISECONDS);
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
            long grace = closed ? 0 : RunnerTimer.nanos(settings.drainGrace());
            for (PlainJob job : running.values()) {
                switch (job.pipes.judge(now, grace)) {
                    case HELD -> held.add(job);
                    // Under the lock, so that no other job has got the FIFOs meanwhile.
                    case ESCAPED -> Holders.kill(job.pipes.fifos());
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
        PlainHouse ready;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            while (starting > 0) {
                changed.awaitUninterruptibly();
            }
            ready = house;
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
        ready.close(pairs);
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
}
