package dev.heddle.core.process;

import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import java.io.IOException;

/**
 * Starts commands as processes of this machine, with their output going to a {@link JobOutput} that they cannot mix up.
 *
 * <p>May be called from any thread. {@link #close} kills what still runs and waits for its end; a second close does nothing.
 */
public interface ProcessRunner extends AutoCloseable {

    /** Chooses how commands are run; {@code ProcessRunner.builder().build()} is the fitting choice for this system. */
    static ProcessRunnerBuilder builder() {
        return new ProcessRunnerBuilder();
    }

    /**
     * Starts a command.
     *
     * <p>Every byte that the command's process group writes before it ends, and within the drain grace after the command
     * ended, is given to {@code output}; the output is not closed and not finished by the runner.
     *
     * @throws IOException if it could not be started; the message says whether the program, the directory, or a right was
     *     missing
     */
    RunningProcess start(Command command, JobOutput output) throws IOException;

    /** Kills what still runs, waits for its end, and lets go of threads and files. */
    @Override
    void close();
}
