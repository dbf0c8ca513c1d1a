package dev.heddle.core.process;

import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs commands on another machine, in persistent shells, one command at a time in each; there are as many shells as commands
 * run at once, and as many connections as they need.
 *
 * <p><b>A job's way.</b> {@link #start} hands it to the runner's thread, which gives it to an idle {@link FarAgent}, or lets it
 * wait until one is born; {@link FarConnection}s are made when needed. What the job writes comes back on the agent's own
 * line and is delivered by the two threads that read it. When the job has ended, its agent says so; when all its output
 * has been delivered, {@link RunningProcess#ended} completes.
 *
 * <p><b>Lost jobs.</b> A job whose end nobody knows ends with a {@linkplain ProcessEnd#problem problem}, and only when it is
 * certain that nothing of it runs any more; {@link FarConnection} tells how that is known.
 *
 * <p><b>Threads.</b> One, which owns all state and never waits for the other machine; two a shell; and some that
 * write to shells, at most as many as there are shells.
 */
final class FarRunner implements FarProcessRunner {

    private static final int MOST_ATTEMPTS = 10;
    private static final int LONGEST_PAUSE_MILLIS = 50;
    private static final long LOOK_MILLIS = 500;
    private static final long AFTER_KILL_MILLIS = 1_000;
    private static final long CLOSE_SECONDS = 10;
    private static final long JOIN_MILLIS = 3_000;
    private static final String NO_TERMINAL =
            "no terminal for this command on another machine: its output goes through a pipe\n";

    private final FarSettings settings;
    private final FarFiles files;
    private final ScheduledThreadPoolExecutor events;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch quiet = new CountDownLatch(1);

    // Of the runner's own thread.
    private final FarPool pool;
    private final Set<FarJob> paused = new HashSet<>();
    private boolean looking;
    private boolean closing;

    private volatile double load = -1;

    FarRunner(FarSettings settings) {
        this.settings = settings;
        this.files = new FarFiles(settings);
        this.pool = new FarPool(this, files, settings.mostIdle());
        this.events = RunnerTimer.start("heddle-far-" + settings.transport().name());
    }

    String name() {
        return settings.transport().name();
    }

    /** What a shell's way said when it ended, in the words of the transport. */
    String explain(String said) {
        return settings.transport().explain(said);
    }

    @Override
    public double load() {
        return load;
    }

    @Override
    public RunningProcess start(Command command, JobOutput output) throws IOException {
        if (closed.get()) {
            throw new IllegalStateException("the process runner is closed");
        }
        Preparation.checkLengths(command, command.argv());
        FarJob job = new FarJob(this, numbers.incrementAndGet(), command, output);
        job.introduce();
        if (command.capture() == Command.Capture.PTY) {
            job.warn(NO_TERMINAL);
        }
        post(() -> {
            if (closing) {
                job.cancel();
            } else {
                pool.add(job);
            }
        });
        return job;
    }

    FarPool pool() {
        return pool;
    }

    /** Whether it is being closed. */
    boolean isClosing() {
        return closing;
    }

    /** The pool has done what it could for now. */
    void served() {
        lookSoon();
        if (closing && pool.isQuiet()) {
            quiet.countDown();
        }
    }

    void post(Runnable event) {
        events.execute(event);
    }

    void later(Runnable event, long nanos) {
        var unused = events.schedule(event, nanos, TimeUnit.NANOSECONDS);
    }

    long now() {
        return System.nanoTime();
    }

    FarShell shell(List<String> argv, String nonce, FarShell.Listener listener) throws IOException {
        return files.shell(argv, nonce, listener);
    }

    // --- the end of a job

    /** A job's process has ended; its output may still come. */
    void exited(FarAgent agent, FarJob job) {
        later(
                () -> {
                    if (agent.job() == job && !job.isDrained()) {
                        // A mark that comes late would be the only writer for a moment, and the next relay's end.
                        agent.doomed = true;
                        agent.connection.tell(KeeperScript.mark(agent.pid, job.number, job.isApart()));
                    }
                },
                closing ? 0 : RunnerTimer.nanos(settings.drainGrace()));
    }

    /** Everything that was written within the grace has come, and still something holds the output. */
    void held(FarAgent agent, FarJob job) {
        if (agent.job() != job || job.isDrained()) {
            return;
        }
        job.leftovers = true;
        agent.doomed = true;
        agent.connection.kill(agent, () -> {
            // What left the job's session is found by what it holds; where that fails, the relays are cut off.
            whileHeld(
                    agent,
                    job,
                    () -> agent.connection.free(agent, () -> {
                        whileHeld(agent, job, () -> agent.connection.tell(KeeperScript.loosen(agent.pid)));
                    }));
        });
    }

    private void whileHeld(FarAgent agent, FarJob job, Runnable then) {
        later(
                () -> {
                    if (agent.job() == job && !job.isDrained()) {
                        then.run();
                    }
                },
                TimeUnit.MILLISECONDS.toNanos(AFTER_KILL_MILLIS / 2));
    }

    /** A job has ended and all its output is delivered. */
    void drained(FarAgent agent, FarJob job) {
        if (agent.job() != job) {
            return;
        }
        agent.forget();
        boolean again = job.isBusy() && job.attempts < MOST_ATTEMPTS && !job.terminating && !closing;
        if (!pool.keep(agent) && agent.connection.isOpen() && !agent.hasEnded()) {
            agent.connection.end(agent, agent::slain);
            agent.endInput();
        }
        if (again) {
            paused.add(job);
            long pause = Math.min(LONGEST_PAUSE_MILLIS, 1L << (job.attempts - 1));
            later(() -> startAgain(job), TimeUnit.MILLISECONDS.toNanos(pause));
        } else {
            job.complete();
        }
        pool.serve();
    }

    private void startAgain(FarJob job) {
        if (paused.remove(job)) {
            pool.addFirst(job);
        }
    }

    // --- killing

    void terminate(FarJob job, Duration grace) {
        post(() -> {
            job.terminating = true;
            if (pool.remove(job) || paused.remove(job)) {
                job.cancel();
                return;
            }
            FarAgent agent = pool.agentOf(job);
            if (agent == null) {
                return;
            }
            agent.doomed = true;
            long nanos = Math.max(0, RunnerTimer.nanos(grace));
            if (nanos == 0) {
                kill(agent, job);
            } else {
                agent.connection.tell(KeeperScript.term(agent.pid));
                later(() -> kill(agent, job), nanos);
            }
        });
    }

    private void kill(FarAgent agent, FarJob job) {
        if (agent.job() != job) {
            return;
        }
        agent.doomed = true;
        agent.connection.kill(
                agent,
                () -> later(
                        () -> {
                            if (agent.job() == job && !job.hasExited()) {
                                // The shell itself answers no more.
                                agent.connection.end(agent, agent::slain);
                            }
                        },
                        TimeUnit.MILLISECONDS.toNanos(AFTER_KILL_MILLIS)));
    }

    // --- what only time shows

    private void lookSoon() {
        if (!looking && !pool.connections().isEmpty()) {
            looking = true;
            later(this::look, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }

    private void look() {
        looking = false;
        pool.connections().forEach(FarConnection::look);
        load = pool.connections().stream()
                .filter(FarConnection::isOpen)
                .mapToDouble(FarConnection::load)
                .max()
                .orElse(-1);
        lookSoon();
    }

    // --- the end of the runner

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        List<FarAgent> all = new ArrayList<>();
        List<FarConnection> ending = new ArrayList<>();
        CountDownLatch over = new CountDownLatch(1);
        post(this::cancelAll);
        try {
            if (!quiet.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                post(() -> pool.forEachBusy((agent, job) -> {
                    agent.forget();
                    job.lose("the process runner was closed, and " + name() + " did not answer");
                }));
            }
            post(() -> {
                ending.addAll(pool.connections());
                ending.forEach(connection -> all.addAll(connection.agents));
                ending.forEach(FarConnection::close);
                over.countDown();
            });
            over.await();
            for (FarConnection connection : ending) {
                connection.await(
                        all.stream()
                                .filter(agent -> agent.connection == connection)
                                .toList(),
                        JOIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        events.shutdownNow();
        files.close();
    }

    private void cancelAll() {
        closing = true;
        List<FarJob> never = new ArrayList<>(pool.removeAll());
        never.addAll(paused);
        paused.clear();
        never.forEach(FarJob::cancel);
        pool.forEachBusy((agent, job) -> {
            job.terminating = true;
            kill(agent, job);
            exited(agent, job);
        });
        pool.serve();
    }
}
