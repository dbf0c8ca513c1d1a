package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;

/** Keeps paths from being collected as long as this process lives, whether they are valid yet or not. Any thread. */
interface PathKeeper extends Closeable {

    /** When this has returned, no collection deletes these paths any more; only then may one ask whether they are valid. */
    void keep(Collection<StorePath> paths) throws IOException;

    @Override
    void close() throws IOException;
}
