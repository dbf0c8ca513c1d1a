package dev.heddle.bench;

import dev.heddle.core.GraphView;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What does a task that does nothing cost in this JVM? Graphs of such tasks are built one after another, round by round, and what is
 * printed for each is the median of the rounds: tasks a second, and processor time a task.
 *
 * <p>The first rounds warm the compiler up and do not count. Processor time is the whole process's, the collector and the
 * compiler with it; on a machine that others use, too, it says more than the rate.
 */
public final class TaskRate {

    private static final int WARM_ROUNDS = 4;
    private static final int THREADS = 2;

    /**
     * One way of building.
     *
     * @param name what is printed
     * @param listening whether a listener is told of everything
     */
    private record Way(String name, GraphView graph, boolean listening) {

        Cost run() {
            long[] told = new long[1];
            Scheduler.Builder scheduler = Scheduler.builder().hosts(Hosts.inProcess(THREADS));
            if (listening) {
                scheduler.listener(event -> told[0]++);
            }
            System.gc();
            Cost before = Cost.now();
            try (Scheduler running = scheduler.build()) {
                BuildResult result = running.run(graph);
                if (!result.succeeded()) {
                    throw new IllegalStateException(result.toString());
                }
            }
            return Cost.now().since(before);
        }
    }

    /** Nanoseconds of the clock and of the processors. */
    private record Cost(long wall, long processor) {

        static Cost now() {
            return new Cost(System.nanoTime(), processorNanos());
        }

        Cost since(Cost before) {
            return new Cost(wall - before.wall, processor - before.processor);
        }

        private static long processorNanos() {
            return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
        }
    }

    private TaskRate() {}

    /**
     * Measures and prints.
     *
     * @param args how many tasks (1000000) how many rounds that count (7), and which ways, as a pattern (.*)
     */
    public static void main(String[] args) {
        int tasks = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        String only = args.length > 2 ? args[2] : ".*";
        List<Way> ways = new ArrayList<>();
        for (int width : new int[] {tasks, 1_000, 100}) {
            String shape = width == tasks ? "flat" : "layers of " + width;
            GraphView actions = LayeredGraph.of(tasks, width, true);
            ways.add(new Way(shape + ", actions", actions, false));
            ways.add(new Way(shape + ", actions, listener", actions, true));
            ways.add(new Way(shape + ", no steps", LayeredGraph.of(tasks, width, false), false));
        }
        ways.removeIf(way -> !way.name().matches(only));
        measure(ways, tasks, rounds);
    }

    private static void measure(List<Way> ways, int tasks, int rounds) {
        List<List<Cost>> costs = new ArrayList<>();
        ways.forEach(way -> costs.add(new ArrayList<>()));
        for (int round = -WARM_ROUNDS; round < rounds; round++) {
            for (int way = 0; way < ways.size(); way++) {
                Cost cost = ways.get(way).run();
                if (round >= 0) {
                    costs.get(way).add(cost);
                }
            }
        }
        System.out.printf("%-34s %12s %14s%n", "graph", "tasks/s", "ns CPU/task");
        for (int way = 0; way < ways.size(); way++) {
            List<Cost> each = costs.get(way);
            System.out.printf(
                    Locale.ROOT,
                    "%-34s %,12.0f %14.0f%n",
                    ways.get(way).name(),
                    tasks * 1e9 / median(each.stream().mapToLong(Cost::wall).toArray()),
                    (double) median(each.stream().mapToLong(Cost::processor).toArray()) / tasks);
        }
    }

    private static long median(long[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
