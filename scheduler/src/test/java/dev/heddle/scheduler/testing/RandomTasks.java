package dev.heddle.scheduler.testing;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Dependency;
import dev.heddle.core.Expansion;
import dev.heddle.core.GraphException;
import dev.heddle.core.Resources;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.host.HostSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A graph of some shape, hosts that can build it, and how it grows, all drawn from one seed. */
final class RandomTasks {

    private static final long GIB = 1L << 30;

    final Map<String, TaskSpec> tasks = new LinkedHashMap<>();
    final Map<String, Integer> pools = new TreeMap<>();
    final List<HostSpec> hosts = new ArrayList<>();
    /** By the name of the task that adds it when it succeeds. */
    final Map<String, Expansion> expansions = new LinkedHashMap<>();
    /** What each source brings, in order. */
    final List<List<Expansion>> sources = new ArrayList<>();

    private final SplittableRandom random;
    private final Set<Fault> faults;
    private final boolean uniform;
    private final boolean brief;
    private final int shape;
    private final boolean runEdges;

    /**
     * @param most tasks at most
     */
    RandomTasks(long seed, Set<Fault> faults, int most) {
        this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L);
        this.faults = faults;
        this.brief = isBrief(seed);
        this.uniform = random.nextInt(3) == 0;
        this.shape = random.nextInt(5);
        this.runEdges = random.nextBoolean();
        pools.put("links", 1 + random.nextInt(3));
        pools.put("nets", 1 + random.nextInt(2));
        drawHosts();
        int size = 1 + (int) Math.exp(random.nextDouble() * Math.log(most));
        for (int i = 0; i < size; i++) {
            tasks.put("t" + i, draw(i, size));
        }
        if (faults.contains(Fault.JOBS_EXPAND)) {
            drawExpansions(size);
        }
        if (faults.contains(Fault.SOURCES_EXPAND)) {
            drawSources(size);
        }
    }

    /** Whether tasks take seconds, and not minutes: shorter than hosts rest. */
    static boolean isBrief(long seed) {
        return seed % 4 == 3;
    }

    private void drawHosts() {
        int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 20 : 5);
        for (int i = 0; i < count; i++) {
            int slots = i == 0 ? 2 + random.nextInt(8) : 1 + random.nextInt(8);
            long memory = random.nextInt(3) == 0 ? (4 + random.nextInt(16)) * GIB : 0;
            hosts.add(new HostSpec("h" + i, slots, 1 + random.nextInt(4), memory, Map.of()));
        }
    }

    /** Tasks that one depends on: a chain, a fan, layers, a tree, or a few that nearly all need. */
    private int before(int task) {
        return switch (shape) {
            case 0 -> task - 1 - random.nextInt(Math.min(task, 3));
            case 1 -> random.nextInt(Math.min(task, 4));
            case 2 -> Math.max(0, task / 10 * 10 - 1 - random.nextInt(10));
            case 3 -> task / 2;
            default -> (int) (task * Math.pow(random.nextDouble(), 3));
        };
    }

    private TaskSpec draw(int number, int size) {
        String name = "t" + number;
        TaskSpec.Builder task = TaskSpec.named(name);
        int steps = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(random.nextInt(3) == 0 ? 3 : 1);
        boolean expands = number % 5 == 0 && faults.contains(Fault.JOBS_EXPAND);
        for (int s = 0; s < steps; s++) {
            Duration limit = random.nextInt(4) == 0 && !expands ? Duration.ofHours(40) : null;
            RetryPolicy retry = random.nextInt(5) == 0
                    ? new RetryPolicy(2, Duration.ofSeconds(random.nextInt(600)))
                    : RetryPolicy.NEVER;
            task.step(new Step("s" + s, Command.of("work", name), limit, retry));
        }
        for (int d = random.nextInt(4); d > 0 && number > 0; d--) {
            String other = "t" + before(number);
            int otherSteps = tasks.get(other).steps().size();
            int kind = random.nextInt(8);
            if (kind == 0) {
                task.dependency(Dependency.order(other));
            } else if (kind == 1 && otherSteps > 0) {
                task.dependency(Dependency.step(other, "s" + random.nextInt(otherSteps)));
            } else if (kind == 2 && runEdges) {
                task.runsWith(other);
            } else {
                task.dependsOn(other);
            }
        }
        if (steps > 0) {
            resources(task, expands);
        }
        if (random.nextInt(4) == 0) {
            task.retry(new RetryPolicy(1 + random.nextInt(3), Duration.ofSeconds(random.nextInt(brief ? 3 : 3_000))));
        }
        return task.weight(random.nextInt(5)).priority(random.nextInt(3)).build();
    }

    private void resources(TaskSpec.Builder task, boolean expands) {
        int kind = random.nextInt(12);
        if (random.nextInt(12) == 0 && !expands) {
            task.timeout(Duration.ofHours(90));
        }
        if (uniform) {
            return;
        }
        switch (kind) {
            case 0 -> task.slots(0);
            case 1 -> task.slots(2);
            case 2 -> task.slots(Resources.ALL);
            case 3 -> task.lock("d" + random.nextInt(2));
            case 4 -> task.pool("links");
            case 5 -> task.pool("links", "nets").lock("d0");
            case 6 -> task.lock("d0", "d1");
            case 7, 8 -> task.memoryBytes(random.nextLong(GIB, 3 * GIB));
            case 9 -> task.pinnedTo("h0");
            default -> {}
        }
    }

    private static TaskSpec added(String name, String needs) {
        return TaskSpec.named(name)
                .step(Step.of("s0", Command.of("work", name)))
                .dependsOn(needs)
                .build();
    }

    /** Some tasks add others, and make a task that waits for them anyway wait for those, too. */
    private void drawExpansions(int size) {
        TaskSpec.Builder last = TaskSpec.named("last").step(Step.of("s0", Command.of("work", "last")));
        for (int i = 0; i < size; i += 5) {
            String adder = "t" + i;
            last.dependsOn(adder);
            if (!tasks.get(adder).steps().isEmpty()) {
                Expansion.Builder more = Expansion.builder();
                for (int n = 0; n < 2; n++) {
                    String name = "x" + i + "-" + n;
                    more.task(added(name, "t" + random.nextInt(size)));
                    more.dependency("last", random.nextBoolean() ? Dependency.build(name) : Dependency.order(name));
                }
                if (random.nextInt(3) == 0) {
                    TaskSpec.Builder waits = TaskSpec.named("w" + i).step(Step.of("s0", Command.of("work", "w" + i)));
                    tasks.put("w" + i, waits.build());
                    more.dependency("w" + i, Dependency.build("x" + i + "-0"));
                }
                expansions.put(adder, more.build());
            }
        }
        tasks.put("last", last.build());
    }

    private void drawSources(int size) {
        for (int s = 0; s <= random.nextInt(3); s++) {
            List<Expansion> brings = new ArrayList<>();
            for (int b = random.nextInt(6); b >= 0; b--) {
                Expansion.Builder more = Expansion.builder();
                for (int n = random.nextInt(4); n >= 0; n--) {
                    more.task(added("y" + s + "-" + b + "-" + n, "t" + random.nextInt(size)));
                }
                brings.add(more.build());
            }
            sources.add(brings);
        }
    }

    BuildGraph graph() throws GraphException {
        BuildGraph.Builder graph = BuildGraph.builder();
        pools.forEach(graph::pool);
        return graph.tasks(tasks.values()).build();
    }
}
