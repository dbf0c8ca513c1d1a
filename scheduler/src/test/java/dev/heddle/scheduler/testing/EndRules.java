package dev.heddle.scheduler.testing;

import dev.heddle.core.DependencyKind;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.BuildResult;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules for how a build that is over must have ended: each task once, as was told, and skipped exactly if it could not be built. */
final class EndRules {

    private final Findings findings;
    private final Map<String, KnownTask> tasks;

    EndRules(Findings findings, Map<String, KnownTask> tasks) {
        this.findings = findings;
        this.tasks = tasks;
    }

    void check(BuildResult result) {
        boolean whole = true;
        for (KnownTask task : tasks.values()) {
            Optional<Outcome> outcome = task.here ? result.outcome(task.name) : Optional.empty();
            findings.check(outcome.isPresent() == task.here, "lost", task, " has no outcome");
            findings.check(outcome.equals(Optional.ofNullable(task.outcome)), "lost", task, " did not end as told");
            whole &= !task.here || (outcome.isPresent() && outcome.get().isSuccess());
        }
        if (result.stopped().isEmpty()) {
            checkSkipped();
            if (whole) {
                tasks.values().stream()
                        .filter(task -> task.here && task.state != TaskState.DONE)
                        .forEach(task -> findings.add("done", task + " is " + task.state + " at the end"));
            }
        }
        findings.check(
                !result.succeeded() || whole, "end", "the build is said to have succeeded, and has not: ", result);
    }

    private static boolean isBad(KnownTask task) {
        return task.outcome == null || !task.outcome.isSuccess();
    }

    private void checkSkipped() {
        Set<KnownTask> unusable = unusable(tasks.values());
        for (KnownTask task : tasks.values()) {
            boolean skipped = task.outcome instanceof Outcome.Skipped;
            boolean must = task.needs.stream().anyMatch(edge -> isLost(edge, unusable));
            findings.check(!task.here || skipped == must, "skipped", task, " ended as ", task.outcome);
            if (task.outcome instanceof Outcome.Skipped why) {
                KnownTask root = tasks.get(why.failedDependency());
                boolean known = root != null
                        && (root.outcome instanceof Outcome.Failed
                                || root.outcome instanceof Outcome.TimedOut
                                || root.outcome instanceof Outcome.Locked);
                findings.check(known, "skipped", task, " is said to be skipped for ", root);
            }
        }
    }

    private static boolean isLost(KnownTask.Edge edge, Set<KnownTask> unusable) {
        return switch (edge.kind()) {
            case BUILD -> unusable.contains(edge.on());
            case ORDER -> isBad(edge.on());
            case STEP -> isBad(edge.on()) && edge.step() >= edge.on().stepsDone;
            case RUN -> false;
        };
    }

    /** What did not succeed, and what needs such at run time. */
    private static Set<KnownTask> unusable(Collection<KnownTask> tasks) {
        Set<KnownTask> found = new HashSet<>();
        ArrayDeque<KnownTask> work = new ArrayDeque<>();
        for (KnownTask task : tasks) {
            if (task.here && isBad(task) && found.add(task)) {
                work.add(task);
            }
        }
        while (!work.isEmpty()) {
            for (KnownTask.Edge edge : work.remove().neededBy) {
                if (edge.kind() == DependencyKind.RUN && edge.from().here && found.add(edge.from())) {
                    work.add(edge.from());
                }
            }
        }
        return found;
    }
}
