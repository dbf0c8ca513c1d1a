package dev.heddle.samples;

import dev.heddle.core.BuildGraph;
import dev.heddle.samples.cli.TargetOptions;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Parameters(
            index = "1..*",
            paramLabel = "TARGET[=SECONDS]",
            description =
                    "Tasks that are wanted. Left out: all. SECONDS is how much heavier than it is a target counts, so that it,"
                            + " and what it needs, goes first.")
    private List<String> given = List.of();

    @Mixin
    private TargetOptions targets = new TargetOptions();

    @Mixin
    private RunOptions options = new RunOptions();

    RunCommand() {}

    @Override
    public Integer call() {
        options.check();
        WrittenGraph written = WrittenGraph.read(graph);
        BuildGraph read = written.graph();
        targets.resolve(given, read, graph);
        Hosts opened = options.openHosts();
        if (!options.hostsGiven()) {
            written.requireHosts(opened, targets.names());
        }
        // What came from standard input cannot be read again.
        Consumer<Scheduler.Builder> definitions = graph.equals("-")
                ? builder -> {}
                : builder -> builder.definitions(task -> WrittenGraph.task(graph, task));
        RunOptions.Work work = new RunOptions.Work(
                read, List.of(), targets.names(), besideGraph(), definitions, order -> targets.first(order, read));
        return options.run(work, opened);
    }

    private Path besideGraph() {
        Path parent = graph.equals("-") ? null : Path.of(graph).getParent();
        return parent == null ? Path.of("") : parent;
    }
}
