package dev.heddle.scheduler;

import dev.heddle.core.Action;
import dev.heddle.core.HostConstraints;
import dev.heddle.core.Resources;
import dev.heddle.core.Task;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The kind of job that each task is: always the same for a task, whatever hosts come and go. Owned by the loop's thread. */
@SuppressWarnings("ReferenceEquality") // Nearly all tasks share these objects.
final class JobKinds {

    private static final JobKind PLAIN = new JobKind(1, Map.of(), HostConstraints.NONE, false, null);
    private static final JobKind BRIEF = new JobKind(1, Map.of(), HostConstraints.NONE, true, null);

    private final boolean queueAhead;
    /** What hosts have of each counted resource, each amount once. */
    private final Map<String, Set<Long>> there = new HashMap<>();

    private final Map<Resources, Map<String, Long>> rounded = new HashMap<>();
    /** Where each task failed that is to be tried again: not there, if it can be helped. */
    private final Map<Integer, String> avoided = new HashMap<>();

    /**
     * @param hosts those that are there at the beginning
     * @param queueAhead whether brief jobs may be queued on hosts that have a queue
     */
    JobKinds(List<HostState> hosts, boolean queueAhead) {
        this.queueAhead = queueAhead && hosts.stream().anyMatch(host -> host.backend.queuesAhead());
        for (HostState host : hosts) {
            host.spec.amounts().forEach(this::has);
            if (host.spec.memoryBytes() > 0) {
                has(Resources.MEMORY, host.spec.memoryBytes());
            }
        }
    }

    private void has(String resource, long amount) {
        there.computeIfAbsent(resource, r -> new HashSet<>()).add(amount);
    }

    /** Sets on which host a task is not to be tried next, or null; not while it is queued. */
    void avoid(int task, @Nullable String host) {
        if (host == null) {
            avoided.remove(task);
        } else {
            avoided.put(task, host);
        }
    }

    JobKind of(Task task) {
        Resources resources = task.resources();
        HostConstraints constraints = task.constraints();
        String not = avoided.isEmpty() ? null : avoided.get(task.index());
        if (resources == Resources.DEFAULT && constraints == HostConstraints.NONE && not == null) {
            return queueAhead && isBrief(task) ? BRIEF : PLAIN;
        }
        HostConstraints hard = constraints.near() == null
                ? constraints
                : new HostConstraints(constraints.properties(), constraints.pinnedHost(), null);
        return new JobKind(resources.slots(), needs(resources), hard, false, not);
    }

    private Map<String, Long> needs(Resources resources) {
        if (resources.memoryBytes() == 0 && resources.amounts().isEmpty()) {
            return Map.of();
        }
        return rounded.computeIfAbsent(resources, r -> {
            Map<String, Long> all = new HashMap<>(r.needs());
            all.replaceAll(this::rounded);
            return Map.copyOf(all);
        });
    }

    /** Rounded up so that there are few kinds, but not beyond what a host has that would do without. */
    private long rounded(String resource, long amount) {
        long up = JobKind.round(amount);
        for (long has : there.getOrDefault(resource, Set.of())) {
            if (has >= amount) {
                up = Math.min(up, has);
            }
        }
        return up;
    }

    private static boolean isBrief(Task task) {
        return task.steps().size() == 1
                && task.steps().get(0).work() instanceof Action
                && task.steps().get(0).timeout() == null
                && task.steps().get(0).stuckAfter() == null
                && task.timeout().isEmpty();
    }
}
