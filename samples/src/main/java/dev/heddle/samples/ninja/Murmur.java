package dev.heddle.samples.ninja;

/** MurmurHash64A, the hash of a command that versions 5 and 6 of ninja's build log hold. */
final class Murmur {

    private static final long SEED = 0xDECAFBADDECAFBADL;
    private static final long FACTOR = 0xc6a4a7935bd1e995L;
    private static final int SHIFT = 47;

    private Murmur() {}

    static long hash(byte[] bytes, int length) {
        long h = SEED ^ (length * FACTOR);
        int whole = length & ~7;
        for (int i = 0; i < whole; i += 8) {
            long k = little(bytes, i, 8) * FACTOR;
            k = (k ^ (k >>> SHIFT)) * FACTOR;
            h = (h ^ k) * FACTOR;
        }
        if (whole < length) {
            h = (h ^ little(bytes, whole, length - whole)) * FACTOR;
        }
        h = (h ^ (h >>> SHIFT)) * FACTOR;
        return h ^ (h >>> SHIFT);
    }

    private static long little(byte[] bytes, int at, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = (value << 8) | (bytes[at + i] & 0xff);
        }
        return value;
    }
}
