package dev.heddle.bench;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.GraphView;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import java.util.concurrent.TimeUnit;
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
 * What does the scheduler itself cost for each task? A graph of tasks that do nothing is run, once with tasks that have no
 * step and once with an action that returns at once, beside a plain walk over int arrays that counts open dependencies down.
 *
 * <p>The score is the time for the whole graph; the tasks a second are {@code tasks} over it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseSerialGC"})
public class SchedulerBenchmark {

    /** How many tasks. */
    @Param({"100000", "1000000"})
    public int tasks;

    /**
     * How many of them do not depend on one another: the width of the graph, and so how many are ready at once. What a start
     * costs must not grow with it but by what the processor's caches make of more memory.
     */
    @Param({"100", "1000", "100000"})
    public int width;

    private GraphView empty = BuildGraph.builder().build();
    private GraphView actions = empty;
    private int[] starts = {};
    private int[] dependents = {};
    private int[] counts = {};

    /** Makes the graphs. */
    @Setup
    public void makeGraphs() {
        empty = LayeredGraph.of(tasks, width, false);
        actions = LayeredGraph.of(tasks, width, true);
        starts = new int[tasks + 1];
        counts = new int[tasks];
        dependents = new int[empty.edgeCount()];
        int next = 0;
        for (int task = 0; task < tasks; task++) {
            starts[task] = next;
            counts[task] = empty.dependencyCount(task);
            for (int i = 0; i < empty.dependentCount(task); i++) {
                dependents[next++] = empty.dependent(task, i);
            }
        }
        starts[tasks] = next;
    }

    /** Tasks without steps. */
    @Benchmark
    public BuildResult tasksWithoutSteps() {
        return run(empty);
    }

    /** Tasks with an action that returns at once, on two threads. */
    @Benchmark
    public BuildResult trivialActions() {
        return run(actions);
    }

    /** The same, told to a listener. */
    @Benchmark
    public BuildResult trivialActionsWithListener() {
        long[] seen = new long[1];
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.inProcess(2))
                .listener(event -> seen[0]++)
                .build()) {
            return scheduler.run(actions);
        }
    }

    private static BuildResult run(GraphView graph) {
        try (Scheduler scheduler = Scheduler.builder().hosts(Hosts.inProcess(2)).build()) {
            BuildResult result = scheduler.run(graph);
            if (!result.succeeded()) {
                throw new IllegalStateException(result.toString());
            }
            return result;
        }
    }

    /** The peer: one thread, int arrays, nothing but the order. */
    @Benchmark
    public int plainWalk() {
        int[] open = counts.clone();
        int[] queue = new int[tasks];
        int end = 0;
        for (int task = 0; task < tasks; task++) {
            if (open[task] == 0) {
                queue[end++] = task;
            }
        }
        for (int next = 0; next < end; next++) {
            int task = queue[next];
            for (int i = starts[task]; i < starts[task + 1]; i++) {
                if (--open[dependents[i]] == 0) {
                    queue[end++] = dependents[i];
                }
            }
        }
        return end;
    }
}
