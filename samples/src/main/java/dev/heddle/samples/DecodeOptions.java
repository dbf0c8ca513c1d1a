package dev.heddle.samples;

import dev.heddle.core.Channel;
import dev.heddle.core.FailureText;
import dev.heddle.logmux.GuixSession;
import dev.heddle.logmux.wire.GuixReader;
import dev.heddle.logmux.wire.GuixStatus;
import dev.heddle.samples.cli.BuildOutput;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.LastWords;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.samples.cli.UserError;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Shows a stream that another program multiplexed. */
final class DecodeOptions {

    private static final String STANDARD_INPUT = "-";
    /** How many jobs a daemon may run at once, as far as the choice of a strategy is concerned. */
    private static final int SEVERAL = 2;

    /** Forms that can be decoded. */
    private enum Form {
        GUIX
    }

    @Option(
            names = "--decode",
            paramLabel = "FORM",
            description =
                    "Show a stream of this form: guix. It is read from FILE, or from standard input. The exit code is 1"
                            + " when something in it failed, or when it is damaged or ends before its builds.")
    private @Nullable Form form;

    @Option(
            names = "--trust-builders",
            description = "Believe what builders tell of downloads and remote builds, as Guix's own client does.")
    private boolean trusting;

    DecodeOptions() {}

    boolean isAsked() {
        return form != null;
    }

    int run(List<String> words, OutputOptions output) {
        if (words.size() > 1) {
            throw new UserError("--decode", "takes one file, not " + words.size(), null);
        }
        String name = words.isEmpty() ? STANDARD_INPUT : words.get(0);
        try (InputStream stream = open(name);
                BuildOutput out = output.open(SEVERAL, Path.of(""), null)) {
            return show(stream, name, out);
        } catch (IOException e) {
            throw new UserError(name, FailureText.of(e), null);
        }
    }

    private int show(InputStream stream, String name, BuildOutput out) throws IOException {
        GuixSession session = new GuixSession(out.multiplexer());
        try (session) {
            GuixReader reader = new GuixReader(session);
            (trusting ? reader.trustBuilderTraces() : reader).readAll(stream);
        }
        GuixStatus status = session.status();
        String source = name.equals(STANDARD_INPUT) ? "standard input" : name;
        int unfinished = status.unfinished();
        out.multiplexer()
                .message(
                        Channel.MESSAGE,
                        source + ": " + status.built() + " built, "
                                + status.failed() + " failed, " + status.downloaded() + " downloaded, "
                                + unfinished + " unfinished");
        out.close();
        if (unfinished > 0) {
            LastWords.say(source + ": the stream ends, and builds have not: " + unfinished);
        }
        if (session.damages() > 0) {
            LastWords.say(source + ": the stream is cut off or damaged, places: " + session.damages());
        }
        boolean good = status.failed() == 0 && session.errors() == 0 && session.damages() == 0 && unfinished == 0;
        return good && out.isComplete() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static InputStream open(String name) {
        try {
            return name.equals(STANDARD_INPUT)
                    ? new FileInputStream(FileDescriptor.in)
                    : Files.newInputStream(Path.of(name));
        } catch (IOException e) {
            throw new UserError(name, FailureText.of(e), "name a file with what a Guix daemon sent");
        }
    }
}
