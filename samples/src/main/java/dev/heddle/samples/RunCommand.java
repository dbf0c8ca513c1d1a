package dev.heddle.samples;

import dev.heddle.core.BuildGraph;
import dev.heddle.samples.cli.BuildOutput;
import dev.heddle.samples.cli.BuildRun;
import dev.heddle.samples.cli.EventLog;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.HistoryOptions;
import dev.heddle.samples.cli.HostOptions;
import dev.heddle.samples.cli.JobserverOptions;
import dev.heddle.samples.cli.LockOptions;
import dev.heddle.samples.cli.OrderOptions;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.samples.cli.UserError;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle run}: a graph in Heddle's JSON. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs a graph that is written down in Heddle's JSON, or the part of it that some targets need.")
final class RunCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "GRAPH.json", description = "The graph; - reads it from standard input.")
    private String graph = "";

    @Parameters(index = "1..*", paramLabel = "TARGET", description = "Tasks that are wanted. Left out: all.")
    private List<String> targets = List.of();

    @Option(names = "-j", paramLabel = "N", description = "Jobs at once. Left out: as many as there are processors.")
    private @Nullable Integer jobs;

    @Option(names = "-l", paramLabel = "N", description = "Start no job while the load average is above N.")
    private @Nullable Double load;

    @Option(
            names = "--no-keep-going",
            description =
                    "Start nothing more after the first failure. Otherwise whatever does not depend on it is built.")
    private boolean failFast;

    @Mixin
    private OrderOptions order = new OrderOptions();

    @Option(names = "--events", paramLabel = "FILE", description = "Write every event of the build as a line of JSON.")
    private @Nullable Path events;

    @Mixin
    private HistoryOptions history = new HistoryOptions();

    @Mixin
    private HostOptions hosts = new HostOptions();

    @Mixin
    private LockOptions locks = new LockOptions();

    @Mixin
    private JobserverOptions jobserver = new JobserverOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    RunCommand() {}

    @Override
    public Integer call() {
        if (jobs != null && jobs < 1) {
            throw new UserError("-j", "needs a number of at least 1: " + jobs, null);
        }
        hosts.check(jobs != null);
        var unused =
                jobserver.chosen(jobs != null, System.getenv()); // Refuses what is wrong before anything is started.
        order.check();
        history.check();
        locks.check();
        if (load != null && !(load > 0)) {
            throw new UserError("-l", "needs a number above 0: " + load, null);
        }
        WrittenGraph written = WrittenGraph.read(graph);
        BuildGraph read = written.graph();
        for (String target : targets) {
            if (read.indexOf(target) < 0) {
                throw new UserError(graph, "no task '" + target + "'", hint(read, target));
            }
        }
        int slots = jobs != null ? jobs : Runtime.getRuntime().availableProcessors();
        Hosts opened = hosts.open(slots);
        if (!hosts.given()) {
            written.requireHosts(opened, targets);
        }
        EventLog log = EventLog.open(events);
        int exitCode;
        try (log;
                BuildOutput out = output.open(
                        hosts.given() ? HostOptions.MANY_JOBS : slots,
                        Path.of(""),
                        Path.of(OutputOptions.RECORDING),
                        log.listener().orElse(null));
                Scheduler scheduler = scheduler(opened, out, log)) {
            exitCode = BuildRun.run(scheduler, read, targets, out);
        }
        return exitCode == ExitCode.DONE && !log.isComplete() ? ExitCode.FAILED : exitCode;
    }

    private Scheduler scheduler(Hosts opened, BuildOutput out, EventLog log) {
        log.maskAs(out.multiplexer());
        Scheduler.Builder builder = Scheduler.builder().hosts(opened).output(out.multiplexer());
        hosts.apply(builder);
        jobserver.chosen(jobs != null, System.getenv()).ifPresent(builder::jobserver);
        output.apply(builder);
        locks.apply(builder);
        if (!graph.equals("-")) {
            builder.definitions(task -> WrittenGraph.task(graph, task));
        }
        if (failFast) {
            builder.failFast();
        }
        if (load != null) {
            builder.loadLimit(load);
        }
        order.apply(builder, out.multiplexer());
        history.apply(builder, besideGraph());
        builder.listener(out.watch().listener());
        log.listener().ifPresent(builder::listener);
        return builder.build();
    }

    private Path besideGraph() {
        Path parent = graph.equals("-") ? null : Path.of(graph).getParent();
        return parent == null ? Path.of("") : parent;
    }

    private static @Nullable String hint(BuildGraph graph, String target) {
        for (int i = 0; i < graph.size(); i++) {
            String name = graph.task(i).name();
            if (name.equalsIgnoreCase(target) || name.endsWith("/" + target)) {
                return "did you mean '" + name + "'?";
            }
        }
        return null;
    }
}
