package dev.heddle.logmux.wire;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;

/**
 * Takes what a {@link CompactDecoder} finds, in the order of the stream. Called on the decoder's thread.
 */
public interface FrameVisitor {

    /**
     * A writer began to write here: the first frame of a stream, and once more for every writer that went on with it.
     *
     * @param epochMillis wall time of what follows, as milliseconds since 1970
     */
    void session(long epochMillis);

    /**
     * Time has passed: all that follows happened at {@code nanos}, to the precision of the stream's tick.
     *
     * @param nanos nanoseconds since the stream began
     */
    void time(long nanos);

    /**
     * A source began.
     *
     * @param source its number, unique in the stream; 0 is the engine and is never announced
     * @param job what is known of it
     * @param live whether it is shown byte by byte, with the stage to itself
     */
    void task(int source, JobInfo job, boolean live);

    /**
     * A source said something. The array is valid during the call only.
     *
     * @param source number of the source
     * @param channel the channel
     * @param offset offset of the first byte of the payload in the stream
     * @param bytes the payload
     */
    void data(int source, Channel channel, long offset, Slice bytes);

    /**
     * A fact about a source. Notes of kinds that this program does not know are passed over.
     *
     * @param source number of the source; 0 is the engine
     * @param note what it is about
     * @param value the number that belongs to it
     */
    default void note(int source, SourceNote note, long value) {}

    /**
     * A source ended.
     *
     * @param source number of the source
     * @param ending how
     * @param totals bytes on each channel, by ordinal, as the writer counted them
     */
    void end(int source, JobEnding ending, long[] totals);

    /**
     * A fact about the build. The array is valid during the call only.
     *
     * @param json a JSON object in UTF-8, which nobody has looked at
     */
    default void event(Slice json) {}

    /**
     * A checkpoint whose checksum is right: all bytes since the last one are as they were written.
     *
     * @param offset offset of its first byte
     * @param nextSource number that the next new source gets
     */
    default void checkpoint(long offset, int nextSource) {}
}
