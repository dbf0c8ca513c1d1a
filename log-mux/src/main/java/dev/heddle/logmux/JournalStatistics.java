package dev.heddle.logmux;

/**
 * What a journal is made of.
 *
 * @param length bytes in all that were read
 * @param payload bytes that jobs and the engine said
 * @param fragments number of frames that hold them
 * @param descriptions bytes that hold names, commands, ends and times of day of jobs
 * @param framing bytes that hold all else: headers, times, checkpoints
 * @param damaged bytes that were left out because a checksum was wrong or they made no sense
 * @param torn bytes at the end that are no whole frame, as a writer leaves them that was killed or is still writing; what they
 *     hold of a job's output is not counted in {@code payload}, but handed on
 * @param masked how many secrets were masked, in what jobs and the engine said, and in names and commands
 * @param jobs number of jobs
 * @param sessions number of writers
 */
public record JournalStatistics(
        long length,
        long payload,
        long fragments,
        long descriptions,
        long framing,
        long damaged,
        long torn,
        long masked,
        int jobs,
        int sessions) {

    /** Framing in percent of the payload; 0 if there is none. */
    public double framingPercent() {
        return payload == 0 ? 0 : 100.0 * framing / payload;
    }

    /** Everything but the payload in percent of the payload; 0 if there is none. */
    public double overheadPercent() {
        return payload == 0 ? 0 : 100.0 * (framing + descriptions) / payload;
    }
}
