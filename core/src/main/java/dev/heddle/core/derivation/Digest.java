package dev.heddle.core.derivation;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The hash of some content, with the algorithm that made it. Immutable.
 *
 * <p>Text forms, each read and printed here alone: {@code sha256:} followed by base 16, base 32 (Nix's alphabet, the form
 * of {@link #toString}) or base 64, told apart by length; and SRI, {@code sha256-} followed by base 64. Reading is strict:
 * one text per value in each form, except that base 16 may be in upper case.
 */
public final class Digest {

    /** The algorithms that Nix's formats name. */
    public enum Algorithm {
        /** 16 bytes; broken, read for old fixed outputs only. */
        MD5("md5", "MD5", 16),
        /** 20 bytes; broken, read for old fixed outputs only. */
        SHA1("sha1", "SHA-1", 20),
        /** 32 bytes; the one that paths are made with. */
        SHA256("sha256", "SHA-256", 32),
        /** 64 bytes. */
        SHA512("sha512", "SHA-512", 64);

        private final String text;
        private final String javaName;
        private final int size;

        Algorithm(String text, String javaName, int size) {
            this.text = text;
            this.javaName = javaName;
            this.size = size;
        }

        /** The length of a digest in bytes. */
        public int size() {
            return size;
        }

        /** A new, empty computation of this algorithm. */
        public MessageDigest newMessageDigest() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(
                        "this Java runtime has no " + javaName + "; add a security provider", e);
            }
        }

        /**
         * The algorithm called {@code name} in Nix's formats.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Algorithm of(String name) {
            for (Algorithm algorithm : values()) {
                if (algorithm.text.equals(name)) {
                    return algorithm;
                }
            }
            throw new IllegalArgumentException(
                    "unknown hash algorithm '" + Quoted.of(name) + "'; known are md5, sha1, sha256, sha512");
        }

        /** The name in Nix's formats. */
        @Override
        public String toString() {
            return text;
        }
    }

    private final Algorithm algorithm;
    private final byte[] bytes;

    private Digest(Algorithm algorithm, byte[] bytes) {
        this.algorithm = algorithm;
        this.bytes = bytes;
    }

    /**
     * A digest whose bytes are known.
     *
     * @throws IllegalArgumentException if the number of bytes is not the algorithm's
     */
    public static Digest of(Algorithm algorithm, byte[] bytes) {
        if (bytes.length != algorithm.size) {
            throw new IllegalArgumentException(
                    "a " + algorithm + " digest has " + algorithm.size + " bytes, not " + bytes.length);
        }
        return new Digest(algorithm, bytes.clone());
    }

    /** The digest of {@code content}. */
    public static Digest ofContent(Algorithm algorithm, byte[] content) {
        return new Digest(algorithm, algorithm.newMessageDigest().digest(content));
    }

    /**
     * Reads {@code ALGORITHM:HASH} in base 16, 32 or 64, or SRI.
     *
     * @throws IllegalArgumentException if {@code text} is none of these; the message says why
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon >= 0) {
            return parse(Algorithm.of(text.substring(0, colon)), text.substring(colon + 1));
        }
        int dash = text.indexOf('-');
        if (dash >= 0) {
            Algorithm algorithm = Algorithm.of(text.substring(0, dash));
            return new Digest(algorithm, base64(algorithm, text.substring(dash + 1)));
        }
        throw new IllegalArgumentException(
                "'" + Quoted.of(text) + "' names no hash algorithm; write ALGORITHM:HASH or ALGORITHM-BASE64");
    }

    /**
     * Reads the bare hash of a known algorithm, in base 16, 32 or 64.
     *
     * @throws IllegalArgumentException if {@code text} is none of these; the message says why
     */
    public static Digest parse(Algorithm algorithm, String text) {
        int size = algorithm.size;
        if (text.length() == 2 * size) {
            return new Digest(algorithm, base16(algorithm, text));
        }
        if (text.length() == Nix32.digits(size)) {
            return new Digest(algorithm, Nix32.decode(text, size));
        }
        if (text.length() == (size + 2) / 3 * 4) {
            return new Digest(algorithm, base64(algorithm, text));
        }
        throw new IllegalArgumentException("a " + algorithm + " hash has " + 2 * size + " characters in base 16, "
                + Nix32.digits(size) + " in base 32 or " + (size + 2) / 3 * 4 + " in base 64, not " + text.length()
                + ": '" + Quoted.of(text) + "'");
    }

    private static byte[] base16(Algorithm algorithm, String text) {
        try {
            return HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + Quoted.of(text) + "' is not a " + algorithm + " hash in base 16: only 0-9 and a-f belong", e);
        }
    }

    private static byte[] base64(Algorithm algorithm, String text) {
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + Quoted.of(text) + "' is not a " + algorithm + " hash in base 64: " + e.getMessage(), e);
        }
        // The decoder takes missing padding and stray last bits; printing again shows both.
        if (decoded.length != algorithm.size
                || !Base64.getEncoder().encodeToString(decoded).equals(text)) {
            throw new IllegalArgumentException("'" + Quoted.of(text) + "' is not the base 64 form of a " + algorithm
                    + " hash: wanted " + algorithm.size + " bytes with padding");
        }
        return decoded;
    }

    /** What made the digest. */
    public Algorithm algorithm() {
        return algorithm;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes in lower-case base 16, without the algorithm. */
    public String base16() {
        return HexFormat.of().formatHex(bytes);
    }

    /** The bytes in Nix's base 32, without the algorithm. */
    public String nix32() {
        return Nix32.encode(bytes);
    }

    /** The form of subresource integrity, {@code sha256-BASE64}. */
    public String sri() {
        return algorithm + "-" + Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * Folds the digest to {@code size} bytes: byte {@code i} is combined by exclusive or into place {@code i mod size}. With
     * 20 this is the hash part of a store path.
     */
    byte[] folded(int size) {
        byte[] folded = new byte[size];
        for (int i = 0; i < bytes.length; i++) {
            folded[i % size] ^= bytes[i];
        }
        return folded;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest digest && algorithm == digest.algorithm && Arrays.equals(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@code sha256:} followed by Nix's base 32. */
    @Override
    public String toString() {
        return algorithm + ":" + nix32();
    }
}
