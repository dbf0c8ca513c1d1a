package dev.heddle.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Random tasks for tests: small graphs in which all kinds of edges, aliases, steps and outputs occur, some with cycles. */
final class RandomGraphs {

    private RandomGraphs() {}

    /** Tasks {@code t0} to {@code t(n-1)} in random order; edges go anywhere with the given share, else from higher to lower. */
    static List<TaskSpec> tasks(Random random, int count, double edgesPerTask, double shareAnywhere) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        List<TaskSpec> tasks = new ArrayList<>();
        for (int number : order) {
            TaskSpec.Builder task = TaskSpec.named("t" + number)
                    .outputName("lib", "doc")
                    .step("one", Command.of("true"))
                    .step("two", Command.of("true"));
            if (number % 3 == 0) {
                task.alias("alias" + number);
            }
            int edges = (int) (random.nextDouble() * 2 * edgesPerTask + 0.5);
            for (int i = 0; i < edges; i++) {
                boolean anywhere = random.nextDouble() < shareAnywhere;
                int target = anywhere ? random.nextInt(count) : number == 0 ? -1 : random.nextInt(number);
                if (target >= 0 && target != number) {
                    task.dependency(dependency(random, target));
                }
            }
            tasks.add(task.build());
        }
        return tasks;
    }

    static Dependency dependency(Random random, int target) {
        String name = target % 3 == 0 && random.nextBoolean() ? "alias" + target : "t" + target;
        return switch (random.nextInt(6)) {
            case 0 -> Dependency.step(name, random.nextBoolean() ? "one" : "two");
            case 1 -> Dependency.order(name);
            case 2 -> Dependency.run(name);
            case 3 -> Dependency.output(name, random.nextBoolean() ? "lib" : "doc");
            default -> Dependency.build(name);
        };
    }
}
