package dev.heddle.logmux.sink;

import dev.heddle.logmux.Sink;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes sinks. */
public final class Sinks {

    private Sinks() {}

    /**
     * Text into a file, in place of one that is there: heads, no colours, control sequences made visible. Missing folders are
     * made.
     *
     * @throws IOException if the file cannot be opened
     */
    public static Sink text(Path file) throws IOException {
        return text(file, TextRenderer.Form.of(false));
    }

    /**
     * Text of the form given into a file, in place of one that is there. Missing folders are made.
     *
     * @throws IOException if the file cannot be opened
     */
    public static Sink text(Path file, TextRenderer.Form form) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return new TextSink(new FileOutputStream(file.toFile()), form, file.toString());
    }

    /** Text into a stream, which is closed at the end: heads, no colours, control sequences made visible. */
    public static Sink text(OutputStream stream) {
        return text(stream, TextRenderer.Form.of(false));
    }

    /** Text of the form given into a stream, which is closed at the end. */
    public static Sink text(OutputStream stream, TextRenderer.Form form) {
        return new TextSink(stream, form, "a stream");
    }
}
