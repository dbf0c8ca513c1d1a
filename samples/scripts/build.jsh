// A build in JShell: jshell --class-path CLASSPATH build.jsh
import dev.heddle.core.*
import dev.heddle.logmux.*
import dev.heddle.logmux.console.*
import dev.heddle.scheduler.*
import dev.heddle.scheduler.host.*

var graph = BuildGraph.builder().
    task("warp", t -> t.component("loom").command(Command.shell("echo stringing the warp; echo warp is ready"))).
    task("weft", t -> t.component("loom").command(Command.shell("echo winding the weft; echo weft is ready"))).
    task("cloth", t -> t.dependsOn("warp", "weft").action(job -> job.out().println("woven in JShell"))).
    build()

// JShell shows what is printed to System.out; the terminal itself belongs to another process.
var output = OutputMultiplexer.builder().strategy(GroupingStrategy.task()).to(ConsoleDisplay.of(System.out, false)).build()
var scheduler = Scheduler.builder().hosts(Hosts.local(2)).output(output).build()
var result = scheduler.run(graph)
scheduler.close()
output.close()
System.out.println(result.ran() + " tasks ran")
int code = result.succeeded() ? 0 : 1
/exit code
