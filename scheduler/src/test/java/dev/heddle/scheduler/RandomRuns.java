package dev.heddle.scheduler;

import dev.heddle.scheduler.TimedRun.How;
import dev.heddle.scheduler.TimedRun.StepTime;
import dev.heddle.scheduler.TimedRun.Took;
import dev.heddle.scheduler.TimedRun.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Runs with names that logs find hard, and times that they can hold. */
final class RandomRuns {

    private static final String LETTERS = "ab/ =!*%:.,-#\t\n\u007f\u00fc\u2713@";

    private RandomRuns() {}

    static TimedRun run(Random random, boolean failed) {
        List<StepTime> steps = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String name = random.nextInt(10) == 0 ? "attempt" : name(random);
            steps.add(new StepTime(name, random.nextInt(1_000_000) / 1000.0));
        }
        return new TimedRun(
                name(random),
                new Where(name(random), random.nextInt(3), 1 + random.nextInt(3) / 2),
                new Took(random.nextInt(1_000_000) / 1000.0, random.nextInt(10_000), steps),
                new How(random.nextBoolean(), failed, random.nextInt(1_000_000), random.nextLong()));
    }

    private static String name(Random random) {
        StringBuilder name = new StringBuilder();
        for (int i = random.nextInt(8); i >= 0; i--) {
            name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return name.toString();
    }
}
