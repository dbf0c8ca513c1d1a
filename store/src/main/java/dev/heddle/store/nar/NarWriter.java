package dev.heddle.store.nar;

import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes a NAR, entry after entry, in the form that {@link NarReader} describes. What breaks its rules is refused: whatever
 * is written can be read.
 *
 * <p>Call one of {@link #file}, {@link #symlink} or {@link #directory} for the root, whose name is empty; after a directory,
 * its entries in the order of their names, then {@link #endDirectory}; at the end {@link #finish}.
 *
 * <p><b>Memory.</b> One buffer of a fixed size and one name per open directory.
 *
 * <p><b>Threads.</b> One at a time; the writer blocks as its stream does and does not close it.
 *
 * <p><b>Failure.</b> {@link NarException} for a name, depth or size that may not be in an archive, {@link IOException} from
 * the stream as it is; after either the archive is spoilt. {@link IllegalStateException} for calls out of order.
 */
public final class NarWriter {

    private static final byte[] START = NarOutput.words(NarReader.MAGIC);
    private static final byte[] ENTRY = NarOutput.words("entry", "(", "name");
    private static final byte[] NODE = NarOutput.words("node");
    private static final byte[] FILE = NarOutput.words("(", "type", "regular", "contents");
    private static final byte[] EXECUTABLE = NarOutput.words("(", "type", "regular", "executable", "", "contents");
    private static final byte[] SYMLINK = NarOutput.words("(", "type", "symlink", "target");
    private static final byte[] DIRECTORY = NarOutput.words("(", "type", "directory");
    private static final byte[] CLOSE = NarOutput.words(")");

    private final NarOutput out;
    private final NarLimits limits;
    /** The last name written in each open directory; {@link RawName#EMPTY} before the first. */
    private final RawName[] lastNames;

    private int depth;
    private long entries;

    /** A writer of one archive to {@code out}, which needs no buffer of its own. */
    public NarWriter(OutputStream out, NarLimits limits) {
        this.out = new NarOutput(Objects.requireNonNull(out, "out"), limits.archiveBytes());
        this.limits = limits;
        this.lastNames = new RawName[limits.depth()];
    }

    /** {@link #dump(Path, OutputStream, NarLimits)} with {@link NarLimits#DEFAULT}. */
    public static void dump(Path tree, OutputStream out) throws IOException {
        dump(tree, out, NarLimits.DEFAULT);
    }

    /**
     * Writes the archive of the tree at {@code tree}: a directory, a regular file or a symbolic link, which is not followed.
     * Memory grows with the longest listing of the directories that are open at once.
     *
     * <p>Directories are walked by handle, so that one that another process exchanges for a link meanwhile is not followed;
     * a tree that changes while it is read may still give an archive of a state that never was.
     *
     * @throws NarException if the tree goes beyond {@code limits}
     * @throws IOException if reading or writing fails, a file changes its size meanwhile, something is neither file, link
     *     nor directory, or the file system lacks directory handles and POSIX permissions
     */
    public static void dump(Path tree, OutputStream out, NarLimits limits) throws IOException {
        NarWriter writer = new NarWriter(out, limits);
        new TreeDump(writer, limits).root(tree);
        writer.finish();
    }

    /**
     * Writes the archive of the tree that is an entry of an open directory; for the rest as
     * {@link #dump(Path, OutputStream, NarLimits)}.
     */
    public static void dump(Folder parent, RawName name, OutputStream out, NarLimits limits) throws IOException {
        NarWriter writer = new NarWriter(out, limits);
        new TreeDump(writer, limits).root(parent, name);
        writer.finish();
    }

    /** The number of bytes of the archive written so far. */
    public long offset() {
        return out.offset();
    }

    /**
     * Writes a regular file of {@code size} bytes.
     *
     * @param name its name in the open directory; empty for the root
     * @param content a channel in blocking mode that ends after {@code size} bytes; not closed
     * @throws IOException if {@code content} has fewer or more bytes, for one
     */
    public void file(RawName name, boolean executable, long size, ReadableByteChannel content) throws IOException {
        if (size < 0) {
            throw new IllegalArgumentException("size must not be negative: " + size);
        }
        if (size > limits.fileBytes()) {
            throw new NarException(
                    out.offset(),
                    "file '" + name + "' of " + size + " bytes; at most " + limits.fileBytes() + " are allowed");
        }
        begin(name);
        out.raw(executable ? EXECUTABLE : FILE);
        out.word(size);
        long had = out.transfer(content, size);
        if (had < size || content.read(ByteBuffer.allocate(1)) > 0) {
            throw new IOException("file '" + name + "' changed while it was read: it had " + size + " bytes, then "
                    + (had < size ? had : "more"));
        }
        out.padding(size);
        endNode();
    }

    /**
     * Writes a symbolic link.
     *
     * @param name its name in the open directory; empty for the root
     * @param target what it points at: any bytes but zero
     */
    public void symlink(RawName name, RawName target) throws IOException {
        if (target.length() < 1 || target.length() > limits.targetBytes() || target.contains(0)) {
            throw new NarException(
                    out.offset(),
                    "symlink '" + name + "' has a target of " + target.length() + " bytes; 1 to " + limits.targetBytes()
                            + ", none of them zero, are allowed");
        }
        begin(name);
        out.raw(SYMLINK);
        out.string(target.bytes());
        endNode();
    }

    /**
     * Begins a directory.
     *
     * @param name its name in the open directory; empty for the root
     */
    public void directory(RawName name) throws IOException {
        if (depth == limits.depth()) {
            throw new NarException(
                    out.offset(),
                    "directory '" + name + "' is too deep: more than " + limits.depth()
                            + " directories inside one another");
        }
        begin(name);
        out.raw(DIRECTORY);
        lastNames[depth++] = RawName.EMPTY;
    }

    /** Ends the directory that was begun last. */
    public void endDirectory() throws IOException {
        if (depth == 0) {
            throw new IllegalStateException("no directory is open");
        }
        depth--;
        endNode();
    }

    /** Ends the archive and flushes the stream. */
    public void finish() throws IOException {
        if (entries == 0 || depth > 0) {
            throw new IllegalStateException(
                    entries == 0 ? "an archive needs a root" : depth + " directories have not been ended");
        }
        out.flush();
    }

    private void begin(RawName name) throws IOException {
        if (depth == 0) {
            if (entries > 0 || name.length() > 0) {
                throw new IllegalStateException(
                        "an archive has one root, without a name; '" + name + "' is in no directory");
            }
            out.raw(START);
        } else {
            if (name.length() > limits.nameBytes()) {
                throw new NarException(
                        out.offset(),
                        "entry name '" + name + "' has " + name.length() + " bytes; 1 to " + limits.nameBytes()
                                + " are allowed");
            }
            NameRules.check(name, lastNames[depth - 1], out.offset());
            lastNames[depth - 1] = name;
            out.raw(ENTRY);
            out.string(name.bytes());
            out.raw(NODE);
        }
        if (++entries > limits.entries()) {
            throw new NarException(out.offset(), "more than " + limits.entries() + " entries");
        }
    }

    private void endNode() throws IOException {
        out.raw(CLOSE);
        if (depth > 0) {
            out.raw(CLOSE);
        }
    }
}
