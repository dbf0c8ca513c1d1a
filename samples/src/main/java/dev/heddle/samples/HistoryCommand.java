package dev.heddle.samples;

import dev.heddle.core.FailureText;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.HistoryOptions;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.scheduler.BuildHistory;
import dev.heddle.scheduler.HostSpeed;
import dev.heddle.scheduler.TaskTime;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle history}: what earlier builds took. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "What earlier builds took: how long tasks take, and how fast hosts are.")
final class HistoryCommand {

    private static final String PLACE =
            "Where it is kept. Left out: " + HistoryOptions.DIRECTORY + " in this directory.";

    HistoryCommand() {}

    /** Shows a history. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Shows how fast hosts are, and the tasks that take longest.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:shown", "1:nothing is known, or not of this task", "2:wrong usage or input"})
    int show(
            @Parameters(paramLabel = "DIR", arity = "0..1", description = PLACE) @Nullable Path directory,
            @Option(names = "--task", paramLabel = "NAME", description = "Show one task, with its steps.") @Nullable
                    String task,
            @Option(
                            names = {"-n", "--lines"},
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "How many tasks to show; 0 for all. Left out: 20.")
                    int lines) {
        if (lines < 0) {
            throw new UserError("-n", "needs a number of at least 0: " + lines, null);
        }
        BuildHistory history = at(directory);
        List<TaskTime> tasks = new ArrayList<>();
        List<HostSpeed> hosts = new ArrayList<>();
        HistoryOptions.reading(history.directory(), () -> {
            tasks.addAll(history.tasks());
            hosts.addAll(history.hosts());
        });
        history.damage().ifPresent(damage -> System.err.println("heddle: " + Printable.oneLine(damage)));
        if (task != null) {
            return showTask(tasks, task, history);
        }
        if (tasks.isEmpty()) {
            System.err.println("heddle: nothing is known in "
                    + Printable.oneLine(history.directory().toString()));
            return ExitCode.FAILED;
        }
        printHosts(hosts);
        System.out.println();
        printTasks(tasks, lines);
        return ExitCode.DONE;
    }

    /** Takes other logs into a history. */
    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Adds the runs of logs that the history does not have yet: build.log of Heddle or dpb, rolling files of"
                            + " either, .ninja_log. Runs that failed are passed over. A log with a line that is wrong is not taken.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:taken", "2:wrong usage or input"})
    int take(
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "The logs, the oldest first.")
                    List<Path> files,
            @Option(names = "--history", paramLabel = "DIR", description = PLACE) @Nullable Path directory) {
        BuildHistory history = at(directory);
        for (Path file : files) {
            int[] taken = new int[1];
            HistoryOptions.reading(file, () -> taken[0] = take(history, file));
            System.out.println(
                    Printable.oneLine(file + ": " + taken[0] + (taken[0] == 1 ? " run" : " runs") + " taken"));
        }
        return ExitCode.DONE;
    }

    private static int take(BuildHistory history, Path file) throws IOException {
        try {
            return history.importLog(file);
        } catch (FileSystemException e) {
            if (file.toString().equals(e.getFile())) {
                throw e;
            }
            throw new UserError(e.getFile(), FailureText.of(e), null);
        }
    }

    private static BuildHistory at(@Nullable Path directory) {
        return BuildHistory.at(directory != null ? directory : Path.of(HistoryOptions.DIRECTORY));
    }

    private static int showTask(List<TaskTime> tasks, String name, BuildHistory history) {
        for (TaskTime task : tasks) {
            if (task.task().equals(name)) {
                printTasks(List.of(task), 1);
                System.out.println();
                line("%-24s %12s", "STEP", "SECONDS");
                task.steps().forEach((step, seconds) -> line("%-24s %12.3f", step, seconds));
                return ExitCode.DONE;
            }
        }
        System.err.println("heddle: " + Printable.oneLine(history.directory() + " knows nothing of '" + name + "'"));
        return ExitCode.FAILED;
    }

    private static void printHosts(List<HostSpeed> hosts) {
        int width = Math.max(
                4, hosts.stream().mapToInt(host -> host.host().length()).max().orElse(0));
        String form = "%-" + width + "s %8s %8s %8s";
        line(form, "HOST", "RUNS", "SPEED", "+-");
        Map<Integer, List<String>> groups = new LinkedHashMap<>();
        for (HostSpeed host : hosts) {
            groups.computeIfAbsent(host.comparable(), g -> new ArrayList<>()).add(host.host());
            boolean known = !Double.isInfinite(host.uncertainty());
            line(
                    form,
                    host.host(),
                    host.runs(),
                    known ? String.format(Locale.ROOT, "%.2f", host.speed()) : "-",
                    known ? String.format(Locale.ROOT, "%.0f%%", 100 * host.uncertainty()) : "-");
        }
        if (groups.size() > 1) {
            line(
                    "%s",
                    "no task ran on both sides of a bar, so these cannot be compared: "
                            + String.join(
                                    " | ",
                                    groups.values().stream()
                                            .map(group -> String.join(" ", group))
                                            .toList()));
        }
    }

    private static void printTasks(List<TaskTime> tasks, int lines) {
        List<TaskTime> longest = new ArrayList<>(tasks);
        longest.sort(Comparator.comparingDouble(TaskTime::seconds).reversed().thenComparing(TaskTime::task));
        line("%12s %12s %5s %12s  %s", "SECONDS", "1 OF 10", "RUNS", "LOG BYTES", "TASK");
        int shown = lines == 0 ? longest.size() : Math.min(lines, longest.size());
        for (TaskTime task : longest.subList(0, shown)) {
            line(
                    "%12.3f %12.3f %5d %12d  %s",
                    task.seconds(), task.seconds() * task.margin(), task.runs(), task.logBytes(), task.task());
        }
        if (shown < longest.size()) {
            line("and %d more", longest.size() - shown);
        }
    }

    private static void line(String form, Object... cells) {
        System.out.println(
                Printable.oneLine(String.format(Locale.ROOT, form, cells).stripTrailing()));
    }
}
