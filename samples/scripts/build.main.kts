#!/usr/bin/env kotlin
// A build in Kotlin: two compilations at once, then a report made in this process. Exit code 1 when something failed.
@file:DependsOn("dev.heddle:heddle-scheduler:0.1.0")
@file:DependsOn("dev.heddle:heddle-log-mux:0.1.0")

import dev.heddle.core.BuildGraph
import dev.heddle.core.Command
import dev.heddle.logmux.GroupingStrategy
import dev.heddle.logmux.OutputMultiplexer
import dev.heddle.logmux.console.ConsoleDisplay
import dev.heddle.scheduler.Scheduler
import dev.heddle.scheduler.host.Hosts
import kotlin.system.exitProcess

val graph = BuildGraph.builder()
    .task("warp") { it.component("loom").command(Command.shell("echo stringing the warp; echo warp is ready")) }
    .task("weft") { it.component("loom").command(Command.shell("echo winding the weft; echo weft is ready")) }
    .task("cloth") {
        it.dependsOn("warp", "weft").action { job -> job.out().println("woven in Kotlin from ${args.joinToString()}") }
    }
    .build()

val result = OutputMultiplexer.builder()
    .strategy(GroupingStrategy.task())
    .to(ConsoleDisplay.system())
    .build()
    .use { output ->
        Scheduler.builder().hosts(Hosts.local(2)).output(output).build().use { it.run(graph) }
    }
println("${result.ran()} tasks ran")
if (!result.succeeded()) exitProcess(1)
