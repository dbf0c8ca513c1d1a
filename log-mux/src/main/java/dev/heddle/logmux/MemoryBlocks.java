package dev.heddle.logmux;

import java.util.ArrayDeque;

/**
 * The bytes of a journal that are in memory, in blocks of {@value #BLOCK} bytes: they come at the end and go a block at a time at
 * the beginning. Not safe for several threads: {@link JournalStore} guards it with its lock.
 */
final class MemoryBlocks {

    static final int BLOCK = 64 * 1024;

    private final ArrayDeque<byte[]> blocks = new ArrayDeque<>();
    private long start;
    private long end;

    /** Holds nothing; the first byte that comes has this offset. */
    MemoryBlocks(long offset) {
        begin(offset);
    }

    /** As the constructor, for blocks that hold nothing. */
    void begin(long offset) {
        start = offset;
        end = offset;
    }

    /** Offset of the first byte. */
    long start() {
        return start;
    }

    /** Memory taken. */
    long bytes() {
        return (long) blocks.size() * BLOCK;
    }

    /** Whether the next byte needs a block more. */
    boolean isFull() {
        return end - start == bytes();
    }

    /**
     * Takes bytes into the last block, or into a new one if {@link #isFull}.
     *
     * @return how many there was room for
     */
    int append(byte[] array, int from, int length) {
        if (isFull()) {
            blocks.add(new byte[BLOCK]);
        }
        int inBlock = (int) ((end - start) % BLOCK);
        int count = Math.min(BLOCK - inBlock, length);
        System.arraycopy(array, from, blocks.getLast(), inBlock, count);
        end += count;
        return count;
    }

    /** Lets the oldest block go, which must be full. */
    void removeFirst() {
        blocks.removeFirst();
        start += BLOCK;
    }

    /** Copies bytes of one block; -1 if the first one is not here. */
    int read(long offset, byte[] to, int at, int length) {
        if (offset < start || offset >= end) {
            return -1;
        }
        int skip = (int) ((offset - start) / BLOCK);
        int from = (int) ((offset - start) % BLOCK);
        int count = (int) Math.min(Math.min(length, BLOCK - from), end - offset);
        for (byte[] block : blocks) {
            if (skip-- == 0) {
                System.arraycopy(block, from, to, at, count);
                break;
            }
        }
        return count;
    }
}
