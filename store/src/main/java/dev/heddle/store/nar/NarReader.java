package dev.heddle.store.nar;

import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a NAR, entry after entry, as the caller asks for them.
 *
 * <pre>
 * archive = str("nix-archive-1") node
 * node    = str("(") str("type") body str(")")
 * body    = str("regular") [ str("executable") str("") ] str("contents") str(BYTES)
 *         | str("symlink") str("target") str(TARGET)
 *         | str("directory") { str("entry") str("(") str("name") str(NAME) str("node") node str(")") }
 * str(x)  = length of x in 8 bytes, least significant first; x; zero bytes up to a multiple of 8
 * </pre>
 *
 * <p><b>Strictness.</b> Exactly this grammar is taken. Names must rise strictly in the order of unsigned bytes; empty ones,
 * {@code .} and {@code ..}, and those with a slash or a zero byte are refused; so is everything beyond the {@link NarLimits}.
 *
 * <p><b>Memory.</b> Constant: one name per open directory. Nothing is allocated on the word of a length field.
 *
 * <p><b>Threads.</b> One at a time; the reader blocks as its stream does and does not close it.
 *
 * <p><b>Failure.</b> {@link NarException} with the offset for bytes that are no NAR, {@link IOException} from the stream as it
 * is. After either the reader must not be used again.
 */
public final class NarReader {

    static final String MAGIC = "nix-archive-1";

    private static final int BUFFER_BYTES = 1 << 16;

    private enum State {
        START,
        FILE,
        /** Behind the body of a file or link, before the parenthesis that closes its node. */
        BEHIND_NODE,
        IN_DIRECTORY,
        END
    }

    private final NarInput in;
    private final NarLimits limits;
    private final boolean toEnd;
    /** The last name read in each open directory; {@link RawName#EMPTY}, which is below every name, before the first. */
    private final RawName[] lastNames;

    private State state = State.START;
    private int depth;
    private long entries;
    /** Bytes of the current file that are still to be read, and the size it has. */
    private long fileLeft;

    private long fileSize;

    private NarReader(InputStream in, NarLimits limits, boolean toEnd) {
        this.in = new NarInput(Objects.requireNonNull(in, "in"), limits.archiveBytes());
        this.limits = limits;
        this.toEnd = toEnd;
        this.lastNames = new RawName[limits.depth()];
    }

    /** A reader of a stream that holds one archive and nothing else. Small reads: give it a buffered stream. */
    public static NarReader of(InputStream in, NarLimits limits) {
        return new NarReader(in, limits, true);
    }

    /** A reader of an archive with something behind it: not one byte is read beyond the archive's end. */
    public static NarReader embedded(InputStream in, NarLimits limits) {
        return new NarReader(in, limits, false);
    }

    /** {@link #unpack(InputStream, Path, NarLimits)} with {@link NarLimits#DEFAULT}. */
    public static void unpack(InputStream in, Path target) throws IOException {
        unpack(in, target, NarLimits.DEFAULT);
    }

    /**
     * Makes the tree of an archive at {@code target}, with the modes that Nix stores have: files 0444, or 0555 where
     * executable, directories 0555; and their times, one second after the epoch.
     *
     * <p>The tree is made in a new private directory beside {@code target} and gets its name when the archive has been read
     * to its end. If anything fails, nothing is left behind. Links are never followed and parents are held open, so that no
     * archive, and no other process, can lead a write elsewhere. Nothing is synced to the disk.
     *
     * @param in one archive and nothing else; read to its end, not closed
     * @param target a path at which nothing exists, in a directory that exists
     * @throws NarException if the bytes are no archive within {@code limits}
     * @throws java.nio.file.FileAlreadyExistsException if there is something at {@code target}
     * @throws IOException if reading or writing fails, or the file system lacks what safe unpacking needs (POSIX
     *     permissions and directory handles, as on Linux)
     */
    public static void unpack(InputStream in, Path target, NarLimits limits) throws IOException {
        NarUnpacker.unpack(of(new BufferedInputStream(in, BUFFER_BYTES), limits), target);
    }

    /**
     * Makes the tree of an archive as an entry of an open directory that nobody else can change, with the modes and times that
     * {@link CanonicalForm} tells. Nothing is synced. What was made is removed if this fails.
     *
     * @param in one archive and nothing else; read to its end, not closed
     * @throws NarException if the bytes are no archive within {@code limits}
     * @throws java.nio.file.FileAlreadyExistsException if there is an entry {@code name} already
     */
    public static void unpack(InputStream in, Folder parent, RawName name, NarLimits limits) throws IOException {
        NarUnpacker.unpack(of(new BufferedInputStream(in, BUFFER_BYTES), limits), parent, name);
    }

    /**
     * Makes the tree of an archive that a reader has only begun with, as
     * {@link #unpack(InputStream, Folder, RawName, NarLimits)} does; for archives with something behind them.
     *
     * @param reader of which nothing was read yet; at the end of its archive afterwards
     */
    public static void unpack(NarReader reader, Folder parent, RawName name) throws IOException {
        NarUnpacker.unpack(reader, parent, name);
    }

    /** The number of bytes of the archive read so far. */
    public long offset() {
        return in.offset();
    }

    /**
     * Goes on to the next entry; what is unread of a file is passed over.
     *
     * @return the entry, or null at the end of the archive, and then for ever
     */
    public @Nullable NarEntry next() throws IOException {
        if (state == State.FILE) {
            in.skip(fileLeft);
            endFile();
        }
        return switch (state) {
            case START -> {
                in.expect(MAGIC);
                yield node(RawName.EMPTY);
            }
            case IN_DIRECTORY -> directoryItem();
            case BEHIND_NODE -> {
                in.expect(")");
                afterNode();
                yield next();
            }
            case END -> null;
            case FILE -> throw new AssertionError("BUG: an ended file is still open");
        };
    }

    /**
     * Reads from the file that {@link #next} returned last.
     *
     * @return the number of bytes read, at least one unless {@code length} is zero; -1 at the end of the file, or if the last
     *     entry was no file
     */
    public int read(byte[] into, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, into.length);
        if (state != State.FILE) {
            return -1;
        }
        int count = in.some(into, from, (int) Math.min(length, fileLeft));
        fileLeft -= count;
        if (fileLeft == 0) {
            endFile();
        }
        return count;
    }

    private void endFile() throws IOException {
        in.padding(fileSize);
        state = State.BEHIND_NODE;
    }

    /** Reads a node from its opening parenthesis to the end of what can be told of it. */
    private NarEntry node(RawName name) throws IOException {
        if (++entries > limits.entries()) {
            throw new NarException(in.offset(), "more than " + limits.entries() + " entries");
        }
        in.expect("(");
        in.expect("type");
        long start = in.offset();
        String type = in.keyword();
        return switch (type) {
            case "regular" -> file(name);
            case "symlink" -> symlink(name);
            case "directory" -> {
                if (depth == limits.depth()) {
                    throw new NarException(start, "too deep: more than " + depth + " directories inside one another");
                }
                lastNames[depth++] = RawName.EMPTY;
                state = State.IN_DIRECTORY;
                yield new NarEntry.Directory(name);
            }
            default -> throw NarInput.unexpected(start, "regular', 'symlink' or 'directory", type);
        };
    }

    private NarEntry file(RawName name) throws IOException {
        long start = in.offset();
        String word = in.keyword();
        boolean executable = word.equals("executable");
        if (executable) {
            in.expect("");
            start = in.offset();
            word = in.keyword();
        }
        if (!word.equals("contents")) {
            throw NarInput.unexpected(start, executable ? "contents" : "executable' or 'contents", word);
        }
        start = in.offset();
        fileSize = in.word();
        if (fileSize < 0 || fileSize > limits.fileBytes()) {
            throw new NarException(
                    start,
                    "file of " + Long.toUnsignedString(fileSize) + " bytes; at most " + limits.fileBytes()
                            + " are allowed");
        }
        NarEntry.File file = new NarEntry.File(name, executable, fileSize, in.offset());
        fileLeft = fileSize;
        state = fileSize == 0 ? State.BEHIND_NODE : State.FILE;
        return file;
    }

    private NarEntry symlink(RawName name) throws IOException {
        in.expect("target");
        long start = in.offset();
        RawName target = in.string("symlink target", limits.targetBytes());
        if (target.contains(0)) {
            throw new NarException(start, "symlink target has a zero byte: '" + target + "'");
        }
        state = State.BEHIND_NODE;
        return new NarEntry.Symlink(name, target);
    }

    /** Reads what may stand in a directory: another entry, or the parenthesis that closes it. */
    private NarEntry directoryItem() throws IOException {
        long start = in.offset();
        String word = in.keyword();
        if (word.equals(")")) {
            depth--;
            afterNode();
            return new NarEntry.DirectoryEnd();
        }
        if (!word.equals("entry")) {
            throw NarInput.unexpected(start, "entry' or ')", word);
        }
        in.expect("(");
        in.expect("name");
        start = in.offset();
        RawName name = in.string("entry name", limits.nameBytes());
        NameRules.check(name, lastNames[depth - 1], start);
        lastNames[depth - 1] = name;
        in.expect("node");
        return node(name);
    }

    /** Behind the closing parenthesis of a node. */
    private void afterNode() throws IOException {
        if (depth > 0) {
            in.expect(")");
            state = State.IN_DIRECTORY;
            return;
        }
        if (toEnd) {
            in.expectEnd();
        }
        state = State.END;
    }
}
