package dev.heddle.store;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Immutable trees under one directory, each named by a hash, with the references among them.
 *
 * <p>A path is <em>valid</em> when the store vouches for it: it is complete, has the hash that was registered, and everything it
 * refers to is valid too. Nothing else that may lie in the directory counts.
 *
 * <p><b>Threads.</b> Any number. <b>Failure.</b> {@link StoreException} with the path and the cause; nothing half-made becomes
 * valid.
 */
public interface Store extends PathSource, PathSink, AutoCloseable {

    /** Whether a path is valid. */
    boolean isValid(StorePath path) throws IOException;

    /** The valid paths that refer to {@code path}, itself included where it does. */
    SortedSet<StorePath> queryReferrers(StorePath path) throws IOException;

    /** The valid derivations that have {@code path} as an output. */
    SortedSet<StorePath> queryDerivers(StorePath path) throws IOException;

    /** The outputs of a valid derivation by name, whether they are valid or not; only those whose paths are known. */
    SortedMap<String, StorePath> queryOutputs(StorePath derivation) throws IOException;

    /**
     * The paths, all that they refer to, and so on; every path comes behind those it refers to, but for itself.
     *
     * @throws StoreException if one of {@code paths} is not valid
     */
    List<StorePath> queryClosure(Collection<StorePath> paths) throws IOException;

    /** Lets go of what the store holds. A second close does nothing. */
    @Override
    void close() throws IOException;
}
