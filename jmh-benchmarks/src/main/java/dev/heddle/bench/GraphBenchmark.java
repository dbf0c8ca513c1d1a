package dev.heddle.bench;

import com.google.common.graph.ElementOrder;
import com.google.common.graph.GraphBuilder;
import com.google.common.graph.ImmutableGraph;
import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does it take to build a graph with its checks, and to put it in order, beside what one would write with a map of lists
 * and with Guava's {@code ImmutableGraph}, which check nothing? And, by {@link #main}, how many bytes a task does each keep?
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(value = 1, jvmArgs = "-Xmx1500m")
public class GraphBenchmark {
    private static final int DEPENDENCIES = 5;
    private static final Step STEP = Step.of("build", Command.of("true"));

    /** Number of tasks, each with five dependencies. */
    @Param({"100000"})
    public int tasks;

    private BuildGraph graph = BuildGraph.builder().build();
    private Map<String, List<String>> lists = Map.of();

    /** Builds what the walks walk. */
    @Setup
    public void build() {
        graph = heddle(tasks);
        lists = mapOfLists(tasks);
    }

    /** A graph of Heddle, checked. */
    @Benchmark
    public BuildGraph buildHeddle() {
        return heddle(tasks);
    }

    /** Names in a hash map, dependencies in lists, nothing checked. */
    @Benchmark
    public Map<String, List<String>> buildMapOfLists() {
        return mapOfLists(tasks);
    }

    /** Guava's graph of names, nothing checked. */
    @Benchmark
    public ImmutableGraph<String> buildGuava() {
        return guava(tasks);
    }

    /** All tasks in order. */
    @Benchmark
    public int[] sortHeddle() {
        return graph.topologicalOrder();
    }

    /** All names in order, by counting what is open. */
    @Benchmark
    public List<String> sortMapOfLists() {
        Map<String, Integer> open = new HashMap<>();
        Map<String, List<String>> dependents = new HashMap<>();
        ArrayDeque<String> ready = new ArrayDeque<>();
        lists.forEach((name, needs) -> {
            open.put(name, needs.size());
            needs.forEach(need ->
                    dependents.computeIfAbsent(need, any -> new ArrayList<>()).add(name));
            if (needs.isEmpty()) {
                ready.add(name);
            }
        });
        List<String> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            String name = ready.remove();
            order.add(name);
            for (String dependent : dependents.getOrDefault(name, List.of())) {
                if (open.merge(dependent, -1, Integer::sum) == 0) {
                    ready.add(dependent);
                }
            }
        }
        return order;
    }

    /** Visits every edge of the graph. */
    @Benchmark
    public long walkHeddle() {
        long sum = 0;
        for (int task = 0; task < graph.size(); task++) {
            for (int i = 0; i < graph.dependencyCount(task); i++) {
                sum += graph.dependency(task, i);
            }
        }
        return sum;
    }

    private static String name(int task) {
        return "task-" + task;
    }

    // Spread over all earlier tasks, and the same in every run.
    private static List<String> needs(int task) {
        List<String> needs = new ArrayList<>(DEPENDENCIES);
        for (int i = 1; i <= DEPENDENCIES && i <= task; i++) {
            needs.add(name((int) ((task * 2_654_435_761L + i * 40_503L) % task)));
        }
        return needs;
    }

    private static BuildGraph heddle(int tasks) {
        BuildGraph.Builder builder = BuildGraph.builder();
        for (int task = 0; task < tasks; task++) {
            builder.task(
                    TaskSpec.named(name(task)).step(STEP).dependsOn(needs(task)).build());
        }
        return builder.build();
    }

    private static Map<String, List<String>> mapOfLists(int tasks) {
        Map<String, List<String>> lists = new HashMap<>();
        for (int task = 0; task < tasks; task++) {
            lists.put(name(task), needs(task));
        }
        return lists;
    }

    private static ImmutableGraph<String> guava(int tasks) {
        ImmutableGraph.Builder<String> graph = GraphBuilder.directed()
                .nodeOrder(ElementOrder.insertion())
                .expectedNodeCount(tasks)
                .immutable();
        for (int task = 0; task < tasks; task++) {
            String name = name(task);
            graph.addNode(name);
            needs(task).forEach(need -> graph.putEdge(name, need));
        }
        return graph.build();
    }

    /**
     * Prints how much heap each form keeps, names included, by the difference of the used heap before and after.
     *
     * @param args the number of tasks; 1,000,000 if there is none
     */
    public static void main(String[] args) {
        int tasks = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        long names = retained(
                count ->
                        IntStream.range(0, count).mapToObj(GraphBenchmark::name).toArray(),
                tasks);
        System.out.printf("%d tasks with %d dependencies each; bytes a task:%n", tasks, DEPENDENCIES);
        System.out.printf("  names alone, in an array   %d%n", names / tasks);
        long start = System.nanoTime();
        BuildGraph built = heddle(tasks);
        long sorted = built.topologicalOrder().length;
        System.out.printf(
                "  built and sorted %d tasks, %d edges in %d ms%n",
                sorted, built.edgeCount(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        System.out.printf(
                "  Heddle, without names      %d%n", (retained(GraphBenchmark::heddle, tasks) - names) / tasks + 4);
        System.out.printf(
                "  map of lists of names      %d%n", (retained(GraphBenchmark::mapOfLists, tasks) - names) / tasks + 4);
        if (tasks <= 200_000) {
            System.out.printf(
                    "  Guava's graph of names     %d%n", (retained(GraphBenchmark::guava, tasks) - names) / tasks + 4);
        }
    }

    private static long retained(IntFunction<Object> maker, int tasks) {
        long before = usedHeap();
        Object made = maker.apply(tasks);
        try {
            return usedHeap() - before;
        } finally {
            Reference.reachabilityFence(made);
        }
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
