package dev.heddle.samples;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.GraphView;
import dev.heddle.core.TaskSource;
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
import dev.heddle.samples.cli.StepOptions;
import dev.heddle.samples.cli.UserError;
import dev.heddle.scheduler.QueuePolicy;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code heddle run} and {@code heddle list} have in common: how tasks of Heddle's JSON are run. */
final class RunOptions {

    /**
     * What is to be built.
     *
     * @param graph what is known at the beginning
     * @param sources what brings more
     * @param targets names of tasks that are wanted; none for all
     * @param beside the directory in which a history is kept unless another place was given
     * @param more tells a scheduler what else this work needs
     * @param order makes the order of this work of the one that was asked for
     */
    record Work(
            GraphView graph,
            List<TaskSource> sources,
            List<String> targets,
            Path beside,
            Consumer<Scheduler.Builder> more,
            UnaryOperator<QueuePolicy> order) {}

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
    private StepOptions steps = new StepOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    /** Made by picocli. */
    RunOptions() {}

    /**
     * Checks the options before anything is started.
     *
     * @throws UserError if one is wrong
     */
    void check() {
        if (jobs != null && jobs < 1) {
            throw new UserError("-j", "needs a number of at least 1: " + jobs, null);
        }
        hosts.check(jobs != null);
        var unused = jobserver.chosen(jobs != null, System.getenv());
        order.check();
        history.check();
        locks.check();
        steps.check(hosts.given());
        if (load != null && !(load > 0)) {
            throw new UserError("-l", "needs a number above 0: " + load, null);
        }
    }

    /** Whether the hosts are those of a file, and so may change. */
    boolean hostsGiven() {
        return hosts.given();
    }

    /** The hosts that were asked for. */
    Hosts openHosts() {
        return hosts.open(slots());
    }

    private int slots() {
        return jobs != null ? jobs : Runtime.getRuntime().availableProcessors();
    }

    /**
     * Builds.
     *
     * @param opened the hosts, which are closed at the end
     * @return the exit code
     */
    int run(Work work, Hosts opened) {
        output.tellTasks(task -> aliases(work.graph(), task));
        EventLog log = EventLog.open(events);
        int exitCode;
        try (log;
                BuildOutput out = output.open(
                        hosts.given() ? HostOptions.MANY_JOBS : slots(),
                        Path.of(""),
                        Path.of(OutputOptions.RECORDING),
                        log.listener().orElse(null));
                StepOptions.Opened around = steps.open(hosts.given());
                Scheduler scheduler = scheduler(opened, out, log, work, around)) {
            exitCode = BuildRun.run(scheduler.start(work.graph(), work.sources(), work.targets()), scheduler, out);
        }
        return exitCode == ExitCode.DONE && !log.isComplete() ? ExitCode.FAILED : exitCode;
    }

    // A graph that grows belongs to the build's own thread, and its tasks go by their names alone.
    private static Collection<String> aliases(GraphView graph, String task) {
        return graph instanceof BuildGraph fixed && fixed.indexOf(task) >= 0
                ? fixed.task(fixed.indexOf(task)).aliases()
                : List.of();
    }

    private Scheduler scheduler(Hosts opened, BuildOutput out, EventLog log, Work work, StepOptions.Opened around) {
        log.maskAs(out.multiplexer());
        Scheduler.Builder builder = Scheduler.builder().hosts(opened).output(out.multiplexer());
        hosts.apply(builder);
        jobserver.chosen(jobs != null, System.getenv()).ifPresent(builder::jobserver);
        output.apply(builder);
        locks.apply(builder);
        if (failFast) {
            builder.failFast();
        }
        if (load != null) {
            builder.loadLimit(load);
        }
        builder.policy(work.order().apply(order.chosen(out.multiplexer())));
        history.apply(builder, work.beside());
        work.more().accept(builder);
        around.apply(builder);
        builder.listener(out.watch().listener());
        log.listener().ifPresent(builder::listener);
        return builder.build();
    }
}
