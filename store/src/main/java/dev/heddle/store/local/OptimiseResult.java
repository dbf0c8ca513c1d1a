package dev.heddle.store.local;

/**
 * What linking equal files brought.
 *
 * @param files how many files were looked at
 * @param linked how many of them have become another name of an equal file
 * @param bytes the size of those
 * @param damagedLinks how many kept files were not what their names say, and were dropped
 */
public record OptimiseResult(long files, long linked, long bytes, long damagedLinks) {}
