package dev.heddle.core.process;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands in persistent shells, one command at a time in each, and where many run at once as children of a nursery.
 *
 * <p><b>A job's way.</b> {@link #start} gives one text to an idle {@link Berth} (or to a new one). In a {@link ShellAgent} the
 * shell forks, the child becomes the program, and its output goes into the berth's FIFO, read by the berth's own thread. When
 * the shell has reaped it, it prints a frame into the control FIFO; the berth's readers then find the end of the output, the
 * berth is idle again, and {@link RunningProcess#ended} completes. In a {@link Cradle} the {@link Nursery} does what the shell
 * does. A job for which the process has no descriptors left waits until another has ended.
 *
 * <p><b>Threads.</b> One for the control FIFO, one for time, one a FIFO in use (two for labelled capture), and what the JDK
 * keeps to reap each shell.
 *
 * <p>All state of jobs and berths is guarded by one lock; no output is delivered and no future completed under it.
 */
final class AgentRunner implements ProcessRunner {

    private static final int MOST_BERTHS_TRIED = 3;
    private static final int MOST_ATTEMPTS = 10;
    private static final int LONGEST_PAUSE_MILLIS = 50;
    private static final ProcessEnd NEVER_RAN =
            new ProcessEnd(Berth.SIGNALLED + Berth.SIGTERM, Berth.SIGTERM, false, null);

    private final Preparation preparation;
    private final Berths berths;
    private final Endings endings;
    private final AtomicBoolean noted = new AtomicBoolean();

    /** Those that the timer will place; guarded by the lock of the berths. */
    private final Set<AgentJob> paused = new HashSet<>();

    AgentRunner(RunnerSettings settings) {
        this(settings, new Descriptors(Path.of("/proc/self")));
    }

    AgentRunner(RunnerSettings settings, Descriptors descriptors) {
        Map<String, String> environment = settings.environment();
        this.preparation = new Preparation(environment, settings.agentsAreSh());
        this.berths = new Berths(settings.mostIdle(), descriptors, () -> open(settings, environment));
        this.endings = new Endings(berths, settings, new Following());
    }

    private AgentHouse open(RunnerSettings settings, Map<String, String> environment) throws IOException {
        return new AgentHouse(settings, environment, endings);
    }

    @Override
    public RunningProcess start(Command command, JobOutput output) throws IOException {
        AgentJob job = new AgentJob(this, preparation.prepare(command), output);
        preparation.introduce(command, output);
        if (!place(job) && !noted.getAndSet(true)) {
            output.write(Channel.WARNING, berths.shortage().getBytes(StandardCharsets.UTF_8));
        }
        return job;
    }

    /** Gives a job to a berth. One that proves dead is replaced, a few times. False if the job waits for one. */
    private boolean place(AgentJob job) throws IOException {
        for (int i = 1; ; i++) {
            Berth berth = acquire(job);
            if (berth == null) {
                return false;
            }
            try {
                Path stdin = prepare(berth, job);
                berths.register(berth, job);
                endings.sweepSoon();
                berth.run(job, stdin);
                if (berth instanceof ShellAgent agent) {
                    job.began().complete(agent.leader());
                }
                return true;
            } catch (IOException e) {
                berths.release(berth, job);
                if (i == MOST_BERTHS_TRIED) {
                    placeNext();
                    throw new IOException("no shell would take the command: " + e.getMessage(), e);
                }
            }
        }
    }

    private @Nullable Berth acquire(AgentJob job) throws IOException {
        try {
            return berths.acquire(job, endings::listener);
        } catch (IOException e) {
            placeNext();
            throw ShortageException.orSame(e);
        }
    }

    /** Makes what the job needs besides the berth itself; gives the file that it reads, if any. */
    private @Nullable Path prepare(Berth berth, AgentJob job) throws IOException {
        AgentHouse house = berths.house();
        if (Berth.isLabelled(job) && berth.pipes.err == null) {
            berth.pipes.err = house.pipe("err", berth.id, endings.listener(berth.id));
        }
        if (job.launch().command().stdin() instanceof Command.Stdin.Text text) {
            return house.files().write("i" + berth.id, text.content());
        }
        return job.launch().stdinFile().orElse(null);
    }

    /** Where a berth or descriptors may have become free: gives them to the job that has waited longest. */
    private void placeNext() {
        AgentJob next;
        berths.lock.lock();
        try {
            next = berths.nextWaiting();
            if (next != null) {
                paused.add(next);
            }
        } finally {
            berths.lock.unlock();
        }
        if (next != null) {
            berths.house().timer().execute(() -> goOn(next));
        }
    }

    /** On the timer: places a job whose start was told to have succeeded, unless it was ended meanwhile. */
    private void goOn(AgentJob job) {
        berths.lock.lock();
        try {
            if (!paused.remove(job)) {
                return;
            }
        } finally {
            berths.lock.unlock();
        }
        if (job.terminating) {
            job.ended().complete(NEVER_RAN);
            placeNext();
            return;
        }
        try {
            if (place(job)) {
                placeNext();
            }
        } catch (IOException | IllegalStateException e) {
            job.ended().complete(new ProcessEnd(ProcessEnd.UNKNOWN, 0, false, String.valueOf(e.getMessage())));
        }
    }

    private final class Following implements Endings.Follower {

        @Override
        public void began(AgentJob job, long pid, boolean terminating) {
            job.began().complete(pid);
            if (terminating) {
                berths.house().timer().execute(() -> terminate(job, job.grace));
            }
        }

        @Override
        public void ended(Berth berth, AgentJob job) {
            finish(berth, job);
            placeNext();
        }
    }

    private void finish(Berth berth, AgentJob job) {
        String said = berth.refused;
        ProcessEnd end = berth.end(job);
        boolean again = said != null && Launch.isBusy(said) && job.attempts < MOST_ATTEMPTS;
        berths.lock.lock();
        try {
            again = again && !berths.isClosed() && !job.terminating;
            if (again) {
                paused.add(job);
            }
            job.berth = null;
            berth.job = null;
        } finally {
            berths.lock.unlock();
        }
        AgentHouse house = berths.house();
        if (job.launch().command().stdin() instanceof Command.Stdin.Text) {
            RunnerFiles.remove(house.files().path("i" + berth.id));
        }
        berths.vacate(berth);
        if (again) {
            long pause = Math.min(LONGEST_PAUSE_MILLIS, 1L << (job.attempts - 1));
            // The program file was open for writing, which passes.
            var unused = house.timer().schedule(() -> goOn(job), pause, TimeUnit.MILLISECONDS);
        } else {
            job.ended().complete(end);
        }
    }

    // --- killing

    void terminate(AgentJob job, Duration grace) {
        Berth berth;
        boolean waited;
        boolean unborn;
        berths.lock.lock();
        try {
            job.terminating = true;
            job.grace = grace;
            waited = berths.forget(job);
            berth = job.berth;
            if (berth != null) {
                berth.doomed = true;
            }
            unborn = berth == null || berth.leader() == 0;
        } finally {
            berths.lock.unlock();
        }
        if (waited) {
            job.ended().complete(NEVER_RAN);
        }
        if (berth == null || unborn) {
            return;
        }
        AgentHouse house = berths.house();
        house.watchdog().signal("TERM", berth.groups());
        long nanos = RunnerTimer.nanos(grace);
        if (nanos <= 0) {
            kill(job);
        } else {
            var unused = house.timer().schedule(() -> kill(job), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void kill(AgentJob job) {
        Berth berth;
        berths.lock.lock();
        try {
            berth = job.berth;
            if (berth == null) {
                return;
            }
            berth.doomed = true;
        } finally {
            berths.lock.unlock();
        }
        berths.house().watchdog().kill(berth.groups(), berth.id);
    }

    // --- the end of the runner

    @Override
    public void close() {
        List<AgentJob> neverRun = new ArrayList<>();
        List<Berth> running = berths.close(neverRun);
        if (running == null) {
            return;
        }
        List<AgentJob> jobs = new ArrayList<>();
        berths.lock.lock();
        try {
            neverRun.addAll(paused);
            paused.clear();
            for (Berth berth : running) {
                if (berth.job != null) {
                    jobs.add(berth.job);
                    berth.job.terminating = true;
                    berth.job.grace = Duration.ZERO;
                }
            }
        } finally {
            berths.lock.unlock();
        }
        neverRun.forEach(job -> job.ended().complete(NEVER_RAN));
        jobs.forEach(this::kill);
        berths.end(running);
    }
}
