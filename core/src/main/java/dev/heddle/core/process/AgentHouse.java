package dev.heddle.core.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the agents of one runner share: directory, control FIFO, watchdog, and timer. Made at the first start, so a runner
 * that starts nothing costs nothing. May be used from any thread.
 */
final class AgentHouse {

    private static final long JOIN_MILLIS = 2_000;

    private final RunnerFiles files;
    private final ControlPipe control;
    private final Watchdog watchdog;
    private final ScheduledThreadPoolExecutor timer;
    private final AgentScript script;
    private final List<String> argv;
    private final String nonce;
    private final byte[] mark;
    private final RunnerSettings settings;
    private final Nursery nursery;
    private final AtomicInteger living = new AtomicInteger();

    AgentHouse(RunnerSettings settings, Map<String, String> environment, FrameReader.Handler frames)
            throws IOException {
        if (settings.mkfifo() == null || settings.session().isEmpty()) {
            throw new IOException("shell agents need the programs mkfifo and setsid (or perl) in PATH; "
                    + "without them commands can be run as plain processes");
        }
        this.settings = settings;
        this.files = RunnerFiles.create(settings.temporary(), settings.mkfifo());
        try {
            this.nonce = nonce();
            // The names by which the shell and env call themselves in messages: under the runner's directory, so that a
            // message about a failed start cannot be mistaken for a job's own words.
            this.mark = (files.directory() + "/").getBytes(RunnerFiles.CHARSET);
            Path shell = Files.createSymbolicLink(files.path("sh"), settings.shell());
            Path env = Files.createSymbolicLink(files.path("env"), settings.env());
            this.argv = new ArrayList<>(settings.session());
            argv.add(shell.toString());
            this.script = new AgentScript(environment, env);
            Path reports = files.takeFifo();
            this.nursery = new Nursery(settings, shell, reports, nonce);
            this.control = new ControlPipe(reports, "heddle-process-control", new FrameReader(nonce, frames, nursery));
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
        this.watchdog = new Watchdog(files.directory(), control.fifo(), argv, nonce);
        this.timer = AgentRunner.timer("heddle-process-timer");
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

    ScheduledThreadPoolExecutor timer() {
        return timer;
    }

    AgentScript script() {
        return script;
    }

    OutputPipe pipe(String stream, int id, OutputPipe.Listener listener) throws IOException {
        return new OutputPipe(files.takeFifo(), mark, "heddle-process-" + stream + "-" + id, listener);
    }

    /** Starts an agent. It is on the watchdog's list before it can be given a job. */
    ShellAgent spawn(int id, OutputPipe.Listener listener) throws IOException {
        Path complaints = files.path("c" + id);
        boolean many = living.incrementAndGet() > settings.mostDirect();
        OutputPipe out = null;
        AgentProcess process = null;
        boolean done = false;
        try {
            out = pipe("out", id, listener);
            process = many ? nursed(id, complaints) : null;
            if (process == null) {
                process = direct(complaints);
            }
            watchdog.adopt(process.pid());
            ShellAgent agent = new ShellAgent(id, process, new PipePair(out), complaints, nonce);
            agent.send(AgentScript.GUARD);
            done = true;
            return agent;
        } finally {
            if (!done) {
                abandon(out, process);
            }
        }
    }

    /** Lets the nursery start a shell; null if it cannot, now or for ever. */
    private @Nullable AgentProcess nursed(int id, Path complaints) throws IOException {
        if (!nursery.isUsable()) {
            return null;
        }
        Path input = files.takeFifo();
        FileChannel held = Nursery.hold(input);
        try {
            nursery.order(id, input, complaints);
            return nursery.await(id, input);
        } catch (IOException e) {
            if (nursery.isUsable()) {
                throw e;
            }
            return null;
        } finally {
            // Both sides have it open by now, or nobody ever will.
            held.close();
            RunnerFiles.remove(input);
        }
    }

    private AgentProcess direct(Path complaints) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(control.fifo().toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(complaints.toFile()));
        settings.change(builder.environment());
        return new AgentProcess.Child(builder.start());
    }

    private void abandon(@Nullable OutputPipe out, @Nullable AgentProcess process) {
        living.decrementAndGet();
        if (out != null) {
            out.close();
        }
        if (process != null) {
            watchdog.dismiss(process.pid());
        }
    }

    /** Ends an agent and whatever is left in its group. */
    void retire(ShellAgent agent) {
        living.decrementAndGet();
        watchdog.dismiss(agent.leader());
        agent.close();
    }

    /** Retires agents, ends threads, and removes the directory. */
    void close(Collection<ShellAgent> agents) {
        timer.shutdownNow();
        agents.forEach(this::retire);
        try {
            for (ShellAgent agent : agents) {
                agent.pipes.join(JOIN_MILLIS);
                agent.process.await(JOIN_MILLIS);
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
