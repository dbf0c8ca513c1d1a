package dev.heddle.store;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.SortedSet;

/** Where paths can be put: a store, or a cache for other stores. May be used from any thread. */
public interface PathSink {

    /** The directory that the paths are named for, {@code /nix/store} say. */
    String storeDirectory();

    /** Those of {@code paths} that are valid here. */
    SortedSet<StorePath> queryValid(Collection<StorePath> paths) throws IOException;

    /**
     * Takes a path from elsewhere. The NAR is read to its end, checked against {@code info} and only then made valid; nothing
     * is done if the path is valid already. Everything it refers to must be valid, or added at the same time.
     *
     * @param info what is claimed; a store takes it only if a trusted key signed it or the path follows from the content
     * @param nar one archive; not closed
     * @throws StoreException if the claim is not trusted or not true
     */
    void add(PathInfo info, InputStream nar) throws IOException;
}
