package dev.heddle.core.process;

import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands in persistent shells, one command at a time in each; there are as many shells as commands run at once.
 *
 * <p><b>A job's way.</b> {@link #start} writes one text to an idle {@link ShellAgent} (or to a new one). The shell forks, the
 * child becomes the program, and its output goes into the agent's FIFO, read by the agent's own thread. When the shell has
 * reaped it, it prints a frame into the control FIFO; the agent's readers then find the end of the output, the agent is
 * idle again, and {@link RunningProcess#ended} completes.
 *
 * <p><b>Threads.</b> One for the control FIFO, one for time, one a FIFO in use (two for labelled capture), and what the JDK
 * keeps to reap each shell that it started itself.
 *
 * <p>All state of jobs and agents is guarded by {@code lock}; no output is delivered and no future completed under it.
 */
final class AgentRunner implements ProcessRunner {

    private static final int MOST_AGENTS_TRIED = 3;
    private static final int MOST_ATTEMPTS = 10;
    private static final int LONGEST_PAUSE_MILLIS = 50;
    private static final int LOST = 255;
    private static final int SIGNALLED = 128;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    /** The sweep is what notices a shell that died and a pipe that is held; both are rare. */
    private static final long SWEEP_MILLIS = 100;

    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RunnerSettings settings;
    private final Map<String, String> environment;
    private final Preparation preparation;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Deque<ShellAgent> idle = new ArrayDeque<>();
    private final Map<Integer, ShellAgent> busy = new HashMap<>();
    private final Set<AgentJob> paused = new HashSet<>();
    private @Nullable AgentHouse house;
    private int starting;
    private int lastId;
    private boolean sweeping;
    private boolean closed;

    AgentRunner(RunnerSettings settings) {
        this.settings = settings;
        this.environment = settings.environment();
        this.preparation = new Preparation(environment, settings.agentsAreSh());
    }

    @Override
    public RunningProcess start(Command command, JobOutput output) throws IOException {
        AgentJob job = new AgentJob(this, preparation.prepare(command), output);
        preparation.introduce(command, output);
        place(job);
        return job;
    }

    /** Gives a job to an agent. One that proves dead is replaced, a few times. */
    private void place(AgentJob job) throws IOException {
        IOException last = null;
        for (int i = 0; i < MOST_AGENTS_TRIED; i++) {
            ShellAgent agent = null;
            try {
                agent = acquire();
                Path stdin = prepare(agent, job);
                register(agent, job);
                agent.send(house().script(), job, stdin);
                return;
            } catch (IOException e) {
                last = e;
                if (agent == null) {
                    break;
                }
                release(agent, job);
            }
        }
        throw new IOException("no shell would take the command: " + (last == null ? "" : last.getMessage()), last);
    }

    /** An idle agent or a new one; counted as starting until it is registered or released. */
    private ShellAgent acquire() throws IOException {
        AgentHouse open;
        int id;
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the process runner is closed");
            }
            ShellAgent agent = idle.pollFirst();
            if (agent != null) {
                starting++;
                return agent;
            }
            if (house == null) {
                house = new AgentHouse(settings, environment, new Frames());
            }
            open = house;
            id = ++lastId;
            starting++;
        } finally {
            lock.unlock();
        }
        boolean spawned = false;
        try {
            ShellAgent agent = open.spawn(id, new End(id));
            spawned = true;
            return agent;
        } finally {
            if (!spawned) {
                started();
            }
        }
    }

    private void started() {
        lock.lock();
        try {
            starting--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Makes what the job needs besides the agent itself; gives the file that it reads, if any. */
    private @Nullable Path prepare(ShellAgent agent, AgentJob job) throws IOException {
        AgentHouse open = house();
        if (ShellAgent.isLabelled(job) && agent.pipes.err == null) {
            agent.pipes.err = open.pipe("err", agent.id, new End(agent.id));
        }
        if (job.launch().command().stdin() instanceof Command.Stdin.Text text) {
            Path stdin = open.files().path("i" + agent.id);
            Files.write(stdin, text.content().getBytes(StandardCharsets.UTF_8));
            return stdin;
        }
        return job.launch().stdinFile().orElse(null);
    }

    private void register(ShellAgent agent, AgentJob job) {
        lock.lock();
        try {
            agent.assign(job);
            job.runsIn(agent);
            busy.put(agent.id, agent);
            sweepSoon();
        } finally {
            lock.unlock();
        }
        started();
    }

    /** Takes back an agent that could not be given its job. */
    private void release(ShellAgent agent, AgentJob job) {
        lock.lock();
        try {
            if (busy.remove(agent.id) == null) {
                starting--;
            }
            agent.job = null;
            job.agent = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        house().retire(agent);
    }

    private AgentHouse house() {
        lock.lock();
        try {
            if (house == null) {
                throw new AssertionError("BUG: an agent without a house");
            }
            return house;
        } finally {
            lock.unlock();
        }
    }

    // --- the end of a job

    private final class Frames implements FrameReader.Handler {
        @Override
        public void exited(int id, int status) {
            lock.lock();
            try {
                ShellAgent agent = busy.get(id);
                if (agent != null && agent.job != null && !agent.pipes.hasExited()) {
                    noteExit(agent, agent.job, status);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void killed(int id) {
            lock.lock();
            try {
                ShellAgent agent = busy.get(id);
                if (agent != null && !agent.pipes.hasExited()) {
                    agent.signal = SIGKILL;
                    agent.ended(SIGNALLED + SIGKILL, null);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private static void noteExit(ShellAgent agent, AgentJob job, int status) {
        String problem = null;
        if (status != 0) {
            String said = agent.complaint();
            if (status > SIGNALLED) {
                boolean ours = job.terminating && (status == SIGNALLED + SIGTERM || status == SIGNALLED + SIGKILL);
                agent.signal = ours || !said.isEmpty() ? status - SIGNALLED : 0;
            } else if (!said.isEmpty()) {
                problem = "the shell agent could not run it: " + said;
            }
        }
        agent.ended(status, problem);
    }

    /** On a reader thread: what happens when a FIFO of an agent is at its end. */
    private final class End implements OutputPipe.Listener {

        private final int id;

        private End(int id) {
            this.id = id;
        }

        @Override
        public boolean claims(byte[] held) {
            lock.lock();
            try {
                ShellAgent agent = busy.get(id);
                boolean failed = agent != null && agent.status != 0 && agent.signal == 0;
                if (agent != null && failed) {
                    agent.refused = new String(held, RunnerFiles.CHARSET);
                }
                return failed;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void drained() {
            ShellAgent agent;
            AgentJob job;
            lock.lock();
            try {
                agent = busy.get(id);
                job = agent == null ? null : agent.job;
                if (agent == null || job == null || !agent.pipes.drained()) {
                    return;
                }
                if (!agent.pipes.hasExited()) {
                    agent.ended(LOST, "its output could not be read");
                }
            } finally {
                lock.unlock();
            }
            finish(agent, job);
        }
    }

    private void finish(ShellAgent agent, AgentJob job) {
        String said = agent.refused;
        ProcessEnd end = end(agent, job);
        boolean again = said != null && Launch.isBusy(said) && job.attempts < MOST_ATTEMPTS;
        boolean keep;
        lock.lock();
        try {
            again = again && !closed && !job.terminating;
            if (again) {
                paused.add(job);
            }
            job.agent = null;
            agent.job = null;
            keep = !closed && !agent.doomed && !agent.pipes.isClosed() && idle.size() < settings.mostIdle();
        } finally {
            lock.unlock();
        }
        if (job.launch().command().stdin() instanceof Command.Stdin.Text) {
            RunnerFiles.remove(house().files().path("i" + agent.id));
        }
        if (!keep) {
            house().retire(agent);
        }
        lock.lock();
        try {
            busy.remove(agent.id);
            if (keep) {
                idle.addFirst(agent);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (again) {
            long pause = Math.min(LONGEST_PAUSE_MILLIS, 1L << (job.attempts - 1));
            var unused = house().timer().schedule(() -> startAgain(job), pause, TimeUnit.MILLISECONDS);
        } else {
            job.ended().complete(end);
        }
    }

    private static ProcessEnd end(ShellAgent agent, AgentJob job) {
        String problem = agent.problem;
        if (problem == null && agent.refused != null) {
            problem = job.launch().explain(agent.refused).getMessage();
        }
        if (problem == null) {
            problem = agent.pipes.refusal();
        }
        return new ProcessEnd(agent.status, agent.signal, agent.pipes.hasLeftovers(), problem);
    }

    /** On the timer: the program file was open for writing, which passes. */
    private void startAgain(AgentJob job) {
        lock.lock();
        try {
            if (!paused.remove(job)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        if (job.terminating) {
            job.ended().complete(new ProcessEnd(SIGNALLED + SIGTERM, SIGTERM, false, null));
            return;
        }
        try {
            place(job);
        } catch (IOException | IllegalStateException e) {
            job.ended().complete(new ProcessEnd(LOST, 0, false, String.valueOf(e.getMessage())));
        }
    }

    // --- killing

    void terminate(AgentJob job, Duration grace) {
        ShellAgent agent;
        lock.lock();
        try {
            job.terminating = true;
            agent = job.agent;
            if (agent == null || agent.job != job) {
                return;
            }
            agent.doomed = true;
        } finally {
            lock.unlock();
        }
        AgentHouse open = house();
        open.watchdog().signal("TERM", ProcessTree.groups(agent.leader()));
        long nanos = Math.max(0, saturated(grace));
        if (nanos == 0) {
            kill(job);
        } else {
            var unused = open.timer().schedule(() -> kill(job), nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Nanoseconds, as many as a long can tell. */
    static long saturated(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    private void kill(AgentJob job) {
        ShellAgent agent;
        lock.lock();
        try {
            agent = job.agent;
            if (agent == null || agent.job != job) {
                return;
            }
            agent.doomed = true;
        } finally {
            lock.unlock();
        }
        house().watchdog().kill(ProcessTree.groups(agent.leader()), agent.id);
    }

    // --- what only time shows

    private void sweepSoon() {
        if (!sweeping && house != null) {
            sweeping = true;
            long period =
                    Math.max(5, Math.min(SWEEP_MILLIS, settings.drainGrace().toMillis() / 2));
            var unused = house.timer().schedule(this::sweep, period, TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        List<ShellAgent> held = new ArrayList<>();
        List<ShellAgent> abandoned = new ArrayList<>();
        lock.lock();
        try {
            sweeping = false;
            if (busy.isEmpty()) {
                return;
            }
            sweepSoon();
            long now = System.nanoTime();
            for (ShellAgent agent : busy.values()) {
                if (agent.job != null && !agent.pipes.hasExited()) {
                    look(agent);
                }
                long grace = closed || agent.problem != null ? 0 : saturated(settings.drainGrace());
                switch (agent.pipes.judge(now, grace)) {
                    case HELD -> held.add(agent);
                    case ABANDON -> abandoned.add(agent);
                    case WAIT -> {}
                }
            }
            held.forEach(agent -> agent.doomed = true);
        } finally {
            lock.unlock();
        }
        AgentHouse open = house();
        for (ShellAgent agent : held) {
            open.watchdog().kill(ProcessTree.groups(agent.leader()), agent.id);
        }
        abandoned.forEach(agent -> agent.pipes.close());
    }

    /** Finds a shell that died without a word: seen twice, since its last frame may still be on the way. */
    private static void look(ShellAgent agent) {
        if (agent.process.isAlive()) {
            return;
        }
        if (!agent.seenDead) {
            agent.seenDead = true;
            return;
        }
        agent.doomed = true;
        String said = agent.complaint();
        agent.ended(
                LOST,
                "the shell agent that ran it ended (" + agent.process.ending() + ")"
                        + (said.isEmpty() ? "; something killed it" : ": " + said));
    }

    // --- the end of the runner

    @Override
    public void close() {
        List<AgentJob> waiting;
        List<ShellAgent> running;
        AgentHouse open;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            open = house;
            waiting = new ArrayList<>(paused);
            paused.clear();
            awaitStarts();
            running = new ArrayList<>(busy.values());
            running.forEach(agent -> agent.doomed = true);
        } finally {
            lock.unlock();
        }
        if (open == null) {
            return;
        }
        waiting.forEach(job -> job.ended().complete(new ProcessEnd(SIGNALLED + SIGTERM, SIGTERM, false, null)));
        running.forEach(agent -> open.watchdog().kill(ProcessTree.groups(agent.leader()), agent.id));
        awaitJobs();
        Set<ShellAgent> all = new HashSet<>(running);
        lock.lock();
        try {
            all.addAll(idle);
            idle.clear();
        } finally {
            lock.unlock();
        }
        open.close(all);
    }

    /** Holding the lock: lets the starts that have begun come to their end. */
    private void awaitStarts() {
        while (starting > 0) {
            changed.awaitUninterruptibly();
        }
    }

    /** Waits for the killed jobs, but not for ever: an output that takes no more must not hang the embedder. */
    private void awaitJobs() {
        lock.lock();
        try {
            long left = CLOSE_NANOS;
            while (!busy.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** The timer of a runner. */
    static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(null, work, name, 256 * 1024);
            thread.setDaemon(true);
            return thread;
        });
        // After close() there is nothing left that time could show.
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }
}
