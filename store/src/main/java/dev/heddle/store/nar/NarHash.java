package dev.heddle.store.nar;

import dev.heddle.core.derivation.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
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
        Sink hashing = new Sink(OutputStream.nullOutputStream());
        NarWriter.dump(tree, hashing);
        return hashing.result();
    }

    /** The digest of another kind of the archive of the tree at {@code tree}; fails as {@link NarWriter#dump} does. */
    public static Digest ofTree(Path tree, Digest.Algorithm algorithm) throws IOException {
        MessageDigest hash = algorithm.newMessageDigest();
        NarWriter.dump(tree, new DigestOutputStream(OutputStream.nullOutputStream(), hash));
        return Digest.of(algorithm, hash.digest());
    }

    /** Hashes an archive on its way into another stream, which is not closed. Used by one thread at a time. */
    public static final class Sink extends OutputStream {
        private final OutputStream out;
        private final MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
        private long size;

        /** Passes everything on to {@code out}. */
        public Sink(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            hash.update((byte) b);
            size++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            hash.update(bytes, from, length);
            size += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        /** The hash of what was written; may be asked once. */
        public NarHash result() {
            return new NarHash(Digest.of(Digest.Algorithm.SHA256, hash.digest()), size);
        }
    }

    /** Hashes an archive while it is read from another stream, which is not closed. Used by one thread at a time. */
    public static final class Source extends InputStream {
        private final InputStream in;
        private final MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
        private long size;

        /** Reads from {@code in} what is asked for, and no more. */
        public Source(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            if (b >= 0) {
                hash.update((byte) b);
                size++;
            }
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int count = in.read(into, from, length);
            if (count > 0) {
                hash.update(into, from, count);
                size += count;
            }
            return count;
        }

        /** The hash of what was read; may be asked once. */
        public NarHash result() {
            return new NarHash(Digest.of(Digest.Algorithm.SHA256, hash.digest()), size);
        }
    }
}
