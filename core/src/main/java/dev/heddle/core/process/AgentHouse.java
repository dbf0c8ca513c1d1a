package dev.heddle.core.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the berths of one runner share: directory, control FIFO, watchdog, nursery, and timer. Made at the first start, so a
 * runner that starts nothing costs nothing. May be used from any thread.
 */
final class AgentHouse {

    private static final long JOIN_MILLIS = 2_000;

    private final RunnerFiles files;
    private final ControlPipe control;
    private final Watchdog watchdog;
    private final ScheduledThreadPoolExecutor timer;
    private final AgentScript script;
    private final List<String> argv;
    private final byte[] mark;
    private final RunnerSettings settings;
    private final Nursery nursery;
    private final AtomicInteger agents = new AtomicInteger();
    private final AtomicBoolean guarded = new AtomicBoolean();

    AgentHouse(RunnerSettings settings, Map<String, String> environment, FrameReader.Handler frames)
            throws IOException {
        if (settings.mkfifo() == null || settings.session().isEmpty()) {
            throw new IOException("shell agents need the programs mkfifo and setsid (or perl) in PATH; "
                    + "without them commands can be run as plain processes");
        }
        this.settings = settings;
        this.files = RunnerFiles.create(settings.temporary(), settings.mkfifo());
        String nonce = nonce();
        try {
            // The names by which the shell and env call themselves in messages: under the runner's directory, so that a
            // message about a failed start cannot be mistaken for a job's own words.
            this.mark = (files.directory() + "/").getBytes(RunnerFiles.CHARSET);
            Path shell = Files.createSymbolicLink(files.path("sh"), settings.shell());
            Path env = Files.createSymbolicLink(files.path("env"), settings.env());
            this.argv = new ArrayList<>(SignalMask.clearedSession(settings));
            argv.add(shell.toString());
            this.script = new AgentScript(environment, env, nonce);
            Path reports = files.takeFifo();
            this.nursery = new Nursery(settings, reports, nonce);
            this.control = new ControlPipe(reports, "heddle-process-control", new FrameReader(nonce, frames));
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
        this.watchdog = new Watchdog(files.directory(), control.fifo(), argv, nonce);
        this.timer = RunnerTimer.start();
    }

    private static String nonce() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    RunnerFiles files() {
        return files;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    Nursery nursery() {
        return nursery;
    }

    ScheduledThreadPoolExecutor timer() {
        return timer;
    }

    OutputPipe pipe(String stream, int id, OutputPipe.Listener listener) throws IOException {
        return new OutputPipe(files.takeFifo(), mark, "heddle-process-" + stream + "-" + id, listener);
    }

    /** A new place for jobs: a shell agent as long as there are few, then a cradle, if there is a nursery. */
    Berth berth(int id, OutputPipe.Listener listener) throws IOException {
        OutputPipe out = pipe("out", id, listener);
        Berth berth = null;
        try {
            boolean many = agents.get() >= settings.mostDirect();
            berth = many && nursery.isUsable() ? cradle(id, out) : agent(id, out);
            return berth;
        } finally {
            if (berth == null) {
                out.close();
                RunnerFiles.remove(out.fifo());
            }
        }
    }

    private Cradle cradle(int id, OutputPipe out) throws IOException {
        if (!guarded.getAndSet(true)) {
            watchdog.guardDirectory();
        }
        return new Cradle(id, new PipePair(out), nursery);
    }

    /** Starts a shell. It is on the watchdog's list before it can be given a job. */
    private ShellAgent agent(int id, OutputPipe out) throws IOException {
        Path complaints = files.path("c" + id);
        agents.incrementAndGet();
        Process process = null;
        boolean done = false;
        try {
            process = shell(complaints);
            watchdog.adopt(process.pid());
            ShellAgent agent = new ShellAgent(id, new PipePair(out), process, script, complaints);
            agent.send(AgentScript.GUARD);
            done = true;
            return agent;
        } finally {
            if (!done) {
                abandon(process);
            }
        }
    }

    private Process shell(Path complaints) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(control.fifo().toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(complaints.toFile()));
        settings.change(builder.environment());
        return builder.start();
    }

    private void abandon(@Nullable Process process) {
        agents.decrementAndGet();
        if (process != null) {
            watchdog.dismiss(process.pid());
        }
    }

    /** Ends a berth; of an agent whatever is left in its group, of a cradle a job of whose end nobody will tell. */
    void retire(Berth berth) {
        if (berth instanceof ShellAgent agent) {
            agents.decrementAndGet();
            watchdog.dismiss(agent.leader());
        } else if (berth instanceof Cradle cradle && cradle.isForsaken()) {
            watchdog.kill(cradle.groups(), cradle.id);
        }
        berth.close();
    }

    /** Retires berths, ends threads, and removes the directory. */
    void close(Collection<Berth> berths) {
        timer.shutdownNow();
        berths.forEach(this::retire);
        try {
            for (Berth berth : berths) {
                berth.pipes.join(JOIN_MILLIS);
                if (berth instanceof ShellAgent agent) {
                    agent.process.waitFor(JOIN_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
            timer.awaitTermination(JOIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        nursery.close();
        watchdog.close();
        control.close();
        files.close();
    }
}
