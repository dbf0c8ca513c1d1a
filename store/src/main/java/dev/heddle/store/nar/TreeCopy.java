package dev.heddle.store.nar;

import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Copies a tree into a store's form while its archive is written elsewhere, to a hash say: everything is read once. The copy
 * has the {@link CanonicalForm}.
 *
 * <p><b>Memory.</b> Constant but for the listings of the directories that are open at once.
 *
 * <p><b>Failure.</b> What was copied until then stays where it is; whoever gave the directory removes it.
 */
public final class TreeCopy {

    private final NarWriter writer;
    private final NarLimits limits;

    private TreeCopy(NarWriter writer, NarLimits limits) {
        this.writer = writer;
        this.limits = limits;
    }

    /** Where a tree is, or shall be: an entry of an open directory. */
    public record Place(Folder folder, RawName name) {}

    /**
     * Copies the tree at {@code from}, a directory, a regular file or a symbolic link, to {@code to}, where nothing is.
     *
     * @param archive gets the archive; flushed, not closed
     * @throws NarException if the tree goes beyond {@code limits}
     * @throws IOException if reading or writing fails, a file changes its size meanwhile, or something is neither file, link
     *     nor directory
     */
    public static void copy(Place from, Place to, OutputStream archive, NarLimits limits) throws IOException {
        NarWriter writer = new NarWriter(archive, limits);
        new TreeCopy(writer, limits).entry(from, to, RawName.EMPTY);
        writer.finish();
    }

    /**
     * Copies the bytes of the regular file at {@code from} alone: the copy is not executable.
     *
     * @param bytes gets the file's bytes as well; not closed
     * @param archive gets the archive of the copy; flushed, not closed
     */
    public static void copyFile(Place from, Place to, WritableByteChannel bytes, OutputStream archive, NarLimits limits)
            throws IOException {
        if (from.folder().kind(from.name()) != FileFacts.Kind.FILE) {
            throw new IOException(
                    from.folder().path() + "/" + from.name() + " is no regular file, which is wanted here");
        }
        try (SeekableByteChannel content = from.folder().read(from.name())) {
            writeFile(new Tee(content, bytes), content.size(), to, archive, limits);
        }
    }

    /**
     * Makes a regular file of {@code size} bytes that is not executable.
     *
     * @param content ends after {@code size} bytes; not closed
     * @param archive gets the archive of the file; flushed, not closed
     */
    public static void writeFile(
            ReadableByteChannel content, long size, Place to, OutputStream archive, NarLimits limits)
            throws IOException {
        NarWriter writer = new NarWriter(archive, limits);
        try (WritableByteChannel copy = to.folder().create(to.name(), CanonicalForm.PLAIN)) {
            writer.file(RawName.EMPTY, false, size, new Tee(content, copy));
        }
        to.folder().setTime(to.name(), CanonicalForm.SECONDS);
        writer.finish();
    }

    private void entry(Place from, Place to, RawName name) throws IOException {
        FileFacts.Form form = from.folder().form(from.name());
        switch (form.kind()) {
            case FILE -> file(from, to, name, form.executable());
            case DIRECTORY -> directory(from, to, name);
            case LINK -> {
                RawName target = from.folder().readLink(from.name());
                writer.symlink(name, target);
                to.folder().createLink(to.name(), target);
                to.folder().setTime(to.name(), CanonicalForm.SECONDS);
            }
            case OTHER ->
                throw new IOException(from.folder().path() + "/" + from.name()
                        + " is neither a regular file, a directory nor a symbolic link; a store cannot hold it");
        }
    }

    private void file(Place from, Place to, RawName name, boolean executable) throws IOException {
        try (SeekableByteChannel content = from.folder().read(from.name());
                WritableByteChannel copy =
                        to.folder().create(to.name(), executable ? CanonicalForm.EXECUTABLE : CanonicalForm.PLAIN)) {
            writer.file(name, executable, content.size(), new Tee(content, copy));
        }
        to.folder().setTime(to.name(), CanonicalForm.SECONDS);
    }

    private void directory(Place from, Place to, RawName name) throws IOException {
        // No deeper than the limit: the writer refuses the directory first.
        writer.directory(name);
        try (Folder source = from.folder().folder(from.name());
                Folder copy = to.folder().createFolder(to.name())) {
            for (RawName entry : source.names(limits.entries())) {
                entry(new Place(source, entry), new Place(copy, entry), entry);
            }
            copy.setMode(CanonicalForm.EXECUTABLE);
            copy.setTime(CanonicalForm.SECONDS);
        }
        writer.endDirectory();
    }

    /** Reads from one channel, and writes all that was read to another. */
    private record Tee(ReadableByteChannel from, WritableByteChannel copy) implements ReadableByteChannel {

        @Override
        public int read(ByteBuffer into) throws IOException {
            int start = into.position();
            int count = from.read(into);
            if (count > 0) {
                ByteBuffer read = into.duplicate();
                read.flip().position(start);
                while (read.hasRemaining()) {
                    copy.write(read);
                }
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return from.isOpen();
        }

        @Override
        public void close() throws IOException {
            from.close();
        }
    }
}
