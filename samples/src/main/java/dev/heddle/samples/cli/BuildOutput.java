package dev.heddle.samples.cli;

import dev.heddle.core.FailureText;
import dev.heddle.logmux.DiagnosticCounts;
import dev.heddle.logmux.OutputFailure;
import dev.heddle.logmux.OutputMultiplexer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
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
    private final boolean told;
    private final BuildWatch watch;
    private final Ending ending;
    private boolean closed;

    /**
     * The recording.
     *
     * @param file its file
     * @param kept whether it outlives the command
     * @param told whether the display tells at the end where it is, and what failed
     */
    record Recorded(Path file, boolean kept, boolean told) {}

    /**
     * What is of interest when the build is over.
     *
     * @param summary is told what came of the build, unless the display tells it
     * @param failing whether a build fails because of what was found in its output
     */
    record Ending(SummaryText summary, Predicate<DiagnosticCounts> failing) {}

    BuildOutput(OutputMultiplexer multiplexer, Recorded recorded, BuildWatch watch, Ending ending) {
        this.multiplexer = multiplexer;
        this.recording = recorded.file();
        this.kept = recorded.kept();
        this.told = recorded.told();
        this.watch = watch;
        this.ending = ending;
    }

    /** How many errors and warnings were found in the output, for people; empty if there were none. Final when this was closed. */
    public String diagnostics() {
        return multiplexer.counts().toString();
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

    /** What is told of jobs that failed where the display does not; complete when this was closed. */
    SummaryText summary() {
        return ending.summary();
    }

    /** Whether the display has told at the end what failed, and where it is recorded; nobody wants to read that twice. */
    public boolean isSummarized() {
        return told;
    }

    /** Says on standard error how many errors and warnings were found, if there were any. */
    public void tellDiagnostics() {
        if (!diagnostics().isEmpty()) {
            LastWords.say(diagnostics());
        }
    }

    /** Whether a build that succeeded may be told to have: its output is complete, and has nothing that is to fail it. */
    public boolean isGood() {
        return isComplete() && !ending.failing().test(multiplexer.counts());
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
                LastWords.say(recording + ": could not be removed: " + FailureText.of(e));
            }
        }
    }
}
