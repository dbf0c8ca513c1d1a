package dev.heddle.samples.cli;

import dev.heddle.logmux.OutputMultiplexer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A multiplexer as the launcher uses it, and its recording.
 *
 * <p>A recording that nobody asked for is a temporary file that goes with {@link #close}.
 */
public final class BuildOutput implements AutoCloseable {

    private final OutputMultiplexer multiplexer;
    private final Path recording;
    private final boolean kept;

    BuildOutput(OutputMultiplexer multiplexer, Path recording, boolean kept) {
        this.multiplexer = multiplexer;
        this.recording = recording;
        this.kept = kept;
    }

    /** Where jobs write. */
    public OutputMultiplexer multiplexer() {
        return multiplexer;
    }

    /** The recording, or null if it does not outlive the command. */
    public @Nullable Path recording() {
        return kept ? recording : null;
    }

    /** Shows everything that is held back and ends the recording. */
    @Override
    public void close() {
        multiplexer.close();
        if (!kept) {
            try {
                Files.deleteIfExists(recording);
            } catch (IOException e) {
                System.err.println("heddle: " + recording + ": could not be removed: " + Failures.text(e));
            }
        }
    }
}
