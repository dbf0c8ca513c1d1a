package dev.heddle.logmux;

import dev.heddle.logmux.wire.Slice;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest bytes of a journal file, shared by all views, so that a view that keeps up does not read back what has just been
 * written. Not a place where bytes are kept: whoever finds nothing here reads the file.
 *
 * <p>A ring of {@value #BLOCKS} blocks of {@value #BLOCK} bytes, each made when it is first needed: at most 1 MiB, few enough to
 * stay in a processor's cache on their way to the views.
 *
 * <p><b>Threads.</b> One appends, any may read. A block has a lock, which is held for one copy; the block that is written is
 * seldom one that is read.
 */
final class RecentBytes {

    static final int BLOCK = 64 * 1024;
    static final int BLOCKS = 16;

    private static final class Block {
        private final ReentrantLock lock = new ReentrantLock();
        private byte[] bytes = new byte[0];
        /** Offset of the first byte divided by the block's size, and where the bytes that are here begin and end. */
        private long number = -1;

        private int from;
        private int to;
    }

    private final Block[] blocks = new Block[BLOCKS];
    private volatile boolean wanted;
    private long end;

    /** Holds nothing; the first byte that comes has this offset. */
    RecentBytes(long offset) {
        this.end = offset;
        for (int i = 0; i < BLOCKS; i++) {
            blocks[i] = new Block();
        }
    }

    /** Whether anybody may ask for what is appended from now on; otherwise it is not kept. For any thread. */
    void wanted(boolean kept) {
        wanted = kept;
    }

    /** Takes what was appended to the file. */
    void append(Slice bytes) {
        if (!wanted) {
            end += bytes.length();
            return;
        }
        for (int done = 0; done < bytes.length(); ) {
            int inBlock = (int) (end % BLOCK);
            int count = Math.min(BLOCK - inBlock, bytes.length() - done);
            put(end / BLOCK, inBlock, bytes.array(), bytes.from() + done, count);
            done += count;
            end += count;
        }
    }

    private void put(long number, int at, byte[] array, int from, int count) {
        Block block = blocks[(int) (number % BLOCKS)];
        block.lock.lock();
        try {
            // Behind bytes that nobody wanted, others begin anew.
            if (block.number != number || block.to != at) {
                block.number = number;
                block.from = at;
                block.bytes = block.bytes.length == 0 ? new byte[BLOCK] : block.bytes;
            }
            System.arraycopy(array, from, block.bytes, at, count);
            block.to = at + count;
        } finally {
            block.lock.unlock();
        }
    }

    /**
     * Copies bytes that are here.
     *
     * @return how many, from the first on; 0 if that one is not here
     */
    int read(long offset, byte[] to, int at, int length) {
        int done = 0;
        while (done < length) {
            int count = get(offset + done, to, at + done, length - done);
            if (count == 0) {
                break;
            }
            done += count;
        }
        return done;
    }

    private int get(long offset, byte[] to, int at, int length) {
        long number = offset / BLOCK;
        int inBlock = (int) (offset % BLOCK);
        Block block = blocks[(int) (number % BLOCKS)];
        block.lock.lock();
        try {
            if (block.number != number || inBlock < block.from || inBlock >= block.to) {
                return 0;
            }
            int count = Math.min(length, block.to - inBlock);
            System.arraycopy(block.bytes, inBlock, to, at, count);
            return count;
        } finally {
            block.lock.unlock();
        }
    }
}
