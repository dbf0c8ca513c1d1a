package dev.heddle.bench;

import dev.heddle.core.Action;
import dev.heddle.core.BuildGraph;
import dev.heddle.core.Step;

/** Graphs of tasks that do nothing, in layers: what they cost is the scheduler alone. */
final class LayeredGraph {

    /** How many tasks of the layer before each task depends on. */
    static final int DEPENDENCIES = 2;

    private LayeredGraph() {}

    /**
     * Layers of {@code width} tasks, each task but those of the first layer depending on two of the layer before.
     *
     * @param withAction whether a task has an action that returns at once, or no step at all
     */
    static BuildGraph of(int tasks, int width, boolean withAction) {
        Action nothing = job -> {};
        Step step = Step.of("nothing", nothing);
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < tasks; i++) {
            int number = i;
            graph.task("t" + i, task -> {
                if (withAction) {
                    task.step(step);
                }
                for (int d = 0; d < DEPENDENCIES && number >= width; d++) {
                    task.dependsOn("t" + ((number / width - 1) * width + (number + d * 7) % width));
                }
            });
        }
        return graph.build();
    }
}
