package dev.heddle.samples;

import dev.heddle.core.FailureText;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.JournalReplay;
import dev.heddle.logmux.LineRules;
import dev.heddle.logmux.Sink;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.samples.cli.DisplayOptions;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.OutputPlaces;
import dev.heddle.samples.cli.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle log html}: a recording as a page. */
@Command(
        name = "html",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes a report of a recording: one page with every task, its times and its log, for any browser.",
            "It prints where the page is. Logs of more than 50 MB, compressed, go into a folder beside it."
        })
final class HtmlCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "A recording.")
    private @Nullable String word;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "PAGE",
            description = "The page, in place of one that is there. Left out: the recording's name with .html.")
    private @Nullable Path output;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            description =
                    "The order of the log of everything: raw, line, indented, diagnostic, task, stage. Left out: stage.")
    private String strategy = "stage";

    HtmlCommand() {}

    @Override
    public Integer call() throws IOException {
        Path from = RecordingFile.named(word);
        if (output != null) {
            OutputPlaces.requireName("--output", output);
        }
        Path page = output == null ? pageOf(from) : output;
        GroupingStrategy order = DisplayOptions.strategy(strategy);
        try (JournalReplay replay = RecordingFile.openReplay(from)) {
            RecordingFile.keepFrom(page, from);
            write(replay, order, page);
        }
        System.out.println(page);
        return ExitCode.DONE;
    }

    private static void write(JournalReplay replay, GroupingStrategy order, Path page) {
        int exitCode = ExitCode.USAGE;
        try {
            Sink report = Sinks.html(page);
            exitCode = ExitCode.FAILED;
            replay.replay(order, report, LineRules.common());
        } catch (IOException e) {
            throw new UserError(exitCode, page.toString(), FailureText.of(e), "choose another place with --output");
        }
    }

    private static Path pageOf(Path recording) {
        String name = String.valueOf(recording.getFileName());
        String stem = name.endsWith(".hlog") ? name.substring(0, name.length() - ".hlog".length()) : name;
        return recording.resolveSibling((stem.startsWith(".") ? stem.substring(1) : stem) + ".html");
    }
}
