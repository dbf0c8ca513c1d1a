package dev.heddle.scheduler;

import dev.heddle.core.FailureText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file to which lines are added. It is opened at its first line; up to {@value #BUFFER} bytes wait
 * for the next {@link #flush}, which writes whole lines in one call, so what another process reads or a crash leaves ends at the
 * end of a line. Where an earlier build left a line without its end, the first line written begins a new one.
 *
 * <p>After the first write that fails nothing more is written, so that what is there has no hole; further lines are counted. For one
 * thread.
 */
final class LineFile {

    static final int BUFFER = 1 << 16;

    private final Path path;
    private final boolean fresh;
    private final byte[] buffer = new byte[BUFFER];
    private int filled;
    private long waiting;
    private @Nullable OutputStream out;
    private @Nullable IOException failure;
    private long missing;
    private boolean told;

    private LineFile(Path path, boolean fresh) {
        this.path = path;
        this.fresh = fresh;
    }

    /** A file that goes on where it ends. */
    static LineFile behind(Path path) {
        return new LineFile(path, false);
    }

    /** A file that takes the place of what is there when its first line is written. */
    static LineFile inPlaceOf(Path path) {
        return new LineFile(path, true);
    }

    Path path() {
        return path;
    }

    /** Adds a line, given without its end. */
    void line(String line) {
        if (failure != null) {
            missing++;
            return;
        }
        byte[] bytes = (line + '\n').getBytes(StandardCharsets.UTF_8);
        if (bytes.length > BUFFER - filled) {
            flush();
        }
        waiting++;
        if (bytes.length > BUFFER) {
            write(bytes, bytes.length);
        } else {
            System.arraycopy(bytes, 0, buffer, filled, bytes.length);
            filled += bytes.length;
        }
    }

    /** Writes what waits. */
    void flush() {
        if (filled > 0) {
            write(buffer, filled);
            filled = 0;
        }
    }

    private void write(byte[] bytes, int length) {
        if (failure == null) {
            try {
                opened().write(bytes, 0, length);
                waiting = 0;
                return;
            } catch (IOException e) {
                failure = e;
            }
        }
        missing += waiting;
        waiting = 0;
    }

    private OutputStream opened() throws IOException {
        OutputStream known = out;
        if (known != null) {
            return known;
        }
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        // What is written anew is named by a person, who may want a FIFO read by another program.
        boolean torn = !fresh && isTorn();
        StandardOpenOption how = fresh ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND;
        OutputStream opened = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
        out = opened;
        if (torn) {
            opened.write('\n');
        }
        return opened;
    }

    private boolean isTorn() throws IOException {
        if (Files.notExists(OrdinaryFile.at(path)) || Files.size(path) == 0) {
            return false;
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(file.length() - 1);
            return file.read() != '\n';
        }
    }

    /** What went wrong, or null. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Lines that could not be written. */
    long missing() {
        return missing;
    }

    /** Tells that it cannot be written, if so, but only once. */
    void tellFailure(Consumer<String> complaints) {
        if (failure != null && !told) {
            told = true;
            complaints.accept(path + " cannot be written: " + FailureText.of(failure));
        }
    }

    /** Tells how many lines could not be written, if any. */
    void tellMissing(Consumer<String> complaints) {
        if (missing > 0) {
            complaints.accept(path + ": " + missing + " lines are missing");
        }
    }

    /** Writes what waits and closes the file. */
    void close() {
        flush();
        OutputStream opened = out;
        out = null;
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
    }
}
