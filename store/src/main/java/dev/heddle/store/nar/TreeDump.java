package dev.heddle.store.nar;

import dev.heddle.store.disk.RawName;
import dev.heddle.store.disk.RawPaths;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Walks one tree on disk, by directory handles, and tells a {@link NarWriter} what is there. */
final class TreeDump {

    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final NarWriter writer;
    private final NarLimits limits;

    TreeDump(NarWriter writer, NarLimits limits) {
        this.writer = writer;
        this.limits = limits;
    }

    void root(Path tree) throws IOException {
        PosixFileAttributes attributes = rootAttributes(tree);
        if (attributes.isDirectory()) {
            writer.directory(RawName.EMPTY);
            try (SecureDirectoryStream<Path> handle = rootHandle(tree.toAbsolutePath())) {
                entries(handle, tree);
            }
            writer.endDirectory();
        } else if (attributes.isRegularFile()) {
            try (SeekableByteChannel content = Files.newByteChannel(tree, READ)) {
                writer.file(RawName.EMPTY, isExecutable(attributes), attributes.size(), content);
            }
        } else {
            link(RawName.EMPTY, tree, attributes);
        }
    }

    private static PosixFileAttributes rootAttributes(Path tree) throws IOException {
        try {
            return Files.readAttributes(tree, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException e) {
            throw new IOException(
                    tree + ": the file system has no POSIX permissions; dump from one that has (as on Linux)", e);
        }
    }

    private static SecureDirectoryStream<Path> rootHandle(Path tree) throws IOException {
        Path parent = tree.getParent();
        Path name = tree.getFileName();
        if (parent == null || name == null) {
            return NarUnpacker.handle(tree);
        }
        try (SecureDirectoryStream<Path> above = NarUnpacker.handle(parent)) {
            return NarUnpacker.secure(above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS), tree);
        }
    }

    private void entries(SecureDirectoryStream<Path> directory, Path path) throws IOException {
        for (RawName name : names(directory, path)) {
            Path relative = RawPaths.ofName(name);
            PosixFileAttributes attributes = directory
                    .getFileAttributeView(relative, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (attributes.isRegularFile()) {
                try (SeekableByteChannel content = directory.newByteChannel(relative, READ)) {
                    writer.file(name, isExecutable(attributes), attributes.size(), content);
                }
            } else if (attributes.isDirectory()) {
                // No deeper than the limit: the writer refuses the directory first.
                writer.directory(name);
                try (SecureDirectoryStream<Path> handle = NarUnpacker.secure(
                        directory.newDirectoryStream(relative, LinkOption.NOFOLLOW_LINKS), relative)) {
                    entries(handle, path.resolve(relative));
                }
                writer.endDirectory();
            } else {
                link(name, path.resolve(relative), attributes);
            }
        }
    }

    private List<RawName> names(SecureDirectoryStream<Path> directory, Path path) throws IOException {
        List<RawName> names = new ArrayList<>();
        try {
            for (Path entry : directory) {
                if (names.size() >= limits.entries()) {
                    throw new NarException(
                            writer.offset(), "directory " + path + " has more than " + limits.entries() + " entries");
                }
                names.add(RawPaths.toName(entry.getFileName()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }

    /** The JDK reads a link by path only; the length seen by handle shows whether it is likely the same link. */
    private void link(RawName name, Path path, PosixFileAttributes attributes) throws IOException {
        if (!attributes.isSymbolicLink()) {
            throw new IOException(
                    path + " is neither a regular file, a directory nor a symbolic link; an archive cannot hold it");
        }
        RawName target = RawPaths.toName(Files.readSymbolicLink(path));
        if (attributes.size() > 0 && attributes.size() != target.length()) {
            throw new IOException("symbolic link " + path + " changed while it was read");
        }
        writer.symlink(name, target);
    }

    private static boolean isExecutable(PosixFileAttributes attributes) {
        return attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
    }
}
