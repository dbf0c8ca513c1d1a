package dev.heddle.logmux.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A build at one moment, as far as the live region shows it. Texts have no control characters.
 *
 * @param counts how many tasks are in which state
 * @param elapsed nanoseconds since the build began
 * @param jobs the jobs that run, oldest first, as many as were asked for
 * @param more how many more run
 * @param hosts how many hosts were seen
 * @param trouble what is wrong: tasks that failed or are locked, hosts that are down
 * @param notice a line for the person, such as what a key did, or null
 * @param left nanoseconds until the build is done, by an earlier one, or {@link TimeLeft#UNKNOWN}
 */
record Status(
        Counts counts,
        long elapsed,
        List<Job> jobs,
        int more,
        int hosts,
        Trouble trouble,
        @Nullable String notice,
        long left) {

    /**
     * How many.
     *
     * @param total tasks known, or 0 if nobody told
     * @param finished tasks that need no more work
     * @param running jobs that run
     * @param failed tasks, or jobs where no tasks are known, that failed
     * @param line dpb's counters, or an empty text if nobody told them
     */
    record Counts(int total, int finished, int running, int failed, String line) {}

    /**
     * What is wrong.
     *
     * @param tasks failed and locked tasks with their hosts, the first few
     * @param downHosts hosts that are down
     */
    record Trouble(List<String> tasks, List<String> downHosts) {}

    /**
     * A job that runs.
     *
     * @param task its task
     * @param place where it runs
     * @param elapsed nanoseconds since it began
     * @param progress how far it is
     * @param text its unfinished line, or its last one
     */
    record Job(String task, Place place, long elapsed, Progress progress, String text) {}

    /**
     * Where a job runs.
     *
     * @param host the host
     * @param pid its process, or 0
     * @param step its step, or an empty text
     */
    record Place(String host, long pid, String step) {}

    /**
     * How far a job is.
     *
     * @param percent 0 to 100, or -1 if unknown
     * @param bytes how much it has said
     * @param silent nanoseconds it has said nothing, if that is worth a word, or 0
     */
    record Progress(int percent, long bytes, long silent) {}
}
