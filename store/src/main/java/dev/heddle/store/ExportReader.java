package dev.heddle.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarReader;
import dev.heddle.store.wire.WireFormatException;
import dev.heddle.store.wire.WireReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ExportWriter} or {@code nix-store --export} wrote. Only who trusts its sender should import it: nothing in
 * it is signed.
 *
 * <p><b>Limits.</b> {@link NarLimits} for each archive, {@value #MAX_REFERENCES} references for each path.
 *
 * <p><b>Threads.</b> One at a time; blocks as the stream does, and does not close it. May read some bytes beyond the export.
 *
 * <p><b>Failure.</b> {@link WireFormatException} and {@link dev.heddle.store.nar.NarException} for bytes that are no export,
 * {@link java.io.EOFException} where it is cut. After either the reader must not be used again.
 */
public final class ExportReader {

    /** More than any path has. */
    public static final int MAX_REFERENCES = 1 << 20;

    private static final int MAX_PATH_BYTES = 4096;
    private static final int MAX_SIGNATURE_BYTES = 1 << 16;
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final WireReader words;
    private final NarLimits limits;
    private boolean ended;

    /** Reads from {@code in}. */
    public ExportReader(InputStream in, NarLimits limits) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
        this.words = new WireReader(this.in);
        this.limits = limits;
    }

    /** Takes the content of a path, before it is known which path it is. */
    @FunctionalInterface
    public interface NarTaker {
        /** Reads as much of the archive as it wants. */
        void take(NarReader nar) throws IOException;
    }

    /**
     * Reads the next path.
     *
     * @param taker gets the content first
     * @return what the stream tells of the path, with the hash and the size that its content has; empty at the end, and then
     *     for ever
     */
    public Optional<PathInfo> next(NarTaker taker) throws IOException {
        if (ended) {
            return Optional.empty();
        }
        long start = words.offset();
        if (!words.flag("the mark before a path")) {
            ended = true;
            return Optional.empty();
        }
        NarHash.Source hash = new NarHash.Source(in);
        NarReader nar = NarReader.embedded(hash, limits);
        taker.take(nar);
        while (nar.next() != null) {
            // What the taker left unread belongs to the hash all the same.
        }
        NarHash content = hash.result();
        words.passed(content.size());
        long magic = words.offset();
        if (words.word() != ExportWriter.MAGIC) {
            throw new WireFormatException(magic, "wanted the mark 'NIXE' behind the archive");
        }
        StorePath path = path("the path", words.offset(), words.string("the path", MAX_PATH_BYTES));
        SortedSet<StorePath> references = new TreeSet<>();
        long at = words.offset();
        for (String reference : words.strings("reference", MAX_REFERENCES, MAX_PATH_BYTES)) {
            references.add(path("a reference", at, reference));
        }
        at = words.offset();
        String deriver = words.string("the deriver", MAX_PATH_BYTES);
        @Nullable StorePath from = deriver.isEmpty() ? null : path("the deriver", at, deriver);
        if (words.flag("the mark of a signature")) {
            words.bytes("a signature", MAX_SIGNATURE_BYTES);
        }
        try {
            return Optional.of(PathInfo.of(path, content.digest(), content.size(), references)
                    .withDeriver(from));
        } catch (IllegalArgumentException e) {
            throw new WireFormatException(start, String.valueOf(e.getMessage()));
        }
    }

    private static StorePath path(String what, long offset, String text) throws WireFormatException {
        try {
            return StorePath.parse(text);
        } catch (IllegalArgumentException e) {
            throw new WireFormatException(offset, what + ": " + e.getMessage());
        }
    }
}
