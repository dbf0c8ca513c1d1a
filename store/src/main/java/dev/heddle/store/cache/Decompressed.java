package dev.heddle.store.cache;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.MemoryLimitException;

/**
 * What comes out of a decompressor: at most so many bytes, and every way in which bad input shows itself as an
 * {@code IOException} for people. Used by one thread.
 */
final class Decompressed extends InputStream {

    private static final int BUFFER_BYTES = 1 << 16;

    private final Compression compression;
    private final Raw raw;
    private final InputStream in;
    private final long most;
    private long count;

    Decompressed(Compression compression, InputStream raw, long most) throws IOException {
        this.compression = compression;
        this.most = most;
        this.raw = new Raw(raw);
        try {
            this.in = guarded(() -> compression.reader(this.raw));
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        // One byte more than is left shows whether there is one.
        int wanted = (int) Math.min(length, Math.max(1, most - count));
        int got = guarded(() -> in.read(into, from, wanted));
        if (got < 0 && raw.empty && compression != Compression.NONE) {
            throw cut(null);
        }
        if (got > 0) {
            count += got;
            if (count > most) {
                throw new IOException("more comes out of it than the " + most + " bytes that it should hold");
            }
        }
        return got;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T guarded(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (RawException e) {
            throw e.cause;
        } catch (EOFException e) {
            throw cut(e);
        } catch (MemoryLimitException e) {
            throw new IOException(
                    "the xz data wants " + (e.getMemoryNeeded() >> 10) + " MiB of memory to be read; allowed are "
                            + (e.getMemoryLimit() >> 10) + " (write it with a smaller dictionary)",
                    e);
        } catch (IOException e) {
            throw damaged(e);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            // Reading bzip2 fails so on some damaged tables.
            throw damaged(e);
        }
    }

    private IOException cut(@Nullable EOFException cause) {
        return new IOException("the " + compression + " data ends too early: the file is cut", cause);
    }

    private IOException damaged(Exception cause) {
        return new IOException("bad " + compression + " data: " + cause.getMessage(), cause);
    }

    /** A failure of the input itself, which is not the fault of what is in it. */
    private static final class RawException extends IOException {
        private static final long serialVersionUID = 1;

        private final transient IOException cause;

        RawException(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    /** The compressed bytes, in large pieces. */
    private static final class Raw extends FilterInputStream {
        private boolean empty = true;

        Raw(InputStream in) {
            super(new BufferedInputStream(in, BUFFER_BYTES));
        }

        @Override
        public int read() throws IOException {
            try {
                int b = super.read();
                empty &= b < 0;
                return b;
            } catch (IOException e) {
                throw new RawException(e);
            }
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            try {
                int got = super.read(into, from, length);
                empty &= got <= 0;
                return got;
            } catch (IOException e) {
                throw new RawException(e);
            }
        }
    }
}
