package dev.heddle.core.process;

import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

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
    private static final long AGAIN_MILLIS = 5_000;
    private static final long CLOSE_SECONDS = 10;
    private static final long JOIN_MILLIS = 3_000;
    private static final int MOST_SILENT_BIRTHS = 3;
    private static final String NO_TERMINAL =
            "no terminal for this command on another machine: its output goes through a pipe\n";

    private final FarSettings settings;
    private final FarFiles files;
    private final ScheduledThreadPoolExecutor events;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch quiet = new CountDownLatch(1);

    // Of the runner's own thread.
    private final Deque<FarJob> waiting = new ArrayDeque<>();
    private final Set<FarJob> paused = new HashSet<>();
    private final Deque<FarAgent> idle = new ArrayDeque<>();
    private final Set<FarConnection> connections = new LinkedHashSet<>();
    private int births;
    private int failedBirths;
    private boolean holdsBack;
    private boolean looking;
    private boolean closing;

    private volatile double load = -1;

    FarRunner(FarSettings settings) {
        this.settings = settings;
        this.files = new FarFiles(settings);
        this.events = RunnerTimer.start("heddle-far-" + settings.transport().name());
    }

    String name() {
        return settings.transport().name();
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
                job.waitsSince = now();
                waiting.add(job);
                serve();
            }
        });
        return job;
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

    // --- agents for jobs

    /** Gives waiting jobs to idle agents, and asks for the agents that are missing. */
    private void serve() {
        while (!waiting.isEmpty() && !idle.isEmpty()) {
            assign(idle.removeFirst(), waiting.removeFirst());
        }
        try {
            bear();
        } catch (IOException e) {
            failWaiting("cannot start what leads to " + name() + ": " + e.getMessage(), now());
        }
        lookSoon();
        if (closing && isQuiet()) {
            quiet.countDown();
        }
    }

    private void bear() throws IOException {
        while (births < waiting.size()) {
            FarConnection roomy = connections.stream()
                    .filter(FarConnection::hasRoom)
                    .findFirst()
                    .orElse(null);
            if (roomy == null) {
                if (!holdsBack && connections.stream().noneMatch(FarConnection::isConnecting)) {
                    connections.add(files.connect(this));
                }
                return;
            }
            roomy.bear();
            births++;
        }
    }

    private void assign(FarAgent agent, FarJob job) {
        agent.run(job, agent.connection.script(), agent.connection.farDirectory());
    }

    /** Gives up on the jobs that wait since {@code time} or before; later ones are worth another attempt. */
    private void failWaiting(String why, long time) {
        List<FarJob> failed =
                waiting.stream().filter(job -> job.waitsSince - time <= 0).toList();
        waiting.removeAll(failed);
        failed.forEach(job -> job.lose(why));
    }

    /** A connection stands. */
    void opened(FarConnection connection) {
        List.copyOf(connections).forEach(connection::clearAway);
        serve();
    }

    /** A connection broke, or could not be made. */
    void broken(FarConnection connection, boolean wasOpen) {
        idle.removeIf(agent -> agent.connection == connection);
        if (connection.isFenced()) {
            connections.remove(connection);
        } else if (!closing) {
            reconnect();
        }
        boolean others = connections.stream().anyMatch(FarConnection::isOpen);
        if (!wasOpen) {
            files.letGo(connection);
            if (others) {
                holdBack();
            } else if (connections.stream().noneMatch(FarConnection::isConnecting)) {
                failWaiting(connection.reason(), connection.began());
            }
        }
        serve();
    }

    /** Asks no further connection of the other side for a while. */
    private void holdBack() {
        holdsBack = true;
        later(
                () -> {
                    holdsBack = false;
                    serve();
                },
                TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS));
    }

    /** Tries to reach the machine again, to kill what a broken connection left there before its lease ends. */
    private void reconnect() {
        if (connections.stream().noneMatch(FarConnection::isConnecting)) {
            try {
                connections.add(files.connect(this));
            } catch (IOException e) {
                // The end of the lease is waited for.
                holdBack();
            }
        }
    }

    /** Nothing of a broken connection runs any more. */
    void fenced(FarConnection connection) {
        connections.remove(connection);
        files.letGo(connection);
        serve();
    }

    void born(FarAgent agent, long pid) {
        if (agent.born || pid <= 0) {
            return;
        }
        agent.born = true;
        agent.pid = pid;
        births--;
        failedBirths = 0;
        if (closing || !agent.connection.isOpen()) {
            return;
        }
        idle.addLast(agent);
        serve();
    }

    /** Both lines of an agent have ended. */
    void gone(FarAgent agent) {
        idle.remove(agent);
        FarConnection connection = agent.connection;
        if (!agent.born) {
            births--;
            stillborn(agent);
        } else if (agent.job() == null || agent.isSlain() || !connection.isOpen()) {
            agent.settle();
        } else {
            connection.end(agent, agent::slain);
        }
        if (agent.job() == null) {
            connection.agents.remove(agent);
        }
        serve();
    }

    private void stillborn(FarAgent agent) {
        FarConnection connection = agent.connection;
        if (connection.isFull(agent) || !connection.isOpen()) {
            return;
        }
        String said = agent.complaint();
        if (++failedBirths >= MOST_SILENT_BIRTHS) {
            failedBirths = 0;
            connection.breakUp("no shell can be started on " + name() + (said.isEmpty() ? "" : ": " + said));
            failWaiting(connection.reason(), now());
        }
    }

    // --- the end of a job

    /** A job's process has ended; its output may still come. */
    void exited(FarAgent agent, FarJob job) {
        later(
                () -> {
                    if (agent.job() == job && !job.isDrained()) {
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
            // What left the job's session is not killed: its relay is cut off.
            later(
                    () -> {
                        if (agent.job() == job && !job.isDrained()) {
                            agent.connection.tell(KeeperScript.loosen(agent.pid));
                        }
                    },
                    TimeUnit.MILLISECONDS.toNanos(AFTER_KILL_MILLIS / 2));
        });
    }

    /** A job has ended and all its output is delivered. */
    void drained(FarAgent agent, FarJob job) {
        if (agent.job() != job) {
            return;
        }
        agent.forget();
        boolean again = job.isBusy() && job.attempts < MOST_ATTEMPTS && !job.terminating && !closing;
        boolean keep = !agent.doomed && !closing && agent.connection.isOpen() && idle.size() < settings.mostIdle();
        if (keep && !agent.hasEnded()) {
            idle.addFirst(agent);
        } else if (agent.connection.isOpen() && !agent.hasEnded()) {
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
        serve();
    }

    /** A job whose agent had ended was told so. */
    void settled() {
        serve();
    }

    private void startAgain(FarJob job) {
        if (paused.remove(job)) {
            waiting.addFirst(job);
            serve();
        }
    }

    // --- killing

    void terminate(FarJob job, Duration grace) {
        post(() -> {
            job.terminating = true;
            if (waiting.remove(job) || paused.remove(job)) {
                job.cancel();
                return;
            }
            FarAgent agent = agentOf(job);
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

    private @Nullable FarAgent agentOf(FarJob job) {
        for (FarConnection connection : connections) {
            for (FarAgent agent : connection.agents) {
                if (agent.job() == job) {
                    return agent;
                }
            }
        }
        return null;
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
        if (!looking && !connections.isEmpty()) {
            looking = true;
            later(this::look, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }

    private void look() {
        looking = false;
        List.copyOf(connections).forEach(FarConnection::look);
        load = connections.stream()
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
                post(() -> forEachBusy((agent, job) -> {
                    agent.forget();
                    job.lose("the process runner was closed, and " + name() + " did not answer");
                }));
            }
            post(() -> {
                connections.forEach(connection -> all.addAll(connection.agents));
                ending.addAll(connections);
                connections.forEach(FarConnection::close);
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
        List<FarJob> never = new ArrayList<>(waiting);
        never.addAll(paused);
        waiting.clear();
        paused.clear();
        never.forEach(FarJob::cancel);
        forEachBusy((agent, job) -> {
            job.terminating = true;
            kill(agent, job);
            exited(agent, job);
        });
        serve();
    }

    private boolean isQuiet() {
        return connections.stream()
                .flatMap(connection -> connection.agents.stream())
                .allMatch(agent -> agent.job() == null);
    }

    private void forEachBusy(BiConsumer<FarAgent, FarJob> what) {
        for (FarConnection connection : List.copyOf(connections)) {
            for (FarAgent agent : List.copyOf(connection.agents)) {
                FarJob job = agent.job();
                if (job != null) {
                    what.accept(agent, job);
                }
            }
        }
    }
}
