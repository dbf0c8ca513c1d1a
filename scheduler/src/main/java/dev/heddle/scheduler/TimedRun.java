package dev.heddle.scheduler;

import java.util.List;

/**
 * One job that ended, as a line of a log tells it.
 *
 * @param task name of its task
 * @param where where it ran
 * @param took what it took
 * @param how how it came about
 */
record TimedRun(String task, Where where, Took took, How how) {

    /**
     * Where a job ran.
     *
     * @param host name of the host
     * @param hostSlots slots of the host, 0 if unknown
     * @param slots slots that the job held, at least 1
     */
    record Where(String host, int hostSlots, int slots) {}

    /**
     * What a job took.
     *
     * @param seconds time of all its steps together
     * @param logBytes what it printed
     * @param steps its steps in order; may be empty where a log does not tell them
     */
    record Took(double seconds, long logBytes, List<StepTime> steps) {
        Took {
            steps = List.copyOf(steps);
        }
    }

    /**
     * A step that ended.
     *
     * @param name name of the step
     * @param seconds how long it took
     */
    record StepTime(String name, double seconds) {}

    /**
     * How a job came about.
     *
     * @param resumed whether it found work of an earlier attempt, so that its time tells too little
     * @param failed whether it failed
     * @param epochSeconds when it ended, 0 if unknown
     * @param print {@link WorkPrint} of its task, 0 if unknown
     */
    record How(boolean resumed, boolean failed, long epochSeconds, long print) {}

    /** Whether its time says how long the task takes. */
    boolean counts() {
        return !how.failed() && !how.resumed();
    }
}
