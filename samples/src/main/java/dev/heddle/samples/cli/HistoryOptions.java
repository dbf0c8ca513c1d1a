package dev.heddle.samples.cli;

import dev.heddle.core.FailureText;
import dev.heddle.core.FileFormatException;
import dev.heddle.scheduler.BuildHistory;
import dev.heddle.scheduler.Scheduler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where it is kept what earlier builds took. */
public final class HistoryOptions {

    /** Name of the directory in which a history is kept whose place was not given. */
    public static final String DIRECTORY = ".heddle";

    @Option(
            names = "--history",
            paramLabel = "DIR",
            description =
                    "Keep in DIR what tasks take, so that the next build starts first what takes longest. Left out: "
                            + DIRECTORY + " beside what is built.")
    private @Nullable Path directory;

    @Option(names = "--no-history", description = "Neither use nor keep what tasks take.")
    private boolean none;

    @Option(
            names = "--build-log",
            paramLabel = "FILE",
            description =
                    "Take from this log of an earlier build, of Heddle, dpb or ninja, what tasks take of which the history"
                            + " knows nothing. May be given more than once; the first that tells of a task counts.")
    private List<Path> logs = List.of();

    /** Made by picocli. */
    public HistoryOptions() {}

    /**
     * Checks the options before anything is started.
     *
     * @throws UserError if they contradict each other, or a log cannot be read or is none
     */
    public void check() {
        if (none && (directory != null || !logs.isEmpty())) {
            throw new UserError(
                    "--no-history", "cannot be used with --history or --build-log", "leave one of them out");
        }
        for (Path log : logs) {
            reading(log, () -> BuildHistory.checkLog(log));
        }
    }

    /**
     * Tells a scheduler what was asked for.
     *
     * @param place the directory beside what is built
     */
    public void apply(Scheduler.Builder builder, Path place) {
        if (!none) {
            Path kept = directory != null ? directory : place.resolve(DIRECTORY);
            builder.history(BuildHistory.at(kept).primedBy(logs));
        }
    }

    /** Something that reads or writes a history. */
    public interface Reading {
        /** Does it. */
        void read() throws IOException;
    }

    /**
     * Does something with a file.
     *
     * @throws UserError if that fails, with its place
     */
    public static void reading(Path file, Reading reading) {
        try {
            reading.read();
        } catch (FileFormatException e) {
            throw UserError.of(e);
        } catch (IOException e) {
            throw new UserError(file.toString(), "cannot be read: " + FailureText.of(e), null);
        }
    }
}
