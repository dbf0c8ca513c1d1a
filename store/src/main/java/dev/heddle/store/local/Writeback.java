package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the medium what is staged already while more is staged, so that the sync before all of it becomes valid has little left
 * to wait for. A thread of its own does so, one at a time, and ends by itself.
 *
 * <p>Used by one thread. A failure is kept for {@link #end}: the system tells one only once, and a later sync would succeed without
 * the bytes.
 */
final class Writeback {

    /** Trees, and bytes, from which it is worth a program that syncs. */
    private static final int TREES = 1_000;

    private static final long BYTES = 1 << 26;

    private final Staging staging;
    private int trees;
    private long bytes;
    private @Nullable Thread thread;
    private volatile @Nullable IOException failure;

    Writeback(Staging staging) {
        this.staging = staging;
    }

    /** A tree of this size was staged. */
    void staged(long size) {
        trees++;
        bytes += size;
        boolean idle = thread == null || !thread.isAlive();
        if (idle && (trees >= TREES || bytes >= BYTES)) {
            trees = 0;
            bytes = 0;
            thread = new Thread(this::sync, "heddle-store-writeback");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void sync() {
        try {
            staging.sync();
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Waits for what is being written. */
    void await() {
        if (thread != null) {
            ThreadEnd.await(thread);
        }
    }

    /**
     * Waits for what is being written.
     *
     * @throws StoreException if something that was staged could not be written
     */
    void end() throws StoreException {
        await();
        if (failure != null) {
            throw new StoreException("what was staged could not be written: " + failure.getMessage(), failure);
        }
    }
}
