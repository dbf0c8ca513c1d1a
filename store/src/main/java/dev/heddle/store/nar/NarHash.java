package dev.heddle.store.nar;

import dev.heddle.core.derivation.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * What names a tree by its content: the SHA-256 digest of its archive, and the archive's size.
 *
 * @param digest the digest
 * @param size number of bytes
 */
public record NarHash(Digest digest, long size) {

    /** Hashes the archive of the tree at {@code tree} without keeping it; fails as {@link NarWriter#dump} does. */
    public static NarHash ofTree(Path tree) throws IOException {
        Hashing hashing = new Hashing();
        NarWriter.dump(tree, hashing);
        return hashing.result();
    }

    private static final class Hashing extends OutputStream {
        private final MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
        private long size;

        @Override
        public void write(int b) {
            hash.update((byte) b);
            size++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            hash.update(bytes, from, length);
            size += length;
        }

        NarHash result() {
            return new NarHash(Digest.of(Digest.Algorithm.SHA256, hash.digest()), size);
        }
    }
}
