package dev.heddle.core.process;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a job's output goes on its way to Heddle, and the question when it is at an end. Guarded by the lock of its runner,
 * but for {@link #close}.
 */
interface JobPipes extends AutoCloseable {

    /** What is to be done about a job that has ended. */
    enum Verdict {
        /** Its output may still come. */
        WAIT,
        /** Something else holds its pipe: kill what is left of it. */
        HELD,
        /** What was killed did not hold it alone: kill what holds its FIFOs, be it part of the job's group or not. */
        ESCAPED,
        /** What holds it could not be killed: let go of the pipe. */
        ABANDON
    }

    /** Makes a process that will be started write here. */
    void redirect(ProcessBuilder builder);

    /** Notes that the process runs; {@code number} tells its threads apart. */
    void started(Process process, long number);

    /** Notes that a reader has found the end; true if it was the last one. */
    boolean drained();

    /** Whether the readers have found the end of all output. */
    boolean isDrained();

    /** Notes that the job has ended at {@code now}. */
    void exited(long now);

    /** Whether the job has ended. */
    boolean hasExited();

    /** Whether something held the output after the job had ended. */
    boolean hasLeftovers();

    /** What to do at {@code now} about a job whose output is awaited for {@code grace} nanoseconds after its end. */
    Verdict judge(long now, long grace);

    /** The FIFOs of the present job; empty if there are none. */
    List<Path> fifos();

    /** Why the output of the present job was not taken, or null. */
    @Nullable
    String refusal();

    @Override
    void close();
}
