package dev.heddle.store.nar;

import dev.heddle.store.disk.RawPaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tree of one archive inside a staging directory, then gives it its name.
 *
 * <p>Files are created relative to the open handle of their directory. The JDK can make a directory or a link only by path,
 * so these are made in the staging directory, which nobody else may enter, under a fixed short name and moved from handle to
 * handle; thus a path may be longer than the system's limit, and no parent can be exchanged for a link.
 */
final class NarUnpacker implements AutoCloseable {

    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("r--r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("r-xr-xr-x");
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> PLAIN_MODE = PosixFilePermissions.asFileAttribute(PLAIN);
    private static final FileAttribute<?> EXECUTABLE_MODE = PosixFilePermissions.asFileAttribute(EXECUTABLE);
    private static final FileAttribute<?> PRIVATE_MODE = PosixFilePermissions.asFileAttribute(PRIVATE);
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /** Names in the staging directory: the tree, and what is about to be moved into it. */
    private static final Path TREE = Path.of("tree");

    private static final Path MOVING = Path.of("moving");
    private static final Path PROBE = Path.of("probe");

    private static final int BUFFER_BYTES = 1 << 16;

    private final NarReader reader;
    private final Path stage;
    private final SecureDirectoryStream<Path> stageHandle;
    /** Open directories, the innermost first; the last is the staging directory. */
    private final Deque<SecureDirectoryStream<Path>> open = new ArrayDeque<>();

    private final byte[] buffer = new byte[BUFFER_BYTES];
    /** The root, if it is a directory and has ended; it stays open to get its mode last. */
    private @Nullable SecureDirectoryStream<Path> endedRoot;

    /** Whether a file gets the mode it is created with, so that the mode need not be set again. */
    private final boolean modesHold;

    private NarUnpacker(NarReader reader, Path stage, SecureDirectoryStream<Path> stageHandle, boolean modesHold) {
        this.reader = reader;
        this.stage = stage;
        this.stageHandle = stageHandle;
        this.modesHold = modesHold;
        open.push(stageHandle);
    }

    static void unpack(NarReader reader, Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent == null || Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "something is there already; unpack to a path that does not exist");
        }
        Path stage = privateDirectory(parent);
        try (SecureDirectoryStream<Path> stageHandle = handle(stage);
                NarUnpacker unpacker = new NarUnpacker(reader, stage, stageHandle, modesHold(stageHandle))) {
            NarEntry root = unpacker.tree();
            unpacker.publish(root, absolute);
        } finally {
            TreeRemoval.remove(stage);
        }
    }

    private static Path privateDirectory(Path parent) throws IOException {
        try {
            return Files.createTempDirectory(parent, ".heddle-unpack-", PRIVATE_MODE);
        } catch (UnsupportedOperationException e) {
            throw new IOException(
                    parent + ": the file system has no POSIX permissions; unpack on one that has (as on Linux)", e);
        }
    }

    /** Opens a directory that only we can exchange; the caller closes it. */
    @SuppressWarnings("StreamResourceLeak")
    static SecureDirectoryStream<Path> handle(Path directory) throws IOException {
        return secure(Files.newDirectoryStream(directory), directory);
    }

    static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream, Path directory) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException(
                directory + ": this Java runtime has no directory handles here; use a local file system on Linux");
    }

    /** Whether umask and access lists leave the modes alone. */
    private static boolean modesHold(SecureDirectoryStream<Path> stage) throws IOException {
        stage.newByteChannel(PROBE, CREATE, EXECUTABLE_MODE).close();
        boolean hold = posix(stage, PROBE).readAttributes().permissions().equals(EXECUTABLE);
        stage.deleteFile(PROBE);
        return hold;
    }

    private static PosixFileAttributeView posix(SecureDirectoryStream<Path> directory, Path name) {
        return directory.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes everything under {@link #TREE} and returns the root's entry. */
    private NarEntry tree() throws IOException {
        NarEntry root = null;
        for (NarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            root = root == null ? entry : root;
            make(entry, root == entry);
        }
        if (root == null) {
            throw new AssertionError("BUG: an archive without a root");
        }
        return root;
    }

    private void make(NarEntry entry, boolean isRoot) throws IOException {
        if (entry instanceof NarEntry.File file) {
            file(isRoot ? TREE : RawPaths.ofName(file.name()), file);
        } else if (entry instanceof NarEntry.Symlink link) {
            link(isRoot ? TREE : RawPaths.ofName(link.name()), link);
        } else if (entry instanceof NarEntry.Directory directory) {
            directory(isRoot ? TREE : RawPaths.ofName(directory.name()));
        } else {
            endDirectory();
        }
    }

    private SecureDirectoryStream<Path> current() {
        return open.element();
    }

    private void file(Path name, NarEntry.File file) throws IOException {
        FileAttribute<?> mode = file.executable() ? EXECUTABLE_MODE : PLAIN_MODE;
        try (SeekableByteChannel out = current().newByteChannel(name, CREATE, mode)) {
            for (int count = reader.read(buffer, 0, buffer.length);
                    count >= 0;
                    count = reader.read(buffer, 0, buffer.length)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw clash(name, e);
        }
        if (!modesHold) {
            posix(current(), name).setPermissions(file.executable() ? EXECUTABLE : PLAIN);
        }
    }

    private void link(Path name, NarEntry.Symlink link) throws IOException {
        Path target = RawPaths.ofTarget(link.target());
        if (target == null) {
            throw new IOException("symbolic link '" + link.name() + "': Java cannot make one with the target '"
                    + link.target() + "', for its slashes; unpack this archive with another program");
        }
        Files.createSymbolicLink(stage.resolve(MOVING), target);
        moveIn(name);
    }

    private void directory(Path name) throws IOException {
        Files.createDirectory(stage.resolve(MOVING), PRIVATE_MODE);
        moveIn(name);
        open.push(secure(current().newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS), name));
    }

    /** Moving replaces what it finds, so look first; a name is taken only where the file system folds two names into one. */
    private void moveIn(Path name) throws IOException {
        if (exists(current(), name)) {
            throw clash(name, null);
        }
        stageHandle.move(MOVING, current(), name);
    }

    private static boolean exists(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        try {
            posix(directory, name).readAttributes();
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static IOException clash(Path name, @Nullable IOException cause) {
        return new IOException(
                "'" + RawPaths.toName(name)
                        + "' is taken by another entry of the archive: this file system takes their names for the same",
                cause);
    }

    private void endDirectory() throws IOException {
        SecureDirectoryStream<Path> ended = open.pop();
        if (open.size() == 1) {
            // The root stays writable until it has its name: a directory that is not cannot be moved to another parent.
            endedRoot = ended;
            return;
        }
        try (ended) {
            seal(ended);
        }
    }

    private static void seal(SecureDirectoryStream<Path> directory) throws IOException {
        directory.getFileAttributeView(PosixFileAttributeView.class).setPermissions(EXECUTABLE);
    }

    /**
     * Gives the finished tree its name. What another process put there meanwhile makes this fail, unless it is an empty
     * directory and the tree's root is a directory too, which then takes its place.
     */
    private void publish(NarEntry root, Path target) throws IOException {
        Path tree = stage.resolve(TREE);
        if (root instanceof NarEntry.Symlink) {
            Path linked = Files.readSymbolicLink(tree);
            Files.createSymbolicLink(/* link= */ target, /* target= */ linked);
        } else if (root instanceof NarEntry.File) {
            Files.createLink(target, tree);
        } else if (endedRoot != null) {
            Files.move(tree, target);
            seal(endedRoot);
        }
    }

    @Override
    public void close() throws IOException {
        if (endedRoot != null) {
            open.push(endedRoot);
        }
        IOException first = null;
        for (SecureDirectoryStream<Path> directory : open) {
            try {
                directory.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
