package dev.heddle.samples.ninja;

import dev.heddle.logmux.console.Terminal;
import dev.heddle.samples.cli.JobProcesses;
import dev.heddle.samples.cli.OrderOptions;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What was asked for on the command line. Filled once, before a run; then only read. */
final class Options {

    /** Jobs at once where any number is allowed: more than any machine of today has use for, and still a bound. */
    static final int MANY_JOBS = 1024;

    Path directory = Path.of("");
    boolean directoryGiven;
    String file = "build.ninja";
    int jobs = Runtime.getRuntime().availableProcessors() + 2;
    /** Makes the hosts that commands run on, for each build anew. */
    Supplier<Hosts> hosts = () -> Hosts.local(jobs, JobProcesses::runner);

    /** Tells the scheduler what else was asked for, such as how to deal with hosts. */
    Consumer<Scheduler.Builder> settings = builder -> {};

    /** Which of the commands that could start goes first. */
    OrderOptions order = new OrderOptions();

    /** Tells the scheduler where it is kept what earlier builds took, given the directory of the build. */
    BiConsumer<Scheduler.Builder, Path> history = (builder, place) -> {};

    /** Failures after which no more is started; 0 for any number. */
    int keepGoing = 1;
    /** Load average above which nothing more is started; 0 or less for none. */
    double load;

    boolean dryRun;
    boolean verbose;
    boolean quiet;
    boolean explain;
    boolean stats;
    boolean keepRsp;
    boolean keepDepfile;
    boolean phonyCycleIsError;
    boolean cache = true;

    /** What jobs of the console pool read; null for nothing. */
    @Nullable
    Path consoleInput;

    /** The size of the terminal that a job of the console pool writes to; none if it writes to a pipe. */
    Supplier<Optional<Terminal.Size>> consoleTerminal = Optional::empty;

    @Nullable
    String tool;

    List<String> toolArguments = List.of();
    List<String> targets = List.of();
    /** The form of a line of progress, as {@code NINJA_STATUS} gives it. */
    String status = StatusLine.DEFAULT_FORMAT;
}
