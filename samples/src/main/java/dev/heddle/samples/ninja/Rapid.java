package dev.heddle.samples.ninja;

/**
 * The 64-bit hash rapidhash, first version, with its default seed: what version 7 of ninja's log holds of a command.
 *
 * <p>Its source is the published algorithm of Nicolas De Carli; the values of ninja 1.13.2 are in its test.
 */
final class Rapid {

    private static final long SEED = 0xbdd89aa982704029L;
    private static final long FIRST = 0x2d358dccaa6c78a5L;
    private static final long SECOND = 0x8bb84b93962eacc9L;
    private static final long THIRD = 0x4b33a62ed433d4a3L;
    private static final int BLOCK = 48;

    private Rapid() {}

    /** The hash of the first bytes of an array. */
    static long hash(byte[] bytes, int length) {
        long seed = SEED ^ mix(SEED ^ FIRST, SECOND) ^ length;
        long a;
        long b;
        if (length > 16) {
            seed = blocks(bytes, length, seed);
            a = longAt(bytes, length - 16);
            b = longAt(bytes, length - 8);
        } else if (length >= 4) {
            int delta = (length & 24) >>> (length >>> 3);
            a = intAt(bytes, 0) << 32 | intAt(bytes, length - 4);
            b = intAt(bytes, delta) << 32 | intAt(bytes, length - 4 - delta);
        } else {
            a = length == 0 ? 0 : few(bytes, length);
            b = 0;
        }
        a ^= SECOND;
        b ^= seed;
        return mix(a * b ^ FIRST ^ length, high(a, b) ^ SECOND);
    }

    // Takes all but the last 16 bytes into the seed.
    private static long blocks(byte[] bytes, int length, long start) {
        long seed = start;
        int at = 0;
        if (length > BLOCK) {
            long second = seed;
            long third = seed;
            do {
                seed = mix(longAt(bytes, at) ^ FIRST, longAt(bytes, at + 8) ^ seed);
                second = mix(longAt(bytes, at + 16) ^ SECOND, longAt(bytes, at + 24) ^ second);
                third = mix(longAt(bytes, at + 32) ^ THIRD, longAt(bytes, at + 40) ^ third);
                at += BLOCK;
            } while (length - at >= BLOCK);
            seed ^= second ^ third;
        }
        int rest = length - at;
        if (rest > 16) {
            seed = mix(longAt(bytes, at) ^ THIRD, longAt(bytes, at + 8) ^ seed ^ SECOND);
            if (rest > 32) {
                seed = mix(longAt(bytes, at + 16) ^ THIRD, longAt(bytes, at + 24) ^ seed);
            }
        }
        return seed;
    }

    private static long few(byte[] bytes, int length) {
        return (bytes[0] & 0xffL) << 56 | (bytes[length >>> 1] & 0xffL) << 32 | (bytes[length - 1] & 0xffL);
    }

    // The two halves of the product of 128 bits, folded.
    private static long mix(long a, long b) {
        return a * b ^ high(a, b);
    }

    // The upper half of the unsigned product; from Java 18 on the JDK has it.
    private static long high(long a, long b) {
        return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
    }

    private static long intAt(byte[] bytes, int at) {
        return (bytes[at] & 0xffL)
                | (bytes[at + 1] & 0xffL) << 8
                | (bytes[at + 2] & 0xffL) << 16
                | (bytes[at + 3] & 0xffL) << 24;
    }

    private static long longAt(byte[] bytes, int at) {
        return intAt(bytes, at) | intAt(bytes, at + 4) << 32;
    }
}
