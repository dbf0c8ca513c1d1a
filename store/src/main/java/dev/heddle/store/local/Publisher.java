package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Gives finished trees their names and makes them valid, many at once: whatever waits is synced together and registered in
 * one transaction, so that small paths do not pay for a sync each.
 *
 * <p><b>Threads.</b> One thread of its own does the work; any thread may {@link #publish}, and waits for it.
 *
 * <p><b>Durability.</b> When {@code publish} has returned, the paths are valid and stay so with their content after a power
 * cut. A crash before leaves nothing valid, and at most a tree under a name that is not valid, which the next one to publish
 * that path replaces and a collection removes.
 */
final class Publisher implements Closeable {

    /**
     * Makes paths valid, all of them or none. What is valid already is left as it is, and the staged tree is dropped with its
     * stage, which the caller closes in any case.
     *
     * @param staged the trees; everything they refer to is valid or among them
     * @param outputs what valid derivations, or those among {@code staged}, are known to make
     * @throws dev.heddle.store.StoreException if something that is referred to is not valid
     */
    void publish(List<Staged> staged, Map<StorePath, Map<String, StorePath>> outputs) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Ends the thread after what it was given. */
    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
