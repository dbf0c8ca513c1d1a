package dev.heddle.scheduler;

import dev.heddle.core.Action;
import dev.heddle.core.HostConstraints;
import dev.heddle.core.Resources;
import dev.heddle.core.Task;
import java.util.List;

/** The kind of job that each task is: always the same for a task, whatever hosts come and go. Owned by the loop's thread. */
@SuppressWarnings("ReferenceEquality") // Nearly all tasks share these objects.
final class JobKinds {

    private static final JobKind PLAIN = new JobKind(1, 0, HostConstraints.NONE, false);
    private static final JobKind BRIEF = new JobKind(1, 0, HostConstraints.NONE, true);

    private final boolean queueAhead;
    private final long[] memories;

    /**
     * @param hosts those that are there at the beginning
     * @param queueAhead whether brief jobs may be queued on hosts that have a queue
     */
    JobKinds(List<HostState> hosts, boolean queueAhead) {
        this.queueAhead = queueAhead && hosts.stream().anyMatch(host -> host.backend.queuesAhead());
        this.memories = hosts.stream()
                .mapToLong(host -> host.spec.memoryBytes())
                .filter(memory -> memory > 0)
                .toArray();
    }

    JobKind of(Task task) {
        Resources resources = task.resources();
        HostConstraints constraints = task.constraints();
        if (resources == Resources.DEFAULT && constraints == HostConstraints.NONE) {
            return queueAhead && isBrief(task) ? BRIEF : PLAIN;
        }
        HostConstraints hard = constraints.near() == null
                ? constraints
                : new HostConstraints(constraints.properties(), constraints.pinnedHost(), null);
        return new JobKind(resources.slots(), memory(resources.memoryBytes()), hard, false);
    }

    /** Rounded up so that there are few kinds, but not beyond what a host has that would do without. */
    private long memory(long bytes) {
        long rounded = JobKind.roundMemory(bytes);
        for (long there : memories) {
            if (there >= bytes) {
                rounded = Math.min(rounded, there);
            }
        }
        return rounded;
    }

    private static boolean isBrief(Task task) {
        return task.steps().size() == 1
                && task.steps().get(0).work() instanceof Action
                && task.steps().get(0).timeout() == null
                && task.timeout().isEmpty();
    }
}
