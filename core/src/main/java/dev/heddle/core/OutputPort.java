package dev.heddle.core;

/**
 * Where the bytes of jobs go: the port between whatever runs jobs and whatever keeps their output apart.
 *
 * <p>May be called from any thread.
 */
public interface OutputPort {

    /** Opens the output of one job; the caller closes it when the job has ended and its output is drained. */
    JobOutput open(JobInfo job);

    /**
     * Says something of the engine's own, apart from the output of every job: one or more whole lines, or text without an end
     * of line, which is given one.
     *
     * @throws IllegalStateException if the port is closed, where it is one that can be
     */
    void message(Channel channel, String text);

    /** A port that throws all bytes away, for builds whose output nobody wants. */
    static OutputPort discard() {
        return DiscardedOutput.PORT;
    }
}
