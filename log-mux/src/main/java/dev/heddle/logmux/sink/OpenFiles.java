package dev.heddle.logmux.sink;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files that are written in pieces, more of them than may be open: the ones that were written last are, and another one is
 * opened again at its end when it is needed. Owned by one thread.
 */
final class OpenFiles implements AutoCloseable {

    private final int most;
    private final LinkedHashMap<Path, OutputStream> open = new LinkedHashMap<>(16, 0.75f, true);
    private long openings;

    /**
     * Begins with none.
     *
     * @param most how many may be open at once
     */
    OpenFiles(int most) {
        this.most = most;
    }

    /** Whether a file can be written without being opened. */
    boolean isOpen(Path file) {
        return open.containsKey(file);
    }

    /**
     * Writes at the end of a file.
     *
     * @param anew whether what is there goes first
     */
    void write(Path file, boolean anew, byte[] bytes, int length) throws IOException {
        OutputStream stream = open.get(file);
        if (stream == null) {
            if (open.size() >= most) {
                closeOldest();
            }
            stream = new FileOutputStream(file.toFile(), !anew);
            openings++;
            open.put(file, stream);
        }
        stream.write(bytes, 0, length);
    }

    private void closeOldest() throws IOException {
        Iterator<Map.Entry<Path, OutputStream>> oldest = open.entrySet().iterator();
        OutputStream stream = oldest.next().getValue();
        oldest.remove();
        stream.close();
    }

    /** How often a file was opened. */
    long openings() {
        return openings;
    }

    @Override
    public void close() throws IOException {
        @Nullable IOException failure = null;
        for (OutputStream stream : open.values()) {
            try {
                stream.close();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        open.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
