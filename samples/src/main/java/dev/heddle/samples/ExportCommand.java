package dev.heddle.samples;

import dev.heddle.core.FailureText;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.JournalReader;
import dev.heddle.logmux.Sink;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.samples.cli.DisplayOptions;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.samples.cli.UserError;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle log export}: a recording in the form of another program. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes a recording in another form, on standard output or to a file.")
final class ExportCommand implements Callable<Integer> {

    /** What a recording can become. */
    private enum Form {
        TEXT,
        JSON,
        GUIX,
        ASCIICAST
    }

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "A recording.")
    private @Nullable String word;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORM",
            description =
                    "text, json (an object on each line), guix (the stream of a Guix daemon), or asciicast (version 2, for"
                            + " players of terminal recordings).")
    private Form form = Form.TEXT;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            description = "How output is grouped. Left out: task for text, raw for guix, line otherwise.")
    private @Nullable String strategy;

    @Option(
            names = "-o",
            paramLabel = "FILE",
            description =
                    "Write there, in place of a file that is there. - is standard output, as if it were left out.")
    private @Nullable Path target;

    ExportCommand() {}

    @Override
    public Integer call() throws IOException {
        GroupingStrategy chosen = strategy();
        Path file = RecordingFile.named(word);
        try (JournalReader reader = RecordingFile.open(file)) {
            var unused = reader.replay(chosen, sink(output(file)));
            RecordingFile.warnOfDamage(reader, file);
        } catch (StandardOutput.Lost e) {
            throw e;
        } catch (IOException e) {
            throw RecordingFile.unreadable(file, e);
        }
        return ExitCode.DONE;
    }

    private OutputStream output(Path recording) {
        if (target == null || target.toString().equals("-")) {
            return RecordingFile.standardOutput();
        }
        RecordingFile.keepFrom(target, recording);
        try {
            return new Target(target);
        } catch (IOException e) {
            throw RecordingFile.unwritable(target, e);
        }
    }

    /** The file that is written: what goes wrong with it must not be told of the recording that is read meanwhile. */
    private static final class Target extends FilterOutputStream {
        private final Path path;

        Target(Path path) throws IOException {
            super(new FileOutputStream(path.toFile()));
            this.path = path;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                throw new UserError(
                        ExitCode.FAILED,
                        path.toString(),
                        "could not be written: " + FailureText.of(e),
                        "what is there is not all; choose another place with -o");
            }
        }
    }

    private Sink sink(OutputStream out) {
        return switch (form) {
            case TEXT -> Sinks.text(out);
            case JSON -> Sinks.jsonLines(out);
            case GUIX -> Sinks.guixTraces(out);
            case ASCIICAST -> Sinks.asciicast(out);
        };
    }

    private GroupingStrategy strategy() {
        if (strategy == null) {
            return switch (form) {
                case TEXT -> GroupingStrategy.task();
                case GUIX -> GroupingStrategy.raw();
                case JSON, ASCIICAST -> GroupingStrategy.line();
            };
        }
        return DisplayOptions.strategy(strategy);
    }
}
