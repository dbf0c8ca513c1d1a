package dev.heddle.scheduler;

import dev.heddle.core.Task;
import dev.heddle.scheduler.host.HostSpec;
import org.jspecify.annotations.Nullable;

/**
 * How long tasks are thought to take, on the fastest host.
 *
 * <p>Asked on the loop's thread, once or a few times for each task: it must be quick. The same answers make a build repeatable.
 */
interface Estimates {

    /** What a hint may be wrong by, upwards, for all but a few tasks of ten. */
    double HINT_MARGIN = 1.5;

    /** How long the task is thought to take, in any unit that all tasks share; 0 if nothing is known. */
    double weight(Task task);

    /** What is to be believed of a task of which {@link #weight} knows nothing; 0 for the longest known of all. */
    default double guess(Task task) {
        return 0;
    }

    /** Whether weights are seconds. */
    default boolean inSeconds() {
        return false;
    }

    /** How fast a host is, in the unit in which hosts declare it: as it was learned, or else as it is declared, or else 1. */
    default double speed(HostSpec host) {
        return host.speed() > 0 ? host.speed() : 1;
    }

    /** Name of the host on which it ran last, as far as is known; otherwise null. */
    default @Nullable String lastHost(Task task) {
        return null;
    }

    /** By what the weight is to be multiplied so that a task of ten at most takes longer; at least 1. */
    double margin(Task task);

    /** Takes the hints that tasks bring. */
    static Estimates hints() {
        return new Estimates() {
            @Override
            public double weight(Task task) {
                return task.weight();
            }

            @Override
            public double margin(Task task) {
                return HINT_MARGIN;
            }
        };
    }
}
