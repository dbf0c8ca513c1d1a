package dev.heddle.store.cache;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/**
 * How a NAR in a cache, or the log of a build, is made smaller.
 *
 * <p><b>Hostile input.</b> Reading takes at most {@value #MAX_MEMORY_BYTES} bytes of memory, whatever the input asks for: that
 * is room for every preset of xz but the last, and for zstd up to level 21. It gives at most the number of bytes that the
 * caller allows. An input that is cut, damaged or followed by something else fails with an {@code IOException} that says so;
 * the time taken grows with the input and what comes out of it, not with what it claims.
 *
 * <p><b>Memory when writing.</b> About 95 MiB for xz, 10 MiB for bzip2 and zstd.
 *
 * <p>zstd is native code, which has to be a file before it can be loaded. It is written into a new private directory below
 * the one for temporary files, loaded, and deleted at once; where that directory does not allow programs, name another one
 * by the system property {@code ZstdTempFolder}.
 */
public enum Compression {
    /** As it is. */
    NONE("none", "") {
        @Override
        InputStream reader(InputStream in) {
            return in;
        }

        @Override
        OutputStream writer(OutputStream out) {
            return out;
        }
    },
    /** The smallest, and slow to write. */
    XZ("xz", ".xz") {
        @Override
        InputStream reader(InputStream in) throws IOException {
            // With a cache the dictionary is one array for all blocks, however many there are.
            return new XZInputStream(in, MAX_MEMORY_BYTES >> 10, true, new BasicArrayCache());
        }

        @Override
        OutputStream writer(OutputStream out) throws IOException {
            return new XZOutputStream(out, new LZMA2Options(), org.tukaani.xz.XZ.CHECK_CRC64);
        }
    },
    /** Fast both ways. */
    ZSTD("zstd", ".zst") {
        @Override
        InputStream reader(InputStream in) throws IOException {
            ZstdLibrary.load();
            return new ZstdInputStreamNoFinalizer(in).setLongMax(LARGEST_WINDOW_LOG);
        }

        @Override
        OutputStream writer(OutputStream out) throws IOException {
            ZstdLibrary.load();
            return new ZstdOutputStreamNoFinalizer(out).setChecksum(true);
        }
    },
    /** Old caches, and the logs of builds. */
    BZIP2("bzip2", ".bz2") {
        @Override
        InputStream reader(InputStream in) throws IOException {
            return new BZip2CompressorInputStream(in, true);
        }

        @Override
        OutputStream writer(OutputStream out) throws IOException {
            return new BZip2CompressorOutputStream(out);
        }

        @Override
        public OutputStream writing(OutputStream out, long size) throws IOException {
            // Of an unknown size, which zero stands for, the largest blocks are chosen: 8 MiB to be cleared for each
            // log.
            int block = BZip2CompressorOutputStream.chooseBlockSize(Math.max(1, size));
            return new BZip2CompressorOutputStream(out, block);
        }
    };

    /** The most memory that reading takes: 64 MiB. */
    public static final int MAX_MEMORY_BYTES = 1 << 26;

    /** A window of 64 MiB. */
    private static final int LARGEST_WINDOW_LOG = 26;

    /** What Nix can write besides; nobody is known to serve it. */
    private static final Set<String> REFUSED =
            Set.of("gzip", "br", "brotli", "lz4", "lzip", "lzma", "compress", "grzip");

    private final String text;
    private final String suffix;

    Compression(String text, String suffix) {
        this.text = text;
        this.suffix = suffix;
    }

    /**
     * The compression that a narinfo calls {@code name}.
     *
     * @throws IllegalArgumentException if it is not known, or known and not supported
     */
    public static Compression of(String name) {
        for (Compression compression : values()) {
            if (compression.text.equals(name)) {
                return compression;
            }
        }
        String known = Stream.of(values()).map(Compression::toString).collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                REFUSED.contains(name)
                        ? "compression '" + name + "' is not supported; have the cache written with one of " + known
                        : "unknown compression; wanted one of " + known);
    }

    /** What a file's name has at its end; nothing for {@link #NONE}. */
    public String suffix() {
        return suffix;
    }

    /**
     * What {@code in} holds, read as it is asked for.
     *
     * @param in read to its end; closed with the stream that is returned
     * @param mostBytes how many bytes may come out
     * @throws IOException if {@code in} does not begin as it should; {@code in} is then closed
     */
    public InputStream reading(InputStream in, long mostBytes) throws IOException {
        return new Decompressed(this, in, mostBytes);
    }

    /**
     * Compresses what is written into {@code out}. Closing the stream that is returned writes what is left, and closes
     * {@code out}. Small writes: give it a buffered stream.
     */
    public OutputStream writing(OutputStream out) throws IOException {
        return writer(out);
    }

    /**
     * As {@link #writing(OutputStream)}, with less memory and time for what is small.
     *
     * @param size how many bytes will be written, about
     */
    public OutputStream writing(OutputStream out, long size) throws IOException {
        return writing(out);
    }

    abstract InputStream reader(InputStream in) throws IOException;

    abstract OutputStream writer(OutputStream out) throws IOException;

    /** What a narinfo calls it. */
    @Override
    public String toString() {
        return text;
    }
}
