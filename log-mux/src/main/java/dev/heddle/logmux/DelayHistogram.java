package dev.heddle.logmux;

/**
 * How long bytes waited, in a fixed amount of memory: exact below 64 ms, then in steps of at most 1/32 of the value. Not safe
 * for several threads.
 */
final class DelayHistogram {

    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Steps in each doubling, and half of the values that are exact. */
    private static final int STEPS = 32;

    private static final int STEP_BITS = 5;

    private final long[] bytes = new long[STEPS * (Long.SIZE - STEP_BITS)];
    private long sum;
    private double weighted;
    private long max;

    void add(long delayNanos, long count) {
        long millis = Math.max(0, delayNanos / NANOS_PER_MILLI);
        bytes[index(millis)] += count;
        sum += count;
        weighted += (double) delayNanos * count;
        max = Math.max(max, delayNanos);
    }

    /** Number of bytes. */
    long bytes() {
        return sum;
    }

    long meanNanos() {
        return sum == 0 ? 0 : (long) (weighted / sum);
    }

    long maxNanos() {
        return max;
    }

    /** The time within which so many of a hundred bytes came, rounded up to the next step. */
    long percentileNanos(int percent) {
        long wanted = (sum * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < bytes.length; i++) {
            seen += bytes[i];
            if (seen >= wanted && seen > 0) {
                return Math.min(max, last(i) * NANOS_PER_MILLI);
            }
        }
        return 0;
    }

    private static int index(long millis) {
        if (millis < 2 * STEPS) {
            return (int) millis;
        }
        int shift = Long.SIZE - 1 - STEP_BITS - Long.numberOfLeadingZeros(millis);
        return (int) (millis >> shift) + STEPS * shift;
    }

    /** The longest delay, in milliseconds, that is counted there. */
    private static long last(int index) {
        if (index < 2 * STEPS) {
            return index;
        }
        int shift = index / STEPS - 1;
        long first = (long) (index - STEPS * shift) << shift;
        return first + (1L << shift) - 1;
    }
}
