package dev.heddle.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * An Ed25519 key that makes signatures, with its name. Immutable, safe for any number of threads.
 *
 * <p>Text form, read here alone: {@code NAME:BASE64} of 64 bytes, the 32 secret ones and the 32 of the {@link PublicKey}.
 * Never part of a message or of {@link #toString}.
 */
public final class SecretKey {

    private static final int SEED_BYTES = 32;

    private final String name;
    private final byte[] seed;
    private final PrivateKey key;
    private final PublicKey publicKey;

    private SecretKey(String name, byte[] seed) {
        this.name = KeyText.checkName(name);
        this.seed = seed.clone();
        try {
            this.key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no Ed25519; add a security provider", e);
        }
        this.publicKey = new PublicKey(name, publicHalf(seed));
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if {@code text} is no secret key, or its two halves do not belong together; the
     *     message does not show it
     */
    public static SecretKey parse(String text) {
        KeyText read = KeyText.parse("secret key", text, SEED_BYTES + PublicKey.BYTES);
        SecretKey key = new SecretKey(read.name(), Arrays.copyOf(read.bytes(), SEED_BYTES));
        byte[] half = Arrays.copyOfRange(read.bytes(), SEED_BYTES, SEED_BYTES + PublicKey.BYTES);
        if (!new PublicKey(read.name(), half).equals(key.publicKey)) {
            throw new IllegalArgumentException(
                    "the secret key of '" + read.name() + "' is damaged: its two halves do not belong together");
        }
        return key;
    }

    /** A new key called {@code name}, made with {@code random}. */
    public static SecretKey generate(String name, SecureRandom random) {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return new SecretKey(name, seed);
    }

    /** The public bytes of a seed: a key pair is generated from nothing but the seed. */
    private static byte[] publicHalf(byte[] seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
            EdECPublicKey half = (EdECPublicKey) generator.generateKeyPair().getPublic();
            byte[] big = half.getPoint().getY().toByteArray();
            byte[] bytes = new byte[PublicKey.BYTES];
            for (int i = 0; i < Math.min(big.length, bytes.length); i++) {
                bytes[i] = big[big.length - 1 - i];
            }
            if (half.getPoint().isXOdd()) {
                bytes[PublicKey.BYTES - 1] |= (byte) 0x80;
            }
            return bytes;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no Ed25519; add a security provider", e);
        }
    }

    /** Gives one seed to a generator: the runtime has no other way from a seed to its public half. */
    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final transient byte[] seed;

        Fixed(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }

    /** What the key is called. */
    public String name() {
        return name;
    }

    /** The half that checks what this one signs. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /** Signs what {@code info} tells of its path: {@link PathInfo#fingerprint}. One content has one signature. */
    public PathSignature sign(PathInfo info) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(info.fingerprint().getBytes(StandardCharsets.UTF_8));
            return new PathSignature(name, signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing with key '" + name + "' failed: " + e.getMessage(), e);
        }
    }

    /** The text form, secret half and all, for the file that keeps the key. */
    public String secretText() {
        byte[] both = Arrays.copyOf(seed, SEED_BYTES + PublicKey.BYTES);
        System.arraycopy(publicHalf(seed), 0, both, SEED_BYTES, PublicKey.BYTES);
        return name + ":" + Base64.getEncoder().encodeToString(both);
    }

    /** The name, without the secret. */
    @Override
    public String toString() {
        return "secret key '" + name + "'";
    }
}
