package dev.heddle.store.nar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds known hash parts of store paths in bytes. Looks at every 32nd byte only, as long as that is none of the alphabet.
 */
final class HashParts {

    /** The length of a hash part. */
    static final int LENGTH = 32;

    private static final String ALPHABET = "0123456789abcdfghijklmnpqrsvwxyz";
    private static final int DIGIT_BITS = 5;
    private static final int LEAD_DIGITS = 3;

    /** The value of each digit; -1 for bytes that are none. */
    private static final byte[] DIGITS = digits();

    private final Map<String, Integer> parts = new HashMap<>();
    /** Which beginnings of three digits some part has: rules nearly everything out before a string is made. */
    private final boolean[] leads = new boolean[1 << (DIGIT_BITS * LEAD_DIGITS)];

    /** Looks for {@code hashParts}, which are told by their number in this order. */
    HashParts(Collection<String> hashParts) {
        for (String part : hashParts) {
            byte[] bytes = part.getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length != LENGTH || part.chars().anyMatch(c -> ALPHABET.indexOf(c) < 0)) {
                throw new IllegalArgumentException("a hash part has " + LENGTH + " digits of " + ALPHABET);
            }
            parts.putIfAbsent(part, parts.size());
            leads[lead(bytes, 0)] = true;
        }
    }

    private static byte[] digits() {
        byte[] digits = new byte[256];
        Arrays.fill(digits, (byte) -1);
        for (int i = 0; i < ALPHABET.length(); i++) {
            digits[ALPHABET.charAt(i)] = (byte) i;
        }
        return digits;
    }

    private static int lead(byte[] bytes, int at) {
        int lead = 0;
        for (int i = 0; i < LEAD_DIGITS; i++) {
            lead = lead << DIGIT_BITS | DIGITS[bytes[at + i] & 0xff];
        }
        return lead;
    }

    /** Told of each place where a part stands. */
    @FunctionalInterface
    interface Found {
        /** Part number {@code part} stands at {@code at}. */
        void at(int at, int part);
    }

    /**
     * Finds the parts that begin from {@code from} on and end before {@code to}.
     *
     * @param apart whether a search goes on behind a part that was found, and not within it
     * @return where the next search has to begin, once more bytes are known: at most 31 bytes before {@code to}
     */
    int find(byte[] bytes, int from, int to, boolean apart, Found found) {
        int at = from;
        while (at + LENGTH <= to) {
            int wrong = lastOther(bytes, at);
            if (wrong >= 0) {
                at = wrong + 1;
                continue;
            }
            @Nullable
            Integer part = leads[lead(bytes, at)]
                    ? parts.get(new String(bytes, at, LENGTH, StandardCharsets.ISO_8859_1))
                    : null;
            if (part != null) {
                found.at(at, part);
            }
            at += part != null && apart ? LENGTH : 1;
        }
        return at;
    }

    /** The last of 32 bytes that is no digit, or -1. */
    private static int lastOther(byte[] bytes, int at) {
        for (int i = at + LENGTH - 1; i >= at; i--) {
            if (DIGITS[bytes[i] & 0xff] < 0) {
                return i;
            }
        }
        return -1;
    }
}
