package dev.heddle.scheduler.testing;

import dev.heddle.core.Expansion;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.SimulatedHost.Attempt;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/** What becomes of each attempt at a step: the same for the same seed and attempt, in whatever order and wherever it is made. */
final class Luck {

    private final long seed;
    private final Set<Fault> faults;
    private final Function<Task, Duration> takes;
    private final Map<String, Expansion> expansions;
    private final int failPercent;
    private final int lossPercent;
    private final int hangPercent;
    private final int clingPercent;
    private final int throwPercent;

    /**
     * @param takes how long each step of a task takes on a machine that is well
     * @param expansions what tasks add to the graph when they succeed, by name
     */
    Luck(long seed, Set<Fault> faults, Function<Task, Duration> takes, Map<String, Expansion> expansions) {
        this.seed = seed;
        this.faults = Set.copyOf(faults);
        this.takes = takes;
        this.expansions = expansions;
        this.failPercent = rate(Fault.TASK_FAILS, 1, 2, 5, 30);
        this.lossPercent = rate(Fault.JOB_LOST, 1, 5, 20);
        this.hangPercent = rate(Fault.JOB_HANGS, 2, 10, 40);
        this.clingPercent = rate(Fault.JOB_CLINGS, 10, 50, 100);
        this.throwPercent = rate(Fault.HOST_THROWS, 1, 5);
    }

    private int rate(Fault fault, int... rates) {
        return faults.contains(fault) ? rates[fault.luck(seed).nextInt(rates.length)] : 0;
    }

    private static boolean hits(SplittableRandom draw, int percent) {
        // Drawn even where it can have no effect, so that one rate changes nothing about the others.
        return draw.nextInt(100) < percent;
    }

    Plan plan(Attempt attempt) {
        Task task = attempt.task();
        long key = task.name().hashCode() * 1_000_003L + attempt.step() * 101L + attempt.jobAttempt() * 10_007L;
        SplittableRandom draw = new SplittableRandom((seed * 31 + key) * 31 + attempt.stepAttempt());
        boolean fails = hits(draw, failPercent);
        boolean isLost = hits(draw, lossPercent);
        boolean hangs = hits(draw, hangPercent);
        boolean clings = hits(draw, clingPercent);
        boolean throwing = hits(draw, throwPercent);
        double part = draw.nextDouble();
        Duration time = takes.apply(task);
        if (throwing) {
            throw new IllegalStateException("the host broke");
        }
        Step step = task.steps().get(attempt.step());
        boolean limited = step.timeout() != null || task.timeout().isPresent();
        if (hangs && limited) {
            // Longer than any limit and grace; whatever clings for ever would keep its slots for ever.
            Plan hanging = Plan.exit(Duration.ofHours(100), 0);
            return !clings ? hanging : attempt.host().equals("h0") ? hanging.ignoringTerm() : hanging.unkillable();
        }
        Duration cut = Duration.ofNanos((long) (time.toNanos() * part));
        if (isLost) {
            return Plan.ends(cut, new StepEnd.Lost("the line was cut"));
        }
        if (fails) {
            return Plan.exit(cut, 1);
        }
        Expansion more = expansions.get(task.name());
        Plan plan = Plan.success(time);
        return more == null || attempt.step() < task.steps().size() - 1 ? plan : plan.expanding(more);
    }
}
