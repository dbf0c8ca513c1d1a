package dev.heddle.core;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** Every form of a graph keeps the contract. */
class GraphViewTest {

    /** The immutable form. */
    @Nested
    class Immutable extends GraphViewContract {
        @Override
        GraphView graph(List<TaskSpec> tasks, Map<String, Integer> pools) {
            return built(tasks, pools);
        }
    }

    /** The growing form, given all at once. */
    @Nested
    class GrownAtOnce extends GraphViewContract {
        @Override
        GraphView graph(List<TaskSpec> tasks, Map<String, Integer> pools) {
            Expansion.Builder all = Expansion.builder();
            tasks.forEach(all::task);
            pools.forEach(all::pool);
            GrowingGraph graph = GrowingGraph.empty();
            graph.add(all.build(), "list:1");
            endOfSource(graph);
            return graph;
        }
    }

    /** The growing form, given task by task. */
    @Nested
    class GrownOneByOne extends GraphViewContract {
        @Override
        GraphView graph(List<TaskSpec> tasks, Map<String, Integer> pools) {
            GrowingGraph graph = GrowingGraph.empty();
            Expansion.Builder first = Expansion.builder();
            pools.forEach(first::pool);
            graph.add(first.build(), "list:0");
            for (int i = 0; i < tasks.size(); i++) {
                graph.add(Expansion.builder().task(tasks.get(i)).build(), "list:" + (i + 1));
            }
            endOfSource(graph);
            return graph;
        }
    }

    /** A copy of the immutable form. */
    @Nested
    class Copied extends GraphViewContract {
        @Override
        GraphView graph(List<TaskSpec> tasks, Map<String, Integer> pools) {
            return GrowingGraph.startingFrom(built(tasks, pools));
        }
    }

    private static void endOfSource(GrowingGraph graph) {
        List<GrowingGraph.Dangling> dangling = graph.endOfSource();
        if (!dangling.isEmpty()) {
            throw new GraphException(dangling.get(0).message());
        }
    }

    private static BuildGraph built(List<TaskSpec> tasks, Map<String, Integer> pools) {
        BuildGraph.Builder builder = BuildGraph.builder().tasks(tasks);
        pools.forEach(builder::pool);
        return builder.build();
    }
}
