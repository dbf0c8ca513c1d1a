package dev.heddle.logmux;

/**
 * What a view did.
 *
 * @param bytes bytes of payload shown
 * @param groups groups given to the sink
 * @param switches how often a group of another source than the one before was shown
 * @param halfLines groups that were closed in the middle of a line because nothing more came
 * @param meanDelayNanos time between the coming and the showing of a byte, on average over all bytes
 * @param p99DelayNanos the time within which 99 of 100 bytes were shown, at most 1/32 too long
 * @param maxDelayNanos the longest such time
 */
public record ViewStatistics(
        long bytes,
        long groups,
        long switches,
        long halfLines,
        long meanDelayNanos,
        long p99DelayNanos,
        long maxDelayNanos) {}
