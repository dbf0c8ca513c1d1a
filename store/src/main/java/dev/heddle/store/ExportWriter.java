package dev.heddle.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.wire.WireWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes an export: several paths with their references in one stream, as {@code nix-store --export} does.
 *
 * <pre>
 * export = { word(1) NAR word("NIXE") str(PATH) list(REFERENCE...) str(DERIVER or "") word(0) } word(0)
 * </pre>
 *
 * <p>References have to come before what refers to them. The stream vouches for nothing: who imports it trusts who sent it.
 *
 * <p><b>Threads.</b> One at a time; blocks as the stream does, and does not close it.
 */
public final class ExportWriter {

    /** What follows each archive: "NIXE". */
    static final long MAGIC = 0x4558494e;

    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final WireWriter words;

    /** Writes to {@code out}. */
    public ExportWriter(OutputStream out) {
        this.out = new BufferedOutputStream(out, BUFFER_BYTES);
        this.words = new WireWriter(this.out);
    }

    /** Gives the content of a path. */
    @FunctionalInterface
    public interface NarSource {
        /** Writes the whole NAR to {@code out} and does not close it. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes one path.
     *
     * @throws StoreException if {@code nar} gives other content than {@code info} tells; the stream is then of no use
     */
    public void write(PathInfo info, NarSource nar) throws IOException {
        words.word(1);
        NarHash.Sink hash = new NarHash.Sink(out);
        nar.writeTo(hash);
        NarHash found = hash.result();
        if (!found.digest().equals(info.narHash()) || found.size() != info.narSize()) {
            throw new StoreException(info.path() + " has changed: recorded are " + info.narHash() + " and "
                    + info.narSize() + " bytes, found " + found.digest() + " and " + found.size() + " bytes");
        }
        words.word(MAGIC);
        words.string(info.path().toString());
        words.strings(info.references());
        @Nullable StorePath deriver = info.deriver();
        words.string(deriver == null ? "" : deriver.toString());
        words.word(0);
    }

    /** Ends the export and flushes the stream. */
    public void finish() throws IOException {
        words.word(0);
        out.flush();
    }
}
