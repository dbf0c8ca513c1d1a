package dev.heddle.scheduler;

import dev.heddle.core.Dependency;
import dev.heddle.core.DependencyKind;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Says how each task must end, by looking at everything again and again until nothing changes. Knows no order and no time. */
final class ReferenceModel {

    enum Fate {
        SUCCEEDED,
        FAILED,
        TIMED_OUT,
        SKIPPED
    }

    private static final int LOSSES = 10;

    private final RandomBuild build;
    private final Set<String> doubtful;
    private final Map<String, TaskSpec> tasks;
    private final Map<String, Fate> own = new HashMap<>();
    /** Steps that were done at least once, though the task failed in the end. */
    private final Map<String, Integer> stepsDone = new HashMap<>();

    private final Set<String> skipped = new HashSet<>();
    private final Set<String> unusable = new HashSet<>();

    /**
     * @param doubtful tasks that got one attempt more than their own, because their host failed others before them
     */
    ReferenceModel(RandomBuild build, Map<String, TaskSpec> tasks, Set<String> doubtful) {
        this.doubtful = doubtful;
        this.build = build;
        this.tasks = tasks;
        tasks.values().forEach(task -> own.put(task.name(), runAlone(task)));
        boolean changed = true;
        while (changed) {
            changed = false;
            for (TaskSpec task : tasks.values()) {
                changed |= mustSkip(task) && skipped.add(task.name());
                changed |= mustBeUnusable(task) && unusable.add(task.name());
            }
        }
    }

    Fate fate(String task) {
        return skipped.contains(task) ? Fate.SKIPPED : own.get(task);
    }

    boolean isUsable(String task) {
        return !unusable.contains(task);
    }

    private boolean isBad(String task) {
        return skipped.contains(task) || own.get(task) != Fate.SUCCEEDED;
    }

    private boolean mustSkip(TaskSpec task) {
        for (Dependency d : task.dependencies()) {
            boolean lost = switch (d.kind()) {
                case BUILD -> unusable.contains(d.task());
                case ORDER -> isBad(d.task());
                case STEP ->
                    skipped.contains(d.task())
                            || isBad(d.task()) && stepIndex(d) >= stepsDone.getOrDefault(d.task(), 0);
                case RUN -> false;
            };
            if (lost) {
                return true;
            }
        }
        return false;
    }

    private int stepIndex(Dependency d) {
        return Integer.parseInt(d.step().substring(1));
    }

    private boolean mustBeUnusable(TaskSpec task) {
        return isBad(task.name())
                || task.dependencies().stream()
                        .anyMatch(d -> d.kind() == DependencyKind.RUN && unusable.contains(d.task()));
    }

    private Fate runAlone(TaskSpec task) {
        int failures = 0;
        int losses = 0;
        while (true) {
            Fate fate = runJob(task, failures + losses + 1);
            if (fate == Fate.SUCCEEDED) {
                return fate;
            }
            if (fate == null) {
                if (++losses > LOSSES) {
                    return Fate.FAILED;
                }
            } else if (++failures >= task.retry().attempts() + (doubtful.contains(task.name()) ? 1 : 0)) {
                return fate;
            }
        }
    }

    /** How one job ends; null if it is lost. */
    private Fate runJob(TaskSpec task, int attempt) {
        for (int s = 0; s < task.steps().size(); s++) {
            Step step = task.steps().get(s);
            Fate fate = Fate.FAILED;
            for (int a = 1; a <= step.retry().attempts() && fate != Fate.SUCCEEDED; a++) {
                Plan plan = build.plan(task.name(), s, attempt, a);
                if (plan.end() instanceof StepEnd.Lost) {
                    return null;
                }
                if (plan.takes().compareTo(Duration.ofDays(1)) > 0) {
                    fate = Fate.TIMED_OUT;
                } else {
                    fate = ((StepEnd.Exited) plan.end()).end().exitCode() == 0 ? Fate.SUCCEEDED : Fate.FAILED;
                }
            }
            if (fate != Fate.SUCCEEDED) {
                return fate;
            }
            if (s + 1 < task.steps().size()) {
                stepsDone.merge(task.name(), s + 1, Math::max);
            }
        }
        return Fate.SUCCEEDED;
    }
}
