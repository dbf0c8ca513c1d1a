package dev.heddle.core.derivation;

/**
 * The claim that a store path follows from its content alone, so that it can be checked without trusting anybody.
 *
 * <p>Text form, read and printed here alone: {@code text:sha256:NIX32}, {@code fixed:sha256:NIX32} for a flat file,
 * {@code fixed:r:sha256:NIX32} for a tree's NAR, {@code fixed:git:sha1:NIX32} for git's hash of a tree.
 *
 * @param method how the content was turned into bytes
 * @param digest the hash of those bytes; SHA-256 for {@link ContentMethod#TEXT}
 */
public record ContentAddress(ContentMethod method, Digest digest) {

    private static final String FIXED = "fixed:";

    /**
     * Checks that the two go together.
     *
     * @throws IllegalArgumentException if text is hashed with anything but SHA-256
     */
    public ContentAddress {
        if (method == ContentMethod.TEXT && digest.algorithm() != Digest.Algorithm.SHA256) {
            throw new IllegalArgumentException("text is addressed by sha256, not by " + digest.algorithm());
        }
    }

    /**
     * Reads the text form. Nix prints base 32; the other forms of a {@link Digest} are taken too.
     *
     * @throws IllegalArgumentException if {@code text} is no content address; the message says why
     */
    public static ContentAddress parse(String text) {
        if (text.startsWith(ContentMethod.TEXT.prefix())) {
            return new ContentAddress(ContentMethod.TEXT, digest(text, ContentMethod.TEXT.prefix()));
        }
        if (!text.startsWith(FIXED)) {
            throw new IllegalArgumentException(
                    "'" + Quoted.of(text) + "' is not a content address: it begins with neither 'text:' nor 'fixed:'");
        }
        ContentMethod method = ContentMethod.ofPrefixed(text.substring(FIXED.length()));
        if (method == ContentMethod.TEXT) {
            throw new IllegalArgumentException(
                    "'" + Quoted.of(text) + "' is not a content address: text is written 'text:sha256:HASH'");
        }
        return new ContentAddress(method, digest(text, FIXED + method.prefix()));
    }

    private static Digest digest(String text, String prefix) {
        String rest = text.substring(prefix.length());
        if (rest.indexOf(':') < 0) {
            throw new IllegalArgumentException(
                    "'" + Quoted.of(text) + "' is not a content address: wanted ALGORITHM:HASH after '" + prefix + "'");
        }
        return Digest.parse(rest);
    }

    @Override
    public String toString() {
        return (method == ContentMethod.TEXT ? "" : FIXED) + method.prefix() + digest;
    }
}
