package dev.heddle.core.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A command that was started. May be used from any thread. */
public interface RunningProcess {

    /**
     * Process id of the leader of the command's group: of the agent that runs it, or of the command itself where there are no
     * agents. It changes if the command has to be tried again.
     */
    long pid();

    /**
     * Completes once the command has ended and its output is drained; never completes exceptionally. Completed on a thread
     * of the runner: what follows it must not block.
     */
    CompletableFuture<ProcessEnd> ended();

    /**
     * Ends the whole process group: TERM at once, KILL after {@code grace}. Does nothing if it has ended. What was written
     * before the end is still delivered.
     */
    void terminate(Duration grace);
}
