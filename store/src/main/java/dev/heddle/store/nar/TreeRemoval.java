package dev.heddle.store.nar;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Removes a tree that was unpacked: by handle, so that links are not followed, and although its directories may be
 * read-only. No deeper than an archive can be.
 */
final class TreeRemoval {

    private TreeRemoval() {}

    static void remove(Path root) throws IOException {
        try (SecureDirectoryStream<Path> directory = NarUnpacker.handle(root)) {
            empty(directory);
        } catch (NoSuchFileException alreadyGone) {
            return;
        }
        Files.delete(root);
    }

    private static void empty(SecureDirectoryStream<Path> directory) throws IOException {
        directory
                .getFileAttributeView(PosixFileAttributeView.class)
                .setPermissions(PosixFilePermissions.fromString("rwx------"));
        try {
            for (Path path : directory) {
                remove(directory, path.getFileName());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void remove(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        boolean isDirectory = parent.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
        if (!isDirectory) {
            parent.deleteFile(name);
            return;
        }
        try (SecureDirectoryStream<Path> directory =
                NarUnpacker.secure(parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS), name)) {
            empty(directory);
        }
        parent.deleteDirectory(name);
    }
}
