package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Keeps paths, and all they refer to, from being collected until it is closed, the store is closed, or the process ends. Made
 * by {@link LocalStore#hold}. Several holds may keep the same path; it is free when the last of them is closed.
 *
 * <p>Any thread may use and close it. Keeps the paths that it was given in memory.
 */
public final class Hold implements AutoCloseable {

    private final PathKeeper keeper;
    /** Guards itself and what follows. */
    private final List<StorePath> paths = new ArrayList<>();

    private boolean closed;

    private Hold(PathKeeper keeper) {
        this.keeper = keeper;
    }

    static Hold of(PathKeeper keeper, Collection<StorePath> paths) throws IOException {
        Hold hold = new Hold(keeper);
        hold.keep(paths);
        return hold;
    }

    /**
     * Keeps more paths, be they valid yet or not. Only what is found valid after this has returned stays so.
     *
     * @throws IOException if they could not be noted; none of them is kept by this then
     * @throws IllegalStateException if the hold or the store is closed
     */
    public void keep(Collection<StorePath> more) throws IOException {
        synchronized (paths) {
            if (closed) {
                throw new IllegalStateException("the hold is closed");
            }
            keeper.keep(more);
            paths.addAll(more);
        }
    }

    /** Says that the caller of the store is told of paths that this keeps: they outlive it, as all that is added. */
    void told(Collection<StorePath> added) {
        synchronized (paths) {
            keeper.added(added);
        }
    }

    /** Keeps nothing any more. A second close does nothing. */
    @Override
    public void close() {
        synchronized (paths) {
            if (!closed) {
                closed = true;
                keeper.release(paths);
                paths.clear();
            }
        }
    }
}
