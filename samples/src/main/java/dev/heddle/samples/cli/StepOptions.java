package dev.heddle.samples.cli;

import dev.heddle.core.FailureText;
import dev.heddle.scheduler.HistoryException;
import dev.heddle.scheduler.MemoryScratch;
import dev.heddle.scheduler.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what is done around the steps of tasks. */
public final class StepOptions {

    @Option(
            names = {"-c", "--clean"},
            description =
                    "Clean each task before its steps: by its step 'clean', or else by removing the work directory that it"
                            + " names.")
    private boolean clean;

    @Option(
            names = {"-s", "--measure-sizes"},
            description =
                    "Measure the work directories that tasks name when their steps are done, for size.log in --log-dir.")
    private boolean sizes;

    @Option(
            names = "--step-files",
            paramLabel = "DIR",
            description =
                    "Where commands say what comes next, each in the file that HEDDLE_STEPS names. With --hosts it must be a"
                            + " directory that all hosts share, and without it commands are not asked. Left out: a temporary"
                            + " directory.")
    private @Nullable Path directory;

    @Option(
            names = {"-m", "--memory"},
            paramLabel = "KB",
            description =
                    "Let tasks whose known size is not above KB work in memory: HEDDLE_SCRATCH names a directory for each. All that"
                            + " do so at once on a host have no more than its memory=, or else KB. Needs --sizes.")
    private @Nullable Long memory;

    @Option(
            names = {"-S", "--sizes"},
            paramLabel = "FILE",
            description =
                    "A size.log of an earlier build, by which the sizes of tasks are known. May be given more than once; the last"
                            + " that tells of a task counts.")
    private List<Path> sizeLogs = List.of();

    @Option(
            names = "--memory-dir",
            paramLabel = "DIR",
            description = "The file system in memory, on all hosts. Left out: ${DEFAULT-VALUE}.")
    private Path memoryDirectory = Path.of("/dev/shm");

    /** Made by picocli. */
    public StepOptions() {}

    /**
     * Checks the options before anything is started.
     *
     * @param hostsGiven whether jobs run on the hosts of a file
     */
    public void check(boolean hostsGiven) {
        if (directory != null && Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new UserError("--step-files", directory + " is not a directory", null);
        }
        var unused = scratch(); // Refuses what is wrong before anything is started.
        if (memory != null && !hostsGiven && !Files.isDirectory(memoryDirectory)) {
            throw new UserError("--memory-dir", memoryDirectory + " is not a directory", "name one that is in memory");
        }
        if (sizes && hostsGiven && directory == null) {
            throw new UserError(
                    "--measure-sizes",
                    "is told in step files",
                    "name a directory that all hosts share with --step-files");
        }
    }

    private Optional<MemoryScratch> scratch() {
        if ((memory == null) != sizeLogs.isEmpty()) {
            throw new UserError(
                    "--memory", "and --sizes need each other", "give the largest size and what tells the sizes");
        }
        if (memory == null) {
            return Optional.empty();
        }
        MemoryScratch scratch;
        try {
            scratch = MemoryScratch.at(memoryDirectory, memory);
        } catch (IllegalArgumentException e) {
            throw new UserError("--memory, --memory-dir", String.valueOf(e.getMessage()), null);
        }
        for (Path log : sizeLogs) {
            scratch = sizedBy(log, scratch);
        }
        return Optional.of(scratch);
    }

    private static MemoryScratch sizedBy(Path log, MemoryScratch scratch) {
        try {
            return scratch.sizedBy(log);
        } catch (HistoryException e) {
            throw new UserError(e.place(), e.problem(), e.hint().orElse(null));
        } catch (IOException e) {
            throw new UserError(log.toString(), "cannot be read: " + FailureText.of(e), null);
        }
    }

    /**
     * Makes the directory of step files if one is needed that nobody named.
     *
     * @param hostsGiven whether jobs run on the hosts of a file
     * @throws UserError if it cannot be made
     */
    public Opened open(boolean hostsGiven) {
        if (directory != null || hostsGiven) {
            return new Opened(directory, false);
        }
        try {
            return new Opened(Files.createTempDirectory("heddle-steps-"), true);
        } catch (IOException e) {
            throw new UserError(
                    "--step-files",
                    "no temporary directory can be made: " + FailureText.of(e),
                    "name a directory with --step-files");
        }
    }

    /** Options that are about to be used: {@link #close} removes what was made for them. */
    public final class Opened implements AutoCloseable {
        private final @Nullable Path files;
        private final boolean temporary;

        private Opened(@Nullable Path files, boolean temporary) {
            this.files = files;
            this.temporary = temporary;
        }

        /** Tells a scheduler what was asked for. */
        public void apply(Scheduler.Builder builder) {
            if (files != null) {
                builder.stepFiles(files);
            }
            if (clean) {
                builder.cleanFirst();
            }
            if (sizes) {
                builder.measureSizes();
            }
            scratch().ifPresent(builder::memoryScratch);
        }

        @Override
        public void close() {
            if (!temporary || files == null) {
                return;
            }
            try (Stream<Path> left = Files.list(files)) {
                // What processes that outlived their job wrote.
                for (Path file : List.copyOf(left.toList())) {
                    Files.deleteIfExists(file);
                }
                Files.deleteIfExists(files);
            } catch (IOException e) {
                LastWords.say("the temporary directory " + files + " is left behind: " + FailureText.of(e));
            }
        }
    }
}
