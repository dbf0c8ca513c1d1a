package dev.heddle.samples.cli;

import dev.heddle.core.event.BuildEventListener;
import dev.heddle.core.event.EventJson;
import dev.heddle.logmux.OutputMultiplexer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file of {@code --events}, if one was asked for. */
public final class EventLog implements AutoCloseable {

    private final @Nullable Path file;
    private final EventJson.@Nullable Writer writer;

    private final @Nullable MaskedLines lines;

    private EventLog(@Nullable Path file, @Nullable MaskedLines lines, EventJson.@Nullable Writer writer) {
        this.file = file;
        this.lines = lines;
        this.writer = writer;
    }

    /**
     * Opens the file.
     *
     * @param file where to write, or null for nowhere
     * @throws UserError if it cannot be written
     */
    public static EventLog open(@Nullable Path file) {
        if (file == null) {
            return new EventLog(null, null, null);
        }
        try {
            MaskedLines lines = new MaskedLines(new BufferedOutputStream(Files.newOutputStream(file)));
            return new EventLog(file, lines, EventJson.writer(lines));
        } catch (IOException e) {
            throw new UserError("--events", file + " cannot be written: " + Failures.text(e), null);
        }
    }

    /** From now on secrets that the multiplexer masks are masked in events too. Called before the build starts. */
    public void maskAs(OutputMultiplexer multiplexer) {
        if (lines != null) {
            lines.maskAs(multiplexer);
        }
    }

    /** What the build tells its events to. */
    public Optional<BuildEventListener> listener() {
        return Optional.ofNullable(writer);
    }

    @Override
    public void close() {
        if (writer == null) {
            return;
        }
        try {
            writer.close();
        } catch (IOException e) {
            LastWords.say(file + ": events may be missing: " + Failures.text(e));
        }
    }
}
