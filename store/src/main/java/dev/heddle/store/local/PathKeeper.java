package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Keeps paths from being collected as long as this process lives, whether they are valid yet or not. Any thread. */
interface PathKeeper extends Closeable {

    /** When this has returned, no collection deletes these paths any more; only then may one ask whether they are valid. */
    void keep(Collection<StorePath> paths) throws IOException;

    /** The file in which others see what is kept, which must not be opened a second time; null if there is none. */
    default @Nullable Path file() {
        return null;
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
