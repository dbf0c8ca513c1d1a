package dev.heddle.store.local;

import java.util.Arrays;

/**
 * A set of hash parts of store paths, 24 bytes for each of its slots of which up to three quarters are used, and 8 more if
 * numbers are put to them: a million take at most 64 MiB. Nothing can be removed. Used by one thread at a time.
 */
final class HashPartSet {

    private static final int DIGITS = 32;
    private static final int DIGITS_IN_WORD = 12;
    private static final int BITS_OF_DIGIT = 5;
    private static final int WORDS = 3;
    private static final int FIRST_SLOTS = 64;
    /** The digits of a word fill 60 bits; this one tells a slot that is used from an empty one. */
    private static final long USED = 1L << 63;

    private long[] table = new long[FIRST_SLOTS * WORDS];
    /** The number of each slot; empty until one is put. */
    private long[] numbers = {};

    private int size;

    int size() {
        return size;
    }

    /**
     * Adds the hash part of a path.
     *
     * @param hashPart 32 digits, as {@link dev.heddle.core.derivation.StorePath#hashPart} has them
     * @return whether it is new
     */
    boolean add(String hashPart) {
        long[] words = words(hashPart);
        int at = slot(words);
        if (table[at] != 0) {
            return false;
        }
        System.arraycopy(words, 0, table, at, WORDS);
        size++;
        if ((long) size * WORDS * 4 > (long) table.length * 3) {
            grow();
        }
        return true;
    }

    boolean contains(String hashPart) {
        return table[slot(words(hashPart))] != 0;
    }

    /** Puts a number to a hash part, which is in the set then. */
    void put(String hashPart, long number) {
        add(hashPart);
        if (numbers.length == 0) {
            numbers = new long[table.length / WORDS];
        }
        numbers[slot(words(hashPart)) / WORDS] = number;
    }

    /** The number that was put to a hash part; 0 if there is none. */
    long number(String hashPart) {
        return numbers.length == 0 ? 0 : numbers[slot(words(hashPart)) / WORDS];
    }

    /** Clears bits in all numbers, and returns how many of these are 0 by that. */
    int clear(long bits) {
        int cleared = 0;
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] != 0 && (numbers[i] & ~bits) == 0) {
                cleared++;
            }
            numbers[i] &= ~bits;
        }
        return cleared;
    }

    private void grow() {
        long[] old = table;
        long[] oldNumbers = numbers;
        table = new long[Math.multiplyExact(old.length, 2)];
        numbers = new long[oldNumbers.length * 2];
        for (int i = 0; i < old.length; i += WORDS) {
            if (old[i] != 0) {
                long[] words = Arrays.copyOfRange(old, i, i + WORDS);
                int at = slot(words);
                System.arraycopy(words, 0, table, at, WORDS);
                if (oldNumbers.length > 0) {
                    numbers[at / WORDS] = oldNumbers[i / WORDS];
                }
            }
        }
    }

    /** Where the words are, or the empty slot where they belong. */
    private int slot(long[] words) {
        int slots = table.length / WORDS;
        // Who chooses content can steer a few digits of a hash part, hardly all of them: every word is mixed in.
        long mixed = (words[0] * 31 + words[1]) * 31 + words[2];
        mixed *= 0x9E3779B97F4A7C15L;
        int slot = (int) Long.remainderUnsigned(mixed >>> 20, slots);
        while (true) {
            int at = slot * WORDS;
            if (table[at] == 0 || Arrays.equals(table, at, at + WORDS, words, 0, WORDS)) {
                return at;
            }
            slot = slot + 1 == slots ? 0 : slot + 1;
        }
    }

    private static long[] words(String hashPart) {
        if (hashPart.length() != DIGITS) {
            throw new IllegalArgumentException("a hash part has " + DIGITS + " digits, not '" + hashPart + "'");
        }
        long[] words = new long[WORDS];
        for (int i = 0; i < DIGITS; i++) {
            words[i / DIGITS_IN_WORD] = words[i / DIGITS_IN_WORD] << BITS_OF_DIGIT | digit(hashPart.charAt(i));
        }
        words[0] |= USED;
        return words;
    }

    /** The place of a digit among those of Nix's base 32, which has no e, o, t and u. */
    private static int digit(char c) {
        if (c <= '9') {
            return c - '0';
        }
        return c - 'a' + 10 - (c > 'e' ? 1 : 0) - (c > 'o' ? 1 : 0) - (c > 't' ? 1 : 0) - (c > 'u' ? 1 : 0);
    }
}
