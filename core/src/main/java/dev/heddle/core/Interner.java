package dev.heddle.core;

import org.jspecify.annotations.Nullable;

/**
 * Replaces equal immutable values by one of them. Remembers at most {@value #SLOTS} values, so that a million different ones cost
 * nothing. Not safe for several threads.
 */
final class Interner<T> {
    private static final int SLOTS = 4096;

    private @Nullable Object[] recent = new @Nullable Object[0];

    @SuppressWarnings("unchecked") // only values of T are put in
    T intern(T value) {
        if (recent.length == 0) {
            recent = new @Nullable Object[SLOTS];
        }
        int hash = value.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        Object known = recent[slot];
        if (value.equals(known)) {
            return (T) known;
        }
        recent[slot] = value;
        return value;
    }
}
