package dev.heddle.core;

/**
 * The output of one job.
 *
 * <p><b>Threads.</b> May be written from any thread; writes of one thread and channel keep their order. A write may block
 * while what lies behind is full, and so slows only this job.
 *
 * <p><b>Failure.</b> A write never throws because of what lies behind: a lost byte is counted and reported there. A write
 * after {@link #close} throws {@code IllegalStateException}.
 */
public interface JobOutput extends AutoCloseable {

    /** Takes {@code length} bytes; the array may be used again by the caller when the call returns. */
    void write(Channel channel, byte[] bytes, int offset, int length);

    /** Takes all of {@code bytes}. */
    default void write(Channel channel, byte[] bytes) {
        write(channel, bytes, 0, bytes.length);
    }

    /**
     * Notes that what comes on different channels is read from different pipes, so that the order between them is that of
     * arrival, which is a guess.
     */
    default void orderGuessed() {}

    /**
     * Notes that the job has ended and how. No byte is accepted afterwards.
     *
     * @param outcome how the job ended
     */
    void finish(Outcome outcome);

    /** Ends the output. If {@link #finish} was not called, the end of the job is unknown. A second close does nothing. */
    @Override
    void close();
}
