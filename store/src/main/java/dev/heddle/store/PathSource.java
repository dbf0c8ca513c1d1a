package dev.heddle.store;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Where paths can be read from: a store, or a cache of what other stores have. May be used from any thread. Its {@code toString}
 * names it in messages.
 */
public interface PathSource {

    /** The directory that the paths are named for, {@code /nix/store} say; part of every path's hash. */
    String storeDirectory();

    /** Where paths are looked for first: the source with the lowest number. */
    default int priority() {
        return 0;
    }

    /**
     * What is known of a path.
     *
     * @return empty if the path is not valid here
     * @throws StoreException if what the source says of this path cannot be right
     * @throws IOException if the source cannot say
     */
    Optional<PathInfo> queryPathInfo(StorePath path) throws IOException;

    /**
     * The valid path that has this hash part: an indexed lookup, whose cost does not grow with the number of paths.
     *
     * @param hashPart 32 characters of {@link dev.heddle.core.derivation.Nix32}
     * @throws IllegalArgumentException if it is no hash part
     */
    Optional<StorePath> queryPathFromHashPart(String hashPart) throws IOException;

    /**
     * Writes the NAR of a path.
     *
     * @param path a valid path
     * @param out where it goes; not closed
     * @throws StoreException if the path is not valid here, or its content is no longer what was registered
     */
    void dump(StorePath path, OutputStream out) throws IOException;
}
