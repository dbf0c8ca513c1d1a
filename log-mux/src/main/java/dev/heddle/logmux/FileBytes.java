package dev.heddle.logmux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The bytes of a journal file, which may still grow, through a handle of its own. A handle of the old kind is used on purpose:
 * an interrupted thread that reads through a {@code FileChannel} closes it. Owned by one thread.
 */
class FileBytes implements RunReader.Bytes {

    /** Open to read. */
    final RandomAccessFile file;

    /**
     * Opens a file.
     *
     * @throws IOException if it is not there, is no regular file or may not be read; the message names it
     */
    FileBytes(Path path) throws IOException {
        if (Files.notExists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new FileSystemException(path.toString(), null, "a journal must be a regular file");
        }
        this.file = new RandomAccessFile(path.toFile(), "r");
    }

    @Override
    public final int read(long offset, byte[] to, int at, int length) throws IOException {
        file.seek(offset);
        return file.read(to, at, length);
    }

    @Override
    public final long length() throws IOException {
        return file.length();
    }

    @Override
    public final void close() throws IOException {
        file.close();
    }
}
