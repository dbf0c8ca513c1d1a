package dev.heddle.core;

import java.io.IOException;

/** A host as an {@link Action} sees it: it holds a slot there and may run commands in it. */
public interface JobHost {

    /** The name of the host. */
    String name();

    /**
     * Runs a command on the host, with the variables of the task, and waits for its end; its output is the job's.
     *
     * @return the exit code; 128 plus the number of the signal for a command that a signal ended
     * @throws IOException if the command could not be started or the host was lost
     * @throws InterruptedException if the job is cancelled; the command is then killed
     */
    int run(Command command) throws IOException, InterruptedException;

    /**
     * Runs a command as {@link #run(Command)} does, with its output going elsewhere.
     *
     * @param output takes what the command prints; it is neither finished nor closed
     */
    int run(Command command, JobOutput output) throws IOException, InterruptedException;
}
