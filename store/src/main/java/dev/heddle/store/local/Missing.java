package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What it takes to have some paths.
 *
 * @param toBuild the derivations that must be built
 * @param toFetch the paths that a substituter has
 * @param unknown the paths that nobody has and nobody knows how to build
 * @param fetchSize bytes of the NARs of what is fetched
 */
public record Missing(
        SortedSet<StorePath> toBuild, SortedSet<StorePath> toFetch, SortedSet<StorePath> unknown, long fetchSize) {

    /** Copies the collections. */
    public Missing {
        toBuild = Collections.unmodifiableSortedSet(new TreeSet<>(toBuild));
        toFetch = Collections.unmodifiableSortedSet(new TreeSet<>(toFetch));
        unknown = Collections.unmodifiableSortedSet(new TreeSet<>(unknown));
    }
}
