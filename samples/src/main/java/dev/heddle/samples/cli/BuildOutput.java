package dev.heddle.samples.cli;

import dev.heddle.logmux.OutputFailure;
import dev.heddle.logmux.OutputMultiplexer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A multiplexer as the launcher uses it, and its recording.
 *
 * <p>A recording that nobody asked for is a temporary file that goes with {@link #close}. What could not be written anywhere
 * else is told on standard error then.
 */
public final class BuildOutput implements AutoCloseable {

    private final OutputMultiplexer multiplexer;
    private final Path recording;
    private final boolean kept;
    private final BuildWatch watch;
    private boolean closed;

    BuildOutput(OutputMultiplexer multiplexer, Path recording, boolean kept, BuildWatch watch) {
        this.multiplexer = multiplexer;
        this.recording = recording;
        this.kept = kept;
        this.watch = watch;
    }

    /** Who watches the build. */
    public BuildWatch watch() {
        return watch;
    }

    /** Where jobs write. */
    public OutputMultiplexer multiplexer() {
        return multiplexer;
    }

    /** The recording, or null if it does not outlive the command. */
    public @Nullable Path recording() {
        return kept ? recording : null;
    }

    /**
     * Whether everything was shown and recorded that was to be; final when this was closed. A build that succeeded but whose
     * output is incomplete ends with {@link ExitCode#FAILED}.
     */
    public boolean isComplete() {
        return lost().isEmpty();
    }

    // A recording that goes anyway is no loss.
    private List<OutputFailure> lost() {
        return multiplexer.failures().stream()
                .filter(failure -> kept || !failure.isJournal())
                .toList();
    }

    /** Shows everything that is held back, ends the recording, and says what could not be written. A second close does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Whoever reads standard output may take as long as they like, as with any program.
        while (!multiplexer.drain()) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        multiplexer.close();
        lost().forEach(failure -> LastWords.say(failure.toString()));
        if (!kept) {
            try {
                Files.deleteIfExists(recording);
            } catch (IOException e) {
                LastWords.say(recording + ": could not be removed: " + Failures.text(e));
            }
        }
    }
}
