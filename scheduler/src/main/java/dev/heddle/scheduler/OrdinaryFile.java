package dev.heddle.scheduler;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Looks before a file of Heddle's own is opened: opening a FIFO waits for somebody at its other end, and a build with it, for
 * ever.
 */
final class OrdinaryFile {

    private OrdinaryFile() {}

    /**
     * Does nothing if there is a file or a link to one, or nothing at all.
     *
     * @return the path
     * @throws FileSystemException if there is a FIFO, a device, a socket, or a directory
     */
    static Path at(Path path) throws IOException {
        BasicFileAttributes found;
        try {
            found = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return path;
        }
        if (found.isRegularFile()) {
            return path;
        }
        String what = found.isDirectory() ? "a directory" : "a FIFO, a device or a socket";
        throw new FileSystemException(
                path.toString(), null, "there is " + what + " in the place of the file; move it away");
    }
}
