package dev.heddle.store.faults;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.nar.NarHash;

/**
 * Something that a store is made to keep, and what must be found there whenever it is valid.
 *
 * @param number which one it is among {@link Goods}
 * @param kind how it gets into the store
 * @param path where it is; for a build, its output
 * @param hash of its archive, computed from its source and never asked of the store
 */
record Good(int number, Kind kind, StorePath path, NarHash hash) {

    /** How it gets into the store. */
    enum Kind {
        /** A directory with files, one executable, and a link. */
        TREE,
        /** A text that refers to the tree before it. */
        TEXT,
        /** A file under its flat hash. */
        FILE,
        /** The output of a derivation. */
        BUILD
    }
}
