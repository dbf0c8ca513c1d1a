#!/usr/bin/env kotlin
// The multiplexer alone, in Kotlin: two threads print at once, each is shown whole, and everything is recorded.
@file:DependsOn("dev.heddle:heddle-log-mux:0.1.0")

import dev.heddle.core.Channel
import dev.heddle.logmux.GroupingStrategy
import dev.heddle.logmux.OutputMultiplexer
import dev.heddle.logmux.console.ConsoleDisplay
import java.nio.file.Path
import kotlin.concurrent.thread

OutputMultiplexer.builder()
    .strategy(GroupingStrategy.task())
    .to(ConsoleDisplay.system())
    .journal(Path.of(args[0]))
    .build()
    .use { output ->
        (1..2).map { number ->
            thread {
                output.open("shuttle $number", "loom").use { shuttle ->
                    for (pick in 1..3) {
                        shuttle.write(Channel.STDOUT, "shuttle $number pick $pick\n".toByteArray())
                    }
                    shuttle.finish(0)
                }
            }
        }.forEach { it.join() }
        output.message(Channel.MESSAGE, "woven in Kotlin")
    }
