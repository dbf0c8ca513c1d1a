package dev.heddle.store.nar;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.FileFacts.Kind;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.disk.RawPaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Makes the tree of one archive by directory handles, so that no parent can be exchanged for a link. */
final class NarUnpacker implements AutoCloseable {

    private static final RawName TREE = RawName.of("tree");

    private static final int BUFFER_BYTES = 1 << 16;

    /** Whoever unpacks at once in one directory, and what crashes left there. */
    private static final int MOST_STAGES = 10_000;

    private final NarReader reader;
    private final Folder parent;
    private final RawName name;
    /** Open directories of the tree, the innermost first. */
    private final Deque<Folder> open = new ArrayDeque<>();

    private final byte[] buffer = new byte[BUFFER_BYTES];

    private NarUnpacker(NarReader reader, Folder parent, RawName name) {
        this.reader = reader;
        this.parent = parent;
        this.name = name;
    }

    /** Makes the tree in a private directory beside {@code target}, and gives it its name when it is finished. */
    static void unpack(NarReader reader, Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent == null) {
            throw taken(target.toString());
        }
        RawName name = RawPaths.toName(absolute.getFileName());
        if (!name.isFileName()) {
            throw new IOException(target + " does not end with the name of the tree; unpack to a path that does");
        }
        try (Folder above = Disk.system().open(parent)) {
            if (above.exists(name)) {
                throw taken(target.toString());
            }
            RawName stage = RawName.EMPTY;
            try (Folder made = privateFolder(above)) {
                stage = RawPaths.toName(made.path().getFileName());
                throughStage(reader, made, above, name);
            } finally {
                if (stage.isFileName()) {
                    TreeRemoval.remove(above, stage);
                }
            }
        }
    }

    /** The stage is opened anew, so that what has to be made elsewhere first, for the length of its path, is made in there. */
    private static void throughStage(NarReader reader, Folder made, Folder above, RawName name) throws IOException {
        try (Folder stage = Disk.system().open(made.path())) {
            if (!stage.facts().sameFile(made.facts())) {
                throw new IOException(
                        made.path() + " was exchanged when it was just made; unpack where nobody does that");
            }
            unpack(reader, stage, TREE);
            publish(stage, above, name);
        }
    }

    private static Folder privateFolder(Folder above) throws IOException {
        for (int i = 0; i < MOST_STAGES; i++) {
            try {
                return above.createFolder(RawName.of(".heddle-unpack-" + i));
            } catch (FileAlreadyExistsException used) {
                // The next name then.
            }
        }
        throw new IOException(above.path() + ": " + MOST_STAGES
                + " directories named .heddle-unpack-0 and so on are there; remove those that nobody unpacks to");
    }

    /**
     * Gives the finished tree its name. What another process put there meanwhile makes this fail, unless it is an empty
     * directory and the tree's root is a directory too, which then takes its place.
     */
    private static void publish(Folder stage, Folder above, RawName name) throws IOException {
        Kind root = stage.kind(TREE);
        if (root == Kind.LINK) {
            above.createLink(name, stage.readLink(TREE));
            above.setTime(name, CanonicalForm.SECONDS);
        } else if (root == Kind.FILE) {
            stage.hardLink(TREE, above, name);
        } else if (above.exists(name) && above.kind(name) != Kind.DIRECTORY) {
            throw taken(above.path() + "/" + name);
        } else {
            // A directory that is not writable cannot be moved to another parent.
            stage.setMode(TREE, 0755);
            stage.move(TREE, above, name);
            above.setMode(name, CanonicalForm.EXECUTABLE);
        }
    }

    private static FileAlreadyExistsException taken(String target) {
        return new FileAlreadyExistsException(
                target, null, "something is there already; unpack to a path that does not exist");
    }

    /** Makes the tree as an entry of {@code parent}, or nothing. */
    static void unpack(NarReader reader, Folder parent, RawName name) throws IOException {
        if (parent.exists(name)) {
            throw taken(parent.path() + "/" + name);
        }
        boolean done = false;
        try (NarUnpacker unpacker = new NarUnpacker(reader, parent, name)) {
            unpacker.tree();
            done = true;
        } finally {
            if (!done) {
                TreeRemoval.remove(parent, name);
            }
        }
    }

    private void tree() throws IOException {
        for (NarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            if (entry instanceof NarEntry.File file) {
                file(nameOf(file.name()), file);
            } else if (entry instanceof NarEntry.Symlink link) {
                link(nameOf(link.name()), link);
            } else if (entry instanceof NarEntry.Directory directory) {
                directory(nameOf(directory.name()));
            } else {
                endDirectory();
            }
        }
    }

    /** The root has no name in the archive. */
    private RawName nameOf(RawName inArchive) {
        return open.isEmpty() ? name : inArchive;
    }

    private Folder current() {
        Folder innermost = open.peek();
        return innermost == null ? parent : innermost;
    }

    private void file(RawName as, NarEntry.File file) throws IOException {
        Folder folder = current();
        try (WritableByteChannel out =
                folder.create(as, file.executable() ? CanonicalForm.EXECUTABLE : CanonicalForm.PLAIN)) {
            for (int count = reader.read(buffer, 0, buffer.length);
                    count >= 0;
                    count = reader.read(buffer, 0, buffer.length)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw clash(as, e);
        }
        folder.setTime(as, CanonicalForm.SECONDS);
    }

    private void link(RawName as, NarEntry.Symlink link) throws IOException {
        try {
            current().createLink(as, link.target());
        } catch (FileAlreadyExistsException e) {
            throw clash(as, e);
        }
        current().setTime(as, CanonicalForm.SECONDS);
    }

    private void directory(RawName as) throws IOException {
        try {
            open.push(current().createFolder(as));
        } catch (FileAlreadyExistsException e) {
            throw clash(as, e);
        }
    }

    private static IOException clash(RawName name, IOException cause) {
        return new IOException(
                "'" + name
                        + "' is taken by another entry of the archive: this file system takes their names for the same",
                cause);
    }

    private void endDirectory() throws IOException {
        try (Folder ended = open.pop()) {
            ended.setMode(CanonicalForm.EXECUTABLE);
            ended.setTime(CanonicalForm.SECONDS);
        }
    }

    @Override
    public void close() throws IOException {
        @Nullable IOException first = null;
        for (Folder folder : open) {
            try {
                folder.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
