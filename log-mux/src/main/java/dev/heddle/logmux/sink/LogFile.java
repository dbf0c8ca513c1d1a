package dev.heddle.logmux.sink;

import dev.heddle.logmux.FilePlace;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file of a log. Its close fails if it is no longer found where it was opened, because a removed file takes bytes without an error. */
final class LogFile extends FilterOutputStream {

    private final Path path;
    private final FilePlace place;

    private LogFile(Path path) throws IOException {
        super(new FileOutputStream(path.toFile()));
        this.path = path;
        this.place = FilePlace.of(path);
    }

    /** A file in place of one that is there. Missing folders are made. */
    static LogFile open(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return new LogFile(path);
    }

    /** Whether what was written into a stream can be found; as far as is known, which is only of files. */
    static boolean isThere(OutputStream stream) {
        return !(stream instanceof LogFile file) || file.place.isThere();
    }

    /** The file that a stream writes, or null if it is none of these. */
    static @Nullable Path path(OutputStream stream) {
        return stream instanceof LogFile file ? file.path : null;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
        super.close();
        place.check();
    }
}
