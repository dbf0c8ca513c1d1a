package dev.heddle.scheduler;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;

/** Small graphs for tests. */
final class TestGraphs {

    private TestGraphs() {}

    static Step work(String name) {
        return Step.of(name, Command.of("work"));
    }

    /** A task with one step, {@code run}. */
    static TaskSpec.Builder task(String name, String... dependencies) {
        return TaskSpec.named(name).step(work("run")).dependsOn(dependencies);
    }

    static BuildGraph graphOf(TaskSpec.Builder... tasks) {
        BuildGraph.Builder graph = BuildGraph.builder();
        for (TaskSpec.Builder task : tasks) {
            graph.task(task.build());
        }
        return graph.build();
    }

    /** So many tasks, {@code t0} and so on, that need nothing of each other. */
    static BuildGraph tasks(int count) {
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[count];
        for (int i = 0; i < count; i++) {
            tasks[i] = task("t" + i);
        }
        return graphOf(tasks);
    }
}
