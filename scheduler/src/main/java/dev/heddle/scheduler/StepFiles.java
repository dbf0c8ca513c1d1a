package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.FailureText;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.Work;
import dev.heddle.scheduler.host.StepEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files in which commands tell what their job is to do next: one for each attempt at a step, under a name that only its command
 * is told, so that no other job can write into it.
 *
 * <p>May be used from any thread that may block.
 */
final class StepFiles {

    private static final int NAME_BYTES = 16;

    private final Path directory;
    private final SecureRandom random = new SecureRandom();

    StepFiles(Path directory) {
        this.directory = directory.toAbsolutePath();
    }

    /**
     * A command with its file in its environment; other work is left as it is.
     *
     * @throws StepFailure if the directory cannot be made
     */
    Work begin(Work work, StepWatch watch) throws StepFailure {
        if (!(work instanceof Command command)) {
            return work;
        }
        makeDirectory();
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        Path file = directory.resolve(HexFormat.of().formatHex(name));
        watch.stepFile = file;
        return command.env(StepNotes.VARIABLE, file.toString());
    }

    private void makeDirectory() throws StepFailure {
        if (Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.createDirectories(directory);
            if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new StepFailure(new FailureCause.NotStarted(
                    "the directory of step files, " + directory + ", cannot be made: " + FailureText.of(e)));
        }
    }

    /**
     * Takes what the command wrote that has just ended, and removes the file. It counts only if the command did not fail.
     *
     * @param file where it wrote
     * @return how the step ended: as it did, or as a failure if what it wrote cannot be done
     */
    StepEnd end(JobRun job, Path file, StepEnd end) {
        try {
            byte[] bytes = read(file);
            if (bytes != null && Judgement.of(job.currentStep(), end) == null) {
                StepNotes notes = StepNotes.read(bytes, job.task, job.currentStep());
                notes.facts().forEach(job::note);
                job.skip(notes.skipped());
                job.next(notes.next());
            }
            return end;
        } catch (StepFailure | IllegalStateException e) {
            return new StepEnd.Threw(
                    e instanceof StepFailure
                            ? e
                            : new StepFailure(new FailureCause.Rejected(String.valueOf(e.getMessage()))));
        } catch (IOException e) {
            return new StepEnd.Threw(new StepFailure(
                    new FailureCause.Rejected(StepNotes.VARIABLE + ": cannot be read: " + FailureText.of(e))));
        }
    }

    /** The bytes of the file, which is gone then; null if there is none. */
    private static byte @Nullable [] read(Path file) throws IOException, StepFailure {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new StepFailure(new FailureCause.Rejected(StepNotes.VARIABLE + ": is not a plain file"));
            }
            try (SeekableByteChannel in =
                    Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(in.size(), StepNotes.MOST_BYTES + 1L));
                while (bytes.hasRemaining() && in.read(bytes) >= 0) {
                    // Reads on until the buffer is full or the file at its end.
                }
                if (bytes.position() > StepNotes.MOST_BYTES) {
                    throw new StepFailure(new FailureCause.Rejected(
                            StepNotes.VARIABLE + ": longer than " + StepNotes.MOST_BYTES + " bytes"));
                }
                return Arrays.copyOf(bytes.array(), bytes.position());
            }
        } catch (NoSuchFileException e) {
            return null; // Something of the job removed it meanwhile.
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
