package dev.heddle.logmux;

import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;

/**
 * Is told when jobs really began and ended, as the journal has it; a {@link Sink} is told of an end only when all that the job
 * said was shown. Everything happens at the time told last.
 */
public interface JobTimes {

    /**
     * Time has passed.
     *
     * @param nanos nanoseconds since the journal began
     */
    void time(long nanos);

    /**
     * A writer of the journal begins; what an earlier one left open does not go on.
     *
     * @param epochMillis wall time, as milliseconds since 1970
     */
    void session(long epochMillis);

    /**
     * A job began.
     *
     * @param source number of its source
     * @param job what is known of it
     */
    void began(int source, JobInfo job);

    /**
     * A job ended.
     *
     * @param source number of its source
     * @param ending how
     * @param bytes how much it said, on all channels
     */
    void ended(int source, JobEnding ending, long bytes);
}
