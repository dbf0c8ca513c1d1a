package dev.heddle.core.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A command that was started. May be used from any thread. */
public interface RunningProcess {

    /**
     * Process id of the leader of the command's group: of the agent that runs it, or of the command itself where it has no
     * agent; 0 before it has {@linkplain #began begun}. It changes if the command has to be tried again.
     */
    long pid();

    /**
     * Completes with {@link #pid} when the command has a process, before {@link #ended} does; never if it ends without one.
     * Completed at once or on a thread of the runner: what follows it must not block.
     */
    default CompletableFuture<Long> began() {
        return CompletableFuture.completedFuture(pid());
    }

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
