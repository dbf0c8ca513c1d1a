package dev.heddle.core;

import java.util.Set;

/**
 * What a task needs besides its dependencies.
 *
 * @param slots slots taken on the host; 0 for work with no CPU need, {@link #ALL} for a job that wants its host alone
 * @param memoryBytes memory the job needs, 0 if not stated
 * @param locks named exclusive locks: two tasks that name the same lock never run at once
 * @param pools named pools of the graph: at most the pool's depth of its tasks run at once
 */
public record Resources(int slots, long memoryBytes, Set<String> locks, Set<String> pools) {

    /** Takes every slot of a host. */
    public static final int ALL = Integer.MAX_VALUE;

    /** One slot and nothing else. */
    public static final Resources DEFAULT = new Resources(1, 0, Set.of(), Set.of());

    /** Checks the ranges and copies the sets. */
    public Resources {
        if (slots < 0) {
            throw new IllegalArgumentException("slots must not be negative: " + slots);
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("memoryBytes must not be negative: " + memoryBytes);
        }
        locks = Set.copyOf(locks);
        pools = Set.copyOf(pools);
    }
}
