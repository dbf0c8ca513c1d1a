package dev.heddle.logmux;

import dev.heddle.logmux.wire.CompactDecoder;
import java.io.IOException;

/**
 * A way through a journal while it is written, frame by frame. What is no longer kept is passed over: reading goes on at the next
 * checkpoint. Owned by one thread.
 */
final class JournalCursor {

    private static final int CHUNK = 256 * 1024;
    /** Longest beginning of a frame that can stand at the end of a chunk in which no checkpoint was found. */
    private static final int CHECKPOINT_MARGIN = 64;

    /** Is told what is missing. */
    @FunctionalInterface
    interface Gap {
        /** So many bytes of the journal are no longer kept. */
        void passed(long bytes) throws IOException;
    }

    private final JournalStore store;
    private final RunReader reader;
    private final CompactDecoder decoder;
    private final Gap gap;
    private final byte[] chunk = new byte[CHUNK];
    /** Offset in the journal of {@code chunk[0]}; {@link #held} bytes of a frame stand there. */
    private long start;

    private int held;
    private boolean lost;

    /** Begins where the decoder stands. */
    JournalCursor(JournalStore store, RunReader reader, CompactDecoder decoder, Gap gap) {
        this.store = store;
        this.reader = reader;
        this.decoder = decoder;
        this.gap = gap;
        this.start = decoder.offset();
    }

    /** Offset behind the last whole frame. */
    long offset() {
        return start;
    }

    /** Offset behind the last byte that was read. */
    long end() {
        return start + held;
    }

    /** Reads on; there must be more in the store than {@link #end}. */
    void readOn() throws IOException {
        int count = reader.read(start + held, chunk, held, CHUNK - held);
        if (count <= 0) {
            long floor = store.floor(start + held);
            gap.passed(floor - start);
            start = floor;
            held = 0;
            lost = true;
            return;
        }
        int end = held + count;
        reader.atHand(chunk, start, end);
        int done = lost ? findPlace(end) : decoder.decode(chunk, 0, end);
        reader.atHand(chunk, 0, 0);
        System.arraycopy(chunk, done, chunk, 0, end - done);
        held = end - done;
        start += done;
    }

    // The place is lost when memory was too short for what was not read.
    private int findPlace(int end) {
        CompactDecoder.Checkpoint found = decoder.findCheckpoint(chunk, 0, end, start);
        if (found == null) {
            return Math.max(0, end - CHECKPOINT_MARGIN);
        }
        decoder.resume(found);
        lost = false;
        return (int) (found.end() - start);
    }
}
