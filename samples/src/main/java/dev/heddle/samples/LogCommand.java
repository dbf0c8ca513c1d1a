package dev.heddle.samples;

import dev.heddle.logmux.DiagnosticCounts;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.JournalReader;
import dev.heddle.logmux.JournalStatistics;
import dev.heddle.logmux.JournalTask;
import dev.heddle.logmux.LineRules;
import dev.heddle.logmux.ViewStatistics;
import dev.heddle.samples.cli.DisplayOptions;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.TaskOptions;
import dev.heddle.samples.cli.UserError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle log}: views of a recording. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            FollowCommand.class,
            AttachCommand.class,
            SearchCommand.class,
            HtmlCommand.class,
            ExportCommand.class
        },
        description = {
            "Views of a recording. Without FILE it is " + OutputOptions.RECORDING + " in the current directory.",
            "A recording can be read while the build that writes it still runs."
        })
final class LogCommand {

    private static final int SUGGESTIONS = 5;

    LogCommand() {}

    /** Writes what tasks printed, byte for byte. */
    @Command(
            name = "cat",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Writes what tasks printed, byte for byte. Of a task that ran more than once it is the last job.")
    int cat(
            @Parameters(
                            paramLabel = "[FILE] TASK",
                            arity = "1..*",
                            description = "A recording, and names of tasks in it.")
                    List<String> words,
            @Mixin TaskOptions.Channels channels)
            throws IOException {
        Path file = RecordingFile.named(namesSome(words) ? words.get(0) : null);
        List<String> names = namesSome(words) ? words.subList(1, words.size()) : words;
        if (names.isEmpty()) {
            throw new UserError("log cat", "a task is missing", "'heddle log stats " + file + "' names the tasks");
        }
        try (JournalReader reader = RecordingFile.open(file);
                OutputStream out = RecordingFile.standardOutput()) {
            List<JournalTask> tasks = new ArrayList<>();
            for (String name : names) {
                tasks.add(find(reader, file, name));
            }
            for (JournalTask task : tasks) {
                reader.copy(task, channels.wanted(), out);
            }
            RecordingFile.warnOfDamage(reader, file);
        }
        return ExitCode.DONE;
    }

    /** Shows a build again. */
    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Shows the build again in any strategy, at once or as it happened.")
    int replay(
            @Parameters(paramLabel = "FILE", arity = "0..1", description = "A recording.") @Nullable String word,
            @Mixin ReplayOptions options)
            throws IOException {
        Path file = RecordingFile.named(word);
        GroupingStrategy strategy = options.output.strategy(2);
        boolean failed;
        try (JournalReader reader = RecordingFile.open(file)) {
            LineRules rules = options.output.rules();
            ViewStatistics view = options.replay(reader, strategy, rules);
            RecordingFile.warnOfDamage(reader, file);
            DiagnosticCounts counts =
                    DiagnosticCounts.sum(reader.diagnose(rules, found -> {}).values());
            if (!counts.equals(DiagnosticCounts.NONE)) {
                System.err.println("heddle: " + file + ": " + counts);
            }
            failed = options.output.failsOn(counts);
            if (options.statistics) {
                System.err.printf(
                        Locale.ROOT,
                        "heddle: %s: %d bytes in %d groups, %d switches, delay %d ms on average, %d ms for 99%% of the bytes,"
                                + " %d ms at most%n",
                        strategy.name(),
                        view.bytes(),
                        view.groups(),
                        view.switches(),
                        view.meanDelayNanos() / 1_000_000,
                        view.p99DelayNanos() / 1_000_000,
                        view.maxDelayNanos() / 1_000_000);
            }
        }
        return failed ? ExitCode.FAILED : ExitCode.DONE;
    }

    /** Options of {@code replay}. */
    static final class ReplayOptions {
        @Mixin
        private DisplayOptions output = new DisplayOptions();

        @Option(
                names = "--statistics",
                description = "Say at the end how many switches and what delay the strategy made.")
        private boolean statistics;

        @Option(names = "--original", description = "Show everything when it happened, as in the build itself.")
        private boolean original;

        @Option(
                names = "--speed",
                paramLabel = "N",
                description = "The same N times as fast, such as 10, or more slowly, such as 0.5.")
        private @Nullable Double speed;

        private ViewStatistics replay(JournalReader reader, GroupingStrategy strategy, LineRules rules)
                throws IOException {
            Double wanted = speed != null ? speed : original ? Double.valueOf(1) : null;
            if (wanted == null) {
                return reader.replay(strategy, output.display(), rules);
            }
            if (!(wanted > 0)) {
                throw new UserError("--speed", "needs a number above 0: " + wanted, null);
            }
            return reader.replay(strategy, output.display(), rules, wanted);
        }
    }

    /** Lists what is in a recording. */
    @Command(
            name = "stats",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Lists the tasks of a recording with their ends, times and sizes, and what the recording is made of.")
    int stats(
            @Parameters(paramLabel = "FILE", arity = "0..1", description = "A recording.") @Nullable String word,
            @Option(names = "--brief", description = "Only what the recording is made of, no tasks.") boolean brief)
            throws IOException {
        Path file = RecordingFile.named(word);
        try (JournalReader reader = RecordingFile.open(file)) {
            StringBuilder text = new StringBuilder();
            if (!brief) {
                text.append(String.format("%-12s %9s %10s  %s%n", "END", "SECONDS", "BYTES", "TASK"));
                for (JournalTask task : reader.tasks()) {
                    text.append(row(task)).append('\n');
                }
                text.append('\n');
            }
            text.append(summary(reader.statistics()));
            System.out.print(text);
        }
        return ExitCode.DONE;
    }

    private static String row(JournalTask task) {
        String end = task.ending() == null
                ? "unfinished"
                : task.ending().kind().name().toLowerCase(Locale.ROOT).replace("_", " ");
        Duration elapsed = task.elapsed();
        String seconds = elapsed == null ? "-" : String.format(Locale.ROOT, "%.3f", elapsed.toNanos() / 1e9);
        return String.format(
                "%-12s %9s %10d  %s",
                end, seconds, task.totalBytes(), Printable.line(task.job().task()));
    }

    private static String summary(JournalStatistics made) {
        StringBuilder text = new StringBuilder();
        text.append(String.format("jobs          %12d%n", made.jobs()));
        text.append(String.format("output        %12d bytes in %d fragments%n", made.payload(), made.fragments()));
        text.append(String.format("descriptions  %12d bytes%n", made.descriptions()));
        text.append(String.format(
                Locale.ROOT,
                "framing       %12d bytes, %.2f%% of the output%n",
                made.framing(),
                made.framingPercent()));
        if (made.masked() > 0) {
            text.append(String.format("secrets       %12d masked%n", made.masked()));
        }
        if (made.damaged() > 0) {
            text.append(String.format("damaged       %12d bytes, left out%n", made.damaged()));
        }
        if (made.torn() > 0) {
            text.append(String.format("torn          %12d bytes at the end%n", made.torn()));
        }
        return text.toString();
    }

    private static JournalTask find(JournalReader reader, Path file, String name) {
        Optional<JournalTask> task = reader.lastOf(name);
        if (task.isPresent()) {
            return task.get();
        }
        List<String> close = reader.tasks().stream()
                .map(each -> each.job().task())
                .filter(each -> each.contains(name) || name.contains(each))
                .distinct()
                .limit(SUGGESTIONS)
                .toList();
        throw new UserError(
                file.toString(),
                "no task '" + name + "'",
                close.isEmpty()
                        ? "'heddle log stats " + file + "' names the tasks"
                        : "there are: " + String.join(", ", close));
    }

    private static boolean namesSome(List<String> words) {
        // Where no build has written one, the first of several words can only be meant for a recording.
        return !words.isEmpty()
                && (words.get(0).endsWith(".hlog") || (words.size() > 1 && !Files.exists(RecordingFile.named(null))));
    }
}
