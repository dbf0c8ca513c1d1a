package dev.heddle.core.derivation;

/**
 * The base-32 text form of hashes that Nix uses.
 *
 * <p>The alphabet leaves out {@code e o t u}, so that no hash spells an offensive word. The bytes are one little-endian
 * integer, written with the most significant digit first in {@code ceil(8n / 5)} digits. Bits of the first digit that lie
 * above the last byte must be zero, so that each value has one text.
 */
final class Nix32 {

    private static final String ALPHABET = "0123456789abcdfghijklmnpqrsvwxyz";
    private static final int BITS_PER_DIGIT = 5;

    private Nix32() {}

    /** The number of digits for {@code bytes} bytes. */
    static int digits(int bytes) {
        return (bytes * 8 + BITS_PER_DIGIT - 1) / BITS_PER_DIGIT;
    }

    static boolean isDigit(char c) {
        return ALPHABET.indexOf(c) >= 0;
    }

    static String encode(byte[] bytes) {
        int digits = digits(bytes.length);
        StringBuilder text = new StringBuilder(digits);
        for (int digit = digits - 1; digit >= 0; digit--) {
            int bit = digit * BITS_PER_DIGIT;
            int low = (bytes[bit / 8] & 0xff) >>> (bit % 8);
            int next = bit / 8 + 1;
            int high = next < bytes.length ? (bytes[next] & 0xff) << (8 - bit % 8) : 0;
            text.append(ALPHABET.charAt((low | high) & 0x1f));
        }
        return text.toString();
    }

    /**
     * Reads {@code text} as {@code size} bytes.
     *
     * @throws IllegalArgumentException if the number of digits is wrong, a character is none of the alphabet, or the first
     *     digit has bits above the last byte
     */
    static byte[] decode(String text, int size) {
        if (text.length() != digits(size)) {
            throw new IllegalArgumentException("a base-32 hash of " + size + " bytes has " + digits(size)
                    + " digits, not " + text.length() + ": '" + Quoted.of(text) + "'");
        }
        byte[] bytes = new byte[size];
        for (int i = 0; i < text.length(); i++) {
            int value = ALPHABET.indexOf(text.charAt(i));
            if (value < 0) {
                throw new IllegalArgumentException(
                        "character " + (i + 1) + " of base-32 hash '" + Quoted.of(text) + "' is none of " + ALPHABET);
            }
            int bit = (text.length() - 1 - i) * BITS_PER_DIGIT;
            bytes[bit / 8] |= (byte) (value << (bit % 8));
            int carry = value >>> (8 - bit % 8);
            if (bit / 8 + 1 < size) {
                bytes[bit / 8 + 1] |= (byte) carry;
            } else if (carry != 0) {
                throw new IllegalArgumentException(
                        "the first digit of base-32 hash '" + Quoted.of(text) + "' does not fit " + size + " bytes");
            }
        }
        return bytes;
    }
}
