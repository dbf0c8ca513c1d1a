package dev.heddle.samples;

import dev.heddle.core.FailureText;
import dev.heddle.logmux.Journal;
import dev.heddle.logmux.JournalReader;
import dev.heddle.logmux.JournalReplay;
import dev.heddle.logmux.JournalStatistics;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.samples.cli.UserError;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The recording that a {@code heddle log} command is about. */
final class RecordingFile {

    static final String HINT = "name a recording, as 'heddle ninja' writes one";

    private RecordingFile() {}

    /** The file that was named, or the one that builds write where none is. */
    static Path named(@Nullable String word) {
        return Path.of(word == null ? OutputOptions.RECORDING : word);
    }

    static JournalReader open(Path file) {
        try {
            return Journal.open(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Only to lead it into a sink, however many jobs it has. */
    static JournalReplay openReplay(Path file) {
        try {
            return Journal.openReplay(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static UserError unreadable(Path file, IOException e) {
        return new UserError(file.toString(), FailureText.of(e), HINT);
    }

    static UserError unwritable(Path file, IOException e) {
        return new UserError(file.toString(), "cannot be written: " + FailureText.of(e), null);
    }

    /**
     * Keeps a view from being written over the recording that it is made of, under whatever name.
     *
     * @throws UserError if both are one file
     */
    static void keepFrom(Path target, Path recording) {
        try {
            if (Files.exists(target) && Files.isSameFile(target, recording)) {
                throw new UserError(
                        target.toString(), "is the recording that is read", "name another file to write to");
            }
        } catch (IOException e) {
            throw unreadable(recording, e);
        }
    }

    /** Says on standard error what of a recording was not read. */
    static void warnOfDamage(JournalReader reader, Path file) throws IOException {
        JournalStatistics made = reader.statistics();
        if (made.damaged() > 0) {
            System.err.println("heddle: " + file + ": " + made.damaged() + " damaged bytes were left out");
        }
        if (made.torn() > 0) {
            System.err.println("heddle: " + file + ": the last " + made.torn()
                    + " bytes are torn: it is still written, or was cut off; what is there of a job's output is shown");
        }
    }

    static OutputStream standardOutput() {
        return new BufferedOutputStream(new StandardOutput(), 1 << 16);
    }
}
