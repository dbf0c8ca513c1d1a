package dev.heddle.core.process;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections and agents of a runner, the jobs that wait for an agent, and the question whether more are needed. Belongs to
 * the runner's own thread.
 */
final class FarPool {

    private static final long AGAIN_MILLIS = 5_000;
    private static final int MOST_SILENT_BIRTHS = 3;

    private final FarRunner runner;
    private final FarFiles files;
    private final int mostIdle;
    private final Deque<FarJob> waiting = new ArrayDeque<>();
    private final Deque<FarAgent> idle = new ArrayDeque<>();
    private final Set<FarConnection> connections = new LinkedHashSet<>();
    private int births;
    private int failedBirths;
    private boolean holdsBack;

    FarPool(FarRunner runner, FarFiles files, int mostIdle) {
        this.runner = runner;
        this.files = files;
        this.mostIdle = mostIdle;
    }

    /** All connections, those that are broken and not yet known to run nothing included. */
    List<FarConnection> connections() {
        return List.copyOf(connections);
    }

    /** A job that is to have the next agent but for those that wait already. */
    void add(FarJob job) {
        job.waitsSince = runner.now();
        waiting.addLast(job);
        serve();
    }

    /** A job that is to have the next agent. */
    void addFirst(FarJob job) {
        job.waitsSince = runner.now();
        waiting.addFirst(job);
        serve();
    }

    /** Takes a job out that waits; false if it does not. */
    boolean remove(FarJob job) {
        return waiting.remove(job);
    }

    /** Takes out all that wait. */
    List<FarJob> removeAll() {
        List<FarJob> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    /** Takes back an agent that could run another job; false if it is not to. */
    boolean keep(FarAgent agent) {
        boolean keep = !agent.doomed
                && !agent.hasEnded()
                && !runner.isClosing()
                && agent.connection.isOpen()
                && idle.size() < mostIdle;
        if (keep) {
            idle.addFirst(agent);
        }
        return keep;
    }

    /** Gives waiting jobs to idle agents, and asks for the agents that are missing. */
    void serve() {
        while (!waiting.isEmpty() && !idle.isEmpty()) {
            assign(idle.removeFirst(), waiting.removeFirst());
        }
        try {
            bear();
        } catch (IOException e) {
            failWaiting("cannot start what leads to " + runner.name() + ": " + e.getMessage(), runner.now());
        }
        runner.served();
    }

    private void bear() throws IOException {
        while (births < waiting.size()) {
            FarConnection roomy = connections.stream()
                    .filter(FarConnection::hasRoom)
                    .findFirst()
                    .orElse(null);
            if (roomy == null) {
                if (!holdsBack && connections.stream().noneMatch(FarConnection::isConnecting)) {
                    connect();
                }
                return;
            }
            roomy.bear();
            births++;
        }
    }

    private void connect() throws IOException {
        int most = connections.stream()
                .filter(FarConnection::isOpen)
                .mapToInt(FarConnection::most)
                .min()
                .orElse(Integer.MAX_VALUE);
        connections.add(files.connect(runner, most));
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
        } else if (!runner.isClosing()) {
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
        runner.later(
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
                connect();
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
        if (runner.isClosing() || !agent.connection.isOpen()) {
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
            connection.breakUp("no shell can be started on " + runner.name() + (said.isEmpty() ? "" : ": " + said));
            failWaiting(connection.reason(), runner.now());
        }
    }

    /** The agent that runs a job, or null. */
    @Nullable
    FarAgent agentOf(FarJob job) {
        for (FarConnection connection : connections) {
            for (FarAgent agent : connection.agents) {
                if (agent.job() == job) {
                    return agent;
                }
            }
        }
        return null;
    }

    /** Whether no agent runs a job. */
    boolean isQuiet() {
        return connections.stream()
                .flatMap(connection -> connection.agents.stream())
                .allMatch(agent -> agent.job() == null);
    }

    /** Does something with each agent that runs a job. */
    void forEachBusy(BiConsumer<FarAgent, FarJob> what) {
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
