package dev.heddle.scheduler;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Dependency;
import dev.heddle.core.DependencyKind;
import dev.heddle.core.Expansion;
import dev.heddle.core.GraphException;
import dev.heddle.core.Resources;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A graph, hosts and a script, all drawn from one seed. */
final class RandomBuild {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    final long seed;
    final Map<String, TaskSpec> tasks = new LinkedHashMap<>();
    final Map<String, Integer> pools = new TreeMap<>();
    final List<HostSpec> hosts = new ArrayList<>();
    /** By the name of the task that adds it when it succeeds. */
    final Map<String, Expansion> expansions = new LinkedHashMap<>();

    private final SplittableRandom random;
    private final int failPercent;
    private final int lossPercent;

    RandomBuild(long seed, boolean growing) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.failPercent = new int[] {0, 3, 25}[random.nextInt(3)];
        this.lossPercent = new int[] {0, 0, 5}[random.nextInt(3)];
        pools.put("links", 1 + random.nextInt(3));
        pools.put("nets", 1 + random.nextInt(2));
        int hostCount = 1 + random.nextInt(3);
        for (int i = 0; i < hostCount; i++) {
            hosts.add(new HostSpec("h" + i, (i == 0 ? 2 : 1) + random.nextInt(3), 1 + random.nextInt(2), 0, Map.of()));
        }
        int size = 1 + random.nextInt(30);
        for (int i = 0; i < size; i++) {
            tasks.put("t" + i, draw("t" + i, i, size));
        }
        dropRunEdgesThatCloseCycles();
        if (growing) {
            drawExpansions(size);
        }
    }

    private TaskSpec draw(String name, int before, int size) {
        TaskSpec.Builder task = TaskSpec.named(name);
        int steps = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(3);
        for (int s = 0; s < steps; s++) {
            task.step(new Step(
                    "s" + s,
                    Command.of("work", name),
                    random.nextInt(4) == 0 ? LIMIT : null,
                    random.nextInt(4) == 0
                            ? new RetryPolicy(2, Duration.ofSeconds(random.nextInt(3)))
                            : RetryPolicy.NEVER));
        }
        for (int d = random.nextInt(4); d > 0 && before > 0; d--) {
            String other = "t" + random.nextInt(before);
            TaskSpec needed = tasks.get(other);
            switch (random.nextInt(6)) {
                case 0 -> task.dependency(Dependency.order(other));
                case 1 -> {
                    if (needed != null && !needed.steps().isEmpty()) {
                        task.dependency(Dependency.step(
                                other, "s" + random.nextInt(needed.steps().size())));
                    }
                }
                default -> task.dependsOn(other);
            }
        }
        if (random.nextInt(3) == 0) {
            // Forward as well as back, so that cycles arise.
            task.runsWith("t" + Math.min(size - 1, Math.max(0, before - 2 + random.nextInt(5))));
        }
        switch (random.nextInt(8)) {
            case 0 -> task.slots(0);
            case 1 -> task.slots(2);
            case 2 -> task.slots(Resources.ALL);
            case 3 -> task.lock("d" + random.nextInt(2));
            case 4 -> task.pool("links");
            case 5 -> task.pool("links", "nets").lock("d0");
            default -> {}
        }
        if (random.nextInt(5) == 0) {
            task.retry(new RetryPolicy(1 + random.nextInt(3), Duration.ofSeconds(random.nextInt(5))));
        }
        return task.weight(random.nextInt(3)).priority(random.nextInt(3)).build();
    }

    /** RUN edges may close a cycle through edges of other kinds, which is refused; the last such edges are taken out. */
    private void dropRunEdgesThatCloseCycles() {
        List<String> names = new ArrayList<>(tasks.keySet());
        for (int i = names.size(); i >= 0; i--) {
            try {
                graph();
                return;
            } catch (GraphException e) {
                String name = names.get(i - 1);
                tasks.put(name, without(tasks.get(name), DependencyKind.RUN));
            }
        }
    }

    private static TaskSpec without(TaskSpec task, DependencyKind kind) {
        TaskSpec.Builder copy = TaskSpec.named(task.name())
                .lock(task.resources().locks().toArray(new String[0]))
                .pool(task.resources().pools().toArray(new String[0]))
                .slots(task.resources().slots())
                .retry(task.retry())
                .weight(task.weight())
                .priority(task.priority());
        task.steps().forEach(copy::step);
        task.dependencies().stream().filter(d -> d.kind() != kind).forEach(copy::dependency);
        return copy.build();
    }

    private void drawExpansions(int size) {
        TaskSpec.Builder last = TaskSpec.named("last").step(Step.of("s0", Command.of("work", "last")));
        for (int i = 0; i < size; i += 3) {
            String adder = "t" + i;
            last.dependsOn(adder);
            if (tasks.get(adder).steps().isEmpty()) {
                continue;
            }
            Expansion.Builder more = Expansion.builder();
            for (int n = 0; n < 2; n++) {
                String name = "x" + i + "-" + n;
                more.task(TaskSpec.named(name)
                        .step(Step.of("s0", Command.of("work", name)))
                        .dependsOn("t" + random.nextInt(size))
                        .build());
                more.dependency("last", random.nextBoolean() ? Dependency.build(name) : Dependency.order(name));
            }
            expansions.put(adder, more.build());
        }
        tasks.put("last", last.build());
    }

    BuildGraph graph() {
        BuildGraph.Builder graph = BuildGraph.builder();
        pools.forEach(graph::pool);
        return graph.tasks(tasks.values()).build();
    }

    /** The graph as it would be had it been known from the start, given which tasks succeeded. */
    Map<String, TaskSpec> grown(Predicate<String> succeeded) {
        Map<String, TaskSpec> all = new LinkedHashMap<>(tasks);
        for (var entry : expansions.entrySet()) {
            if (!succeeded.test(entry.getKey())) {
                continue;
            }
            entry.getValue().tasks().forEach(task -> all.put(task.name(), task));
            for (Expansion.LateDependency late : entry.getValue().dependencies()) {
                TaskSpec.Builder copy = TaskSpec.named(late.task());
                all.get(late.task()).steps().forEach(copy::step);
                all.get(late.task()).dependencies().forEach(copy::dependency);
                all.put(late.task(), copy.dependency(late.dependency()).build());
            }
        }
        return all;
    }

    /** What becomes of an attempt at a step; the same for the same task, step and attempts. */
    Plan plan(String task, int step, int jobAttempt, int stepAttempt) {
        SplittableRandom draw = new SplittableRandom(
                seed * 31 + task.hashCode() * 1_000_003L + step * 101 + jobAttempt * 11 + stepAttempt);
        Duration takes = Duration.ofMillis(draw.nextInt(1, 5_000));
        int luck = draw.nextInt(100);
        if (luck < lossPercent) {
            return Plan.ends(takes, new StepEnd.Lost("the line is dead"));
        }
        if (luck < lossPercent + failPercent) {
            Step known = stepOf(task, step);
            if (known != null && known.timeout() != null && draw.nextBoolean()) {
                return draw.nextBoolean() ? Plan.hangs() : Plan.hangs().ignoringTerm();
            }
            return Plan.exit(takes, 1);
        }
        return Plan.success(takes);
    }

    private @Nullable Step stepOf(String task, int step) {
        TaskSpec spec = tasks.get(task);
        return spec == null ? null : spec.steps().get(step);
    }

    Plan withExpansion(Plan plan, Attempt attempt, int step) {
        Expansion more = expansions.get(attempt.task().name());
        boolean last = step == attempt.task().steps().size() - 1;
        return more == null || !last ? plan : plan.expanding(more);
    }
}
