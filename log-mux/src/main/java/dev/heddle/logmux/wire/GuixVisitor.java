package dev.heddle.logmux.wire;

/**
 * Takes what a {@link GuixReader} finds, in the order of the stream. Called on the reader's thread. Slices are valid during
 * the call only.
 */
public interface GuixVisitor {

    /**
     * The daemon tells what it does.
     *
     * @param offset offset of the line in bytes from the start of the stream
     * @param trace what it tells; never the head of a fragment
     */
    void trace(long offset, GuixTrace trace);

    /**
     * A trace that a builder printed: only with {@link GuixReader#trustBuilderTraces}, and only about downloads and about
     * where a build is done.
     *
     * @param offset offset of the line in bytes from the start of the stream
     * @param pid process of the builder
     * @param trace what it tells
     */
    default void builderTrace(long offset, long pid, GuixTrace trace) {
        trace(offset, trace);
    }

    /**
     * The daemon says something that belongs to no builder: bytes of a line, or of a part of one, with the line's end where
     * there is one.
     *
     * @param offset offset of the bytes from the start of the stream
     * @param bytes the bytes as they are
     */
    void daemonText(long offset, Slice bytes);

    /**
     * A builder printed something: a fragment, or a part of one, cut anywhere.
     *
     * @param offset offset of the bytes from the start of the stream
     * @param pid process of the builder; perhaps one that was never announced
     * @param bytes the bytes as they are, at least one
     */
    void builderText(long offset, long pid, Slice bytes);

    /**
     * The daemon ended an operation with an error; only in the worker protocol.
     *
     * @param offset offset of the frame from the start of the stream
     * @param status what the daemon would have its client exit with
     * @param message what happened, at most {@link GuixTraces#MAX_LINE} bytes of it, decoded as UTF-8
     */
    void error(long offset, long status, String message);

    /**
     * Bytes are not what the format says. Reading goes on behind them, where the stream makes sense again.
     *
     * @param offset offset of the bad bytes from the start of the stream
     * @param problem what is wrong there
     */
    void damaged(long offset, String problem);
}
