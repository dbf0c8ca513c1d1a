package dev.heddle.logmux.wire;

import java.util.Arrays;
import java.util.Objects;

/**
 * Some bytes inside an array that belongs to someone else: valid during the call that hands it over, never to be written.
 *
 * @param array the array
 * @param from index of the first byte
 * @param length number of bytes
 */
@SuppressWarnings("ArrayRecordComponent") // a view of bytes, never compared
public record Slice(byte[] array, int from, int length) {

    /** Checks the range. */
    public Slice {
        Objects.checkFromIndexSize(from, length, array.length);
    }

    /** A copy of the bytes. */
    public byte[] copy() {
        return Arrays.copyOfRange(array, from, from + length);
    }
}
