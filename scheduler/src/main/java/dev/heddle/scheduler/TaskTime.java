package dev.heddle.scheduler;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What earlier builds tell of a task.
 *
 * @param task its name
 * @param runs how many runs are known
 * @param seconds what it takes on the fastest host
 * @param margin factor between {@code seconds} and what one run of ten takes longer than
 * @param logBytes what it printed last
 * @param steps by step of its newest pipeline, seconds on the hosts where it ran
 */
public record TaskTime(String task, int runs, double seconds, double margin, long logBytes, Map<String, Double> steps) {

    /** Copies the map, in its order. */
    public TaskTime {
        steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
    }
}
