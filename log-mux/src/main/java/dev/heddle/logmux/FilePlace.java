package dev.heddle.logmux;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Where a file, or a folder, was when somebody began to write it. A system takes bytes for a file that was removed without an
 * error, so whoever writes one for long, as a {@link Sink} does, looks at the end whether it is still there.
 *
 * <p>May be used from any thread. On file systems that do not number their files, a file that was replaced is not told from the
 * one that was opened.
 */
public final class FilePlace {

    private final Path path;
    private final @Nullable Object number;

    private FilePlace(Path path) {
        this.path = path;
        this.number = number(path);
    }

    /** The place of a file that was just opened. */
    public static FilePlace of(Path path) {
        return new FilePlace(path);
    }

    /** Whether the file is still found there. */
    public boolean isThere() {
        return Files.exists(path) && !isReplaced();
    }

    /** Whether another file is found there. */
    public boolean isReplaced() {
        Object now = number(path);
        return now != null && !now.equals(number);
    }

    /**
     * Looks whether the file is still found there.
     *
     * @throws FileSystemException if it is not: what was written to it is lost
     */
    public void check() throws FileSystemException {
        if (!isThere()) {
            throw new FileSystemException(path.toString(), null, "it was removed or replaced while it was written");
        }
    }

    private static @Nullable Object number(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }
}
