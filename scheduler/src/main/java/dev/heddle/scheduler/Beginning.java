package dev.heddle.scheduler;

import dev.heddle.core.GraphView;
import dev.heddle.core.TaskSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a build begins with.
 *
 * @param graph what is known of the tasks
 * @param targets those that are wanted, or null for all
 * @param missing names that are wanted and have not come yet, or null if all tasks are wanted; the loop's
 * @param sources what brings further tasks
 */
record Beginning(
        GraphView graph,
        @Nullable IntList targets,
        @Nullable Set<String> missing,
        List<TaskSource> sources) {

    /**
     * Looks for the targets in the graph.
     *
     * @param names names of the targets; none for the whole graph
     * @throws IllegalArgumentException if there is none of a name, and nothing that could bring it
     */
    static Beginning of(GraphView graph, Iterable<? extends TaskSource> sources, Iterable<String> names) {
        Set<String> missing = new LinkedHashSet<>();
        names.forEach(missing::add);
        boolean all = missing.isEmpty();
        List<TaskSource> begun = new ArrayList<>();
        for (TaskSource source : sources) {
            begun.add(ListingRun.begin(source, missing));
        }
        IntList wanted = new IntList();
        for (String name : List.copyOf(missing)) {
            int index = graph.indexOf(name);
            if (index >= 0) {
                wanted.add(index);
                missing.remove(name);
            } else if (begun.isEmpty()) {
                throw new IllegalArgumentException("the graph has no task named '" + name + "'");
            }
        }
        return new Beginning(graph, all ? null : wanted, all ? null : missing, begun);
    }
}
