package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Keeps paths from being collected while this process needs them, whether they are valid yet or not. Any thread. */
interface PathKeeper extends Closeable {

    /**
     * Keeps paths until they are released as often as they were kept. When this has returned, no collection deletes them any
     * more; only then may one ask whether they are valid.
     *
     * @throws IOException if they could not be noted; this call keeps none of them then
     */
    void keep(Collection<StorePath> paths) throws IOException;

    /** Ends one {@link #keep} of each of these paths. */
    void release(Collection<StorePath> paths);

    /** Keeps paths, which are being kept, also until {@link #releaseAdded}. */
    void added(Collection<StorePath> paths);

    /** Ends what {@link #added} has begun for any path. */
    void releaseAdded() throws IOException;

    /**
     * Lets others see what was released; it takes place by itself later.
     *
     * @param collecting whether the caller has the collector's lock; if not, nothing is done while another one has it
     */
    default void tidy(boolean collecting) throws IOException {}

    /** The file in which others see what is kept, which must not be opened a second time; null if there is none. */
    default @Nullable Path file() {
        return null;
    }

    /** Makes {@link #file} stay the same until the result is closed. */
    default Closeable reading() {
        return () -> {};
    }

    /**
     * Reads what that file holds.
     *
     * @return the number of bytes, or -1 at the end
     */
    default int read(long offset, byte[] into) throws IOException {
        return -1;
    }

    @Override
    void close() throws IOException;
}
