package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place in which one job at a time runs, and the FIFOs that it writes to: a {@link ShellAgent}, or a {@link Cradle} in the
 * nursery.
 *
 * <p>The state of the job is guarded by the runner's lock.
 */
abstract sealed class Berth permits ShellAgent, Cradle {

    static final int SIGNALLED = 128;
    static final int SIGKILL = 9;
    static final int SIGTERM = 15;

    final int id;
    final PipePair pipes;

    // All below: of the present job, guarded by the runner's lock.
    @Nullable
    AgentJob job;

    int status;
    int signal;

    @Nullable
    String problem;
    /** What was said when the job could not be started. */
    @Nullable
    String refused;

    /** Whether it must not be used again: its group was signalled, or its pipe held. */
    boolean doomed;

    private boolean seenDead;

    Berth(int id, PipePair pipes) {
        this.id = id;
        this.pipes = pipes;
    }

    /** Process id of what leads the session of the job, or 0 while there is nothing that does. */
    abstract long leader();

    /** Whether what will tell of the job's end still lives. */
    abstract boolean isAlive();

    /** Why a job is lost whose end will not be told. */
    abstract String death();

    /** The groups in which processes of the job may be; looks at all processes of the system. */
    abstract Set<Long> groups();

    /** Begins the job that was assigned. May block while a text longer than a pipe is being read. */
    abstract void run(AgentJob next, @Nullable Path stdin) throws IOException;

    /** Whether a short text that begins with the mark of the runner is not the job's own. */
    abstract boolean claims(String held);

    /** Ends readers and removes files. */
    abstract void close();

    /** Takes a job; it is not begun yet. */
    void assign(AgentJob next) {
        job = next;
        status = 0;
        signal = 0;
        problem = null;
        refused = null;
        pipes.begin(next.output(), isLabelled(next));
    }

    /** Where the present job writes and reads. */
    final JobStreams streams(@Nullable Path stdin) {
        OutputPipe second = pipes.second();
        return new JobStreams(id, pipes.out.fifo(), second == null ? null : second.fifo(), stdin);
    }

    static boolean isLabelled(AgentJob job) {
        return job.launch().command().capture() == Command.Capture.LABELLED;
    }

    /** Whether it has a job whose end was not told yet. */
    boolean isRunning() {
        return job != null && !pipes.hasExited();
    }

    /** Notes the end of the job and lets its readers find the end of its output. */
    void ended(int exitStatus, @Nullable String unknown) {
        status = exitStatus;
        problem = unknown;
        pipes.exited(System.nanoTime());
    }

    /** Finds a job whose end nobody will tell: seen twice, since what was told last may still be on the way. */
    void look() {
        if (!isRunning() || isAlive()) {
            return;
        }
        if (!seenDead) {
            seenDead = true;
            return;
        }
        doomed = true;
        ended(ProcessEnd.UNKNOWN, death());
    }

    /** How the job ended, once its output is drained. */
    ProcessEnd end(AgentJob of) {
        if (problem == null && refused != null) {
            String why = of.launch().explain(refused).getMessage();
            return new ProcessEnd(status, signal, pipes.hasLeftovers(), why, true);
        }
        return new ProcessEnd(status, signal, pipes.hasLeftovers(), problem != null ? problem : pipes.refusal());
    }
}
