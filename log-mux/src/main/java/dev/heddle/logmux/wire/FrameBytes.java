package dev.heddle.logmux.wire;

/**
 * Bytes of a stream of frames and a place in them: numbers and bodies as the compact framing has them, and errors that say where.
 * Holds no bytes of its own. Part of a {@link CompactDecoder}.
 */
final class FrameBytes {

    /** The caller's array. */
    byte[] bytes = new byte[0];
    /** Index of the next byte. */
    int at;
    /** Index behind the last byte of what is read, a body or all that is here. */
    int end;
    /** What {@link #end} is again when a body is left. */
    private int limit;

    /** Offset in the stream of the frame that is being read. */
    long offset;

    /** Enters a body whose length comes next; false if not all of it is here. */
    boolean openBody() throws WireFormatException {
        long length = varint();
        if (length > CompactFormat.MAX_BODY || length == 0) {
            throw error("a body of " + length + " bytes is not between 1 and " + CompactFormat.MAX_BODY);
        }
        if (length < 0 || end - at < length) {
            return false;
        }
        limit = end;
        end = at + (int) length;
        return true;
    }

    /** Leaves a body, which must end here. */
    void closeBody() throws WireFormatException {
        if (at != end) {
            throw error("a body of another length than it says");
        }
        end = limit;
    }

    /** A number of a source, which must fit. */
    int sourceNumber(long source) throws WireFormatException {
        if (source > Integer.MAX_VALUE) {
            throw error("source number " + source + " is out of range");
        }
        return (int) source;
    }

    /** A number that must be here. */
    long need(long value) throws WireFormatException {
        if (value < 0) {
            throw error("a body that ends too early");
        }
        return value;
    }

    /** The next varint, or -1 if not all of it is here. Only the shortest form is taken, of at most 9 bytes. */
    long varint() throws WireFormatException {
        long value = 0;
        for (int shift = 0, i = at; i < end; i++, shift += 7) {
            int b = bytes[i];
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                if (b == 0 && shift > 0) {
                    throw error("a number that is longer than needed");
                }
                at = i + 1;
                return value;
            }
            if (shift == 56) {
                throw error("a number of more than 63 bits");
            }
        }
        return -1;
    }

    /** Something is wrong with the frame. */
    WireFormatException error(String message) {
        return new WireFormatException(offset, message);
    }
}
