package dev.heddle.samples.ninja;

/** How a log holds a command: by a hash, which is another one in newer logs. */
enum CommandHash {
    /** MurmurHash64A, in logs of versions 5 and 6. */
    MURMUR,
    /** Rapidhash, in logs of version 7. */
    RAPID;

    /** The hash of the first bytes of an array. */
    long of(byte[] bytes, int length) {
        return this == MURMUR ? Murmur.hash(bytes, length) : Rapid.hash(bytes, length);
    }
}
