package dev.heddle.store.nar;

import dev.heddle.core.derivation.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Hashes content that names its own path, as if it did not: each place of the path's hash part counts as 32 zero bytes, and
 * the offsets of these places follow the content as {@code |OFFSET}. The path then follows from the content
 * ({@link dev.heddle.core.derivation.StorePath#ofSelfReferring}).
 *
 * <p>Keeps 8 bytes for each place, at most {@value #MAX_PLACES} of them. Used by one thread at a time.
 */
public final class SelfHash extends OutputStream {

    /** More than any file of a package has; 8 MiB of memory. */
    public static final int MAX_PLACES = 1 << 20;

    private final MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
    private final List<Long> places = new ArrayList<>();
    private final HashRewriter rewriter;

    /** Hashes what is written to it, without {@code hashPart}. */
    public SelfHash(String hashPart) {
        OutputStream into = new OutputStream() {
            @Override
            public void write(int b) {
                hash.update((byte) b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                hash.update(bytes, from, length);
            }
        };
        this.rewriter = HashRewriter.blanking(hashPart, into, places::add);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        rewriter.write(bytes, from, length);
        if (places.size() > MAX_PLACES) {
            throw new IOException("the content names its own path more than " + MAX_PLACES + " times");
        }
    }

    /** The hash; nothing may be written after it. */
    public Digest finish() throws IOException {
        rewriter.finish();
        for (long place : places) {
            hash.update(("|" + place).getBytes(StandardCharsets.US_ASCII));
        }
        return Digest.of(Digest.Algorithm.SHA256, hash.digest());
    }

    /** Whether the content named its own path; known after {@link #finish}. */
    public boolean found() {
        return !places.isEmpty();
    }
}
