package dev.heddle.store.local;

/**
 * What a collection did, or what it found if it was only to tell.
 *
 * @param paths how many valid paths
 * @param leftovers how many entries of the store directory that were no valid paths
 * @param links how many files that no path has any more were kept for being linked again
 * @param bytes the size of the files that are gone, without those that others still have; for a list, that of the NARs
 */
public record CollectResult(long paths, long leftovers, long links, long bytes) {}
