package dev.heddle.samples;

import dev.heddle.core.BuildGraph;
import dev.heddle.samples.cli.UserError;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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

    @Parameters(index = "1..*", paramLabel = "TARGET", description = "Tasks that are wanted. Left out: all.")
    private List<String> targets = List.of();

    @Mixin
    private RunOptions options = new RunOptions();

    RunCommand() {}

    @Override
    public Integer call() {
        options.check();
        WrittenGraph written = WrittenGraph.read(graph);
        BuildGraph read = written.graph();
        for (String target : targets) {
            if (read.indexOf(target) < 0) {
                throw new UserError(graph, "no task '" + target + "'", hint(read, target));
            }
        }
        Hosts opened = options.openHosts();
        if (!options.hostsGiven()) {
            written.requireHosts(opened, targets);
        }
        // What came from standard input cannot be read again.
        Consumer<Scheduler.Builder> definitions = graph.equals("-")
                ? builder -> {}
                : builder -> builder.definitions(task -> WrittenGraph.task(graph, task));
        return options.run(new RunOptions.Work(read, List.of(), targets, besideGraph(), definitions), opened);
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
