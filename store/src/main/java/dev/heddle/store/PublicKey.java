package dev.heddle.store;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/**
 * An Ed25519 key that checks signatures, with its name. Immutable, safe for any number of threads.
 *
 * <p>Text form, read and printed here alone: {@code NAME:BASE64} of the key's 32 bytes, as Nix writes it.
 *
 * <p>Keys under which anything can be forged are refused: points of small order, which sign every message with one
 * signature, and numbers that are no point in their shortest form.
 */
public final class PublicKey {

    static final int BYTES = 32;

    /** The prime of the field, {@code 2^255 - 19}. */
    private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    /** The ordinates of the eight points whose order divides eight (RFC 8032 gives the curve; a test computes them). */
    private static final Set<BigInteger> SMALL_ORDER = Set.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            PRIME.subtract(BigInteger.ONE),
            new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16),
            new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16));

    private final String name;
    private final byte[] bytes;
    private final java.security.PublicKey key;

    PublicKey(String name, byte[] bytes) {
        this.name = KeyText.checkName(name);
        this.bytes = bytes.clone();
        boolean odd = (bytes[BYTES - 1] & 0x80) != 0;
        byte[] ordinate = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            ordinate[i] = bytes[BYTES - 1 - i];
        }
        ordinate[0] &= 0x7f;
        BigInteger y = new BigInteger(1, ordinate);
        if (y.compareTo(PRIME) >= 0 || SMALL_ORDER.contains(y)) {
            throw new IllegalArgumentException(
                    "the public key of '" + name + "' is weak: anybody can forge signatures under it");
        }
        try {
            this.key = KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, y)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the public key of '" + name + "' cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if {@code text} is no public key, or a weak one; the message says why
     */
    public static PublicKey parse(String text) {
        KeyText read = KeyText.parse("public key", text, BYTES);
        return new PublicKey(read.name(), read.bytes());
    }

    /** What the key is called. */
    public String name() {
        return name;
    }

    /** Whether {@code signature} was made over {@code message} with the secret half of this key. */
    public boolean verifies(byte[] message, PathSignature signature) {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(message);
            return check.verify(signature.bytes());
        } catch (GeneralSecurityException e) {
            // Bytes that are no signature at all, or a key that is no point of the curve: not valid.
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey that && name.equals(that.name) && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return name + ":" + Base64.getEncoder().encodeToString(bytes);
    }
}
