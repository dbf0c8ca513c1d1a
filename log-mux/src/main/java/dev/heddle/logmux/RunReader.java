package dev.heddle.logmux;

import dev.heddle.logmux.wire.Slice;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads runs again from a journal, through a cache of {@value #BLOCKS} blocks of {@value #BLOCK} bytes. Not safe for
 * several threads: every view has its own.
 */
final class RunReader implements AutoCloseable {

    /** Random access to the bytes of a journal, as far as they are published. */
    interface Bytes extends Closeable {
        /**
         * Reads at least one byte.
         *
         * @return number of bytes read, or -1 if there is nothing at this offset any more
         */
        int read(long offset, byte[] to, int at, int length) throws IOException;

        /** Number of bytes there are now. */
        long length() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** The bytes asked for are no longer kept. */
    static final class GoneException extends IOException {
        private static final long serialVersionUID = 1L;

        GoneException(long offset) {
            super("the journal ends or is no longer kept at byte " + offset);
        }
    }

    private static final int BLOCK = 16 * 1024;
    private static final int BLOCKS = 128;

    private final Bytes bytes;
    private final byte[][] blocks = new byte[BLOCKS][];
    private final long[] numbers = new long[BLOCKS];
    private final int[] filled = new int[BLOCKS];
    private byte[] chunk = new byte[0];
    private long chunkStart;
    private int chunkLength;
    private byte[] joined = new byte[0];
    /** Bytes read into blocks; only the reader's thread changes it. */
    private final AtomicLong loaded = new AtomicLong();

    RunReader(Bytes bytes) {
        this.bytes = bytes;
    }

    /** Tells which part of the journal the caller has at hand; valid until the next call. */
    void atHand(byte[] array, long offset, int length) {
        chunk = array;
        chunkStart = offset;
        chunkLength = length;
    }

    /** The bytes of a run; valid until the next call. */
    Slice slice(long offset, int length) throws IOException {
        long inChunk = offset - chunkStart;
        if (inChunk >= 0 && inChunk + length <= chunkLength) {
            return new Slice(chunk, (int) inChunk, length);
        }
        int inBlock = (int) (offset % BLOCK);
        if (inBlock + length <= BLOCK) {
            return new Slice(block(offset / BLOCK, inBlock + length), inBlock, length);
        }
        if (joined.length < length) {
            joined = new byte[length];
        }
        for (int done = 0; done < length; ) {
            int start = (int) ((offset + done) % BLOCK);
            int count = Math.min(BLOCK - start, length - done);
            System.arraycopy(block((offset + done) / BLOCK, start + count), start, joined, done, count);
            done += count;
        }
        return new Slice(joined, 0, length);
    }

    int read(long offset, byte[] to, int at, int length) throws IOException {
        return bytes.read(offset, to, at, length);
    }

    private byte[] block(long number, int needed) throws IOException {
        int slot = (int) (number % BLOCKS);
        byte[] block = blocks[slot];
        if (block == null) {
            block = new byte[BLOCK];
            blocks[slot] = block;
            numbers[slot] = -1;
        }
        if (numbers[slot] != number) {
            numbers[slot] = number;
            filled[slot] = 0;
        }
        while (filled[slot] < needed) {
            int count = bytes.read(number * BLOCK + filled[slot], block, filled[slot], BLOCK - filled[slot]);
            if (count <= 0) {
                throw new GoneException(number * BLOCK + filled[slot]);
            }
            filled[slot] += count;
            loaded.lazySet(loaded.get() + count);
        }
        return block;
    }

    /** How much was read again so far, for who watches from another thread whether this one gets on. */
    long loaded() {
        return loaded.get();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
