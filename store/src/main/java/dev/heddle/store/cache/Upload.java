package dev.heddle.store.cache;

import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import dev.heddle.store.nar.NarEntry;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarListing;
import dev.heddle.store.nar.NarReader;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What came of compressing an archive.
 *
 * @param file the hash and the size of the compressed bytes
 * @param listing what is in the archive, if it was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, and never compared
record Upload(NarHash file, byte @Nullable [] listing) {

    private static final int BUFFER_BYTES = 1 << 16;

    /** What the compressed archive is called. */
    String fileName(Compression compression) {
        return file.digest().nix32() + ".nar" + compression.suffix();
    }

    /**
     * Reads an archive, checks that it is one and the one that {@code info} tells of, and writes it compressed.
     *
     * @param nar read as far as the archive should go, not closed
     * @param out closed
     */
    static Upload write(PathInfo info, InputStream nar, Compression compression, OutputStream out, boolean listed)
            throws IOException {
        NarHash.Sink file = new NarHash.Sink(out);
        byte @Nullable [] listing = null;
        NarHash content;
        try (OutputStream compressed =
                new BufferedOutputStream(compression.writing(closing(file, out)), BUFFER_BYTES)) {
            NarHash.Source hashed = new NarHash.Source(new Limited(nar, info.narSize()));
            InputStream copied = new Copied(new BufferedInputStream(hashed, BUFFER_BYTES), compressed);
            NarReader reader = NarReader.of(copied, NarLimits.DEFAULT.withArchiveBytes(info.narSize()));
            if (listed) {
                listing = NarListing.of(reader).write();
            } else {
                passOver(reader);
            }
            content = hashed.result();
        }
        if (content.size() != info.narSize() || !content.digest().equals(info.narHash())) {
            throw new StoreException(info.path() + " cannot be added: its archive has " + content.size()
                    + " bytes with the hash " + content.digest() + ", but should have " + info.narSize() + " with "
                    + info.narHash());
        }
        return new Upload(file.result(), listing);
    }

    private static void passOver(NarReader reader) throws IOException {
        @Nullable NarEntry entry = reader.next();
        while (entry != null) {
            entry = reader.next();
        }
    }

    /** Closes {@code below} with {@code hashed}, which passes everything on but its end. */
    private static OutputStream closing(NarHash.Sink hashed, OutputStream below) {
        return new FilterOutputStream(hashed) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                hashed.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                below.close();
            }
        };
    }

    /** So many bytes of a stream and no more; what follows is left where it is. */
    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long most) {
            super(in);
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            int b = left == 0 ? -1 : in.read();
            left -= b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int got = left == 0 ? -1 : in.read(into, from, (int) Math.min(length, left));
            left -= Math.max(0, got);
            return got;
        }
    }

    /** Writes what is read to another place as well. */
    private static final class Copied extends InputStream {
        private final InputStream in;
        private final OutputStream copy;

        Copied(InputStream in, OutputStream copy) {
            this.in = in;
            this.copy = copy;
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            if (b >= 0) {
                copy.write(b);
            }
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int got = in.read(into, from, length);
            if (got > 0) {
                copy.write(into, from, got);
            }
            return got;
        }
    }
}
