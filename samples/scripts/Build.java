import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;

/** A build in one Java file, started as it is: {@code java -cp CLASSPATH Build.java}. */
class Build {
    public static void main(String[] args) throws Exception {
        BuildGraph graph = BuildGraph.builder()
                .task("warp", t -> t.component("loom").command(Command.shell("echo stringing the warp; echo warp is ready")))
                .task("weft", t -> t.component("loom").command(Command.shell("echo winding the weft; echo weft is ready")))
                .task("cloth", t -> t.dependsOn("warp", "weft")
                        .action(job -> job.out().println("woven in Java from " + String.join(", ", args))))
                .build();
        BuildResult result;
        try (OutputMultiplexer output = OutputMultiplexer.builder()
                        .strategy(GroupingStrategy.task())
                        .to(ConsoleDisplay.system())
                        .build();
                Scheduler scheduler = Scheduler.builder().hosts(Hosts.local(2)).output(output).build()) {
            result = scheduler.run(graph);
        }
        System.out.println(result.ran() + " tasks ran");
        System.exit(result.succeeded() ? 0 : 1);
    }
}
