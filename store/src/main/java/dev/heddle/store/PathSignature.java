package dev.heddle.store;

import java.util.Arrays;
import java.util.Base64;

/**
 * Somebody's word that a path has the content and the references that its {@link PathInfo} tells. Immutable.
 *
 * <p>Text form, read and printed here alone: {@code KEYNAME:BASE64}, the base 64 of the 64 bytes of an Ed25519 signature.
 */
public final class PathSignature implements Comparable<PathSignature> {

    static final int BYTES = 64;

    private final String keyName;
    private final byte[] bytes;

    PathSignature(String keyName, byte[] bytes) {
        this.keyName = KeyText.checkName(keyName);
        this.bytes = bytes.clone();
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if {@code text} is no signature; the message says why
     */
    public static PathSignature parse(String text) {
        KeyText read = KeyText.parse("signature", text, BYTES);
        return new PathSignature(read.name(), read.bytes());
    }

    /** The name of the key that made it. It proves nothing by itself. */
    public String keyName() {
        return keyName;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** Orders by the text form. */
    @Override
    public int compareTo(PathSignature other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathSignature signature
                && keyName.equals(signature.keyName)
                && Arrays.equals(bytes, signature.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return keyName + ":" + Base64.getEncoder().encodeToString(bytes);
    }
}
