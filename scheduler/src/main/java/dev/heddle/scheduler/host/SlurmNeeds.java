package dev.heddle.scheduler.host;

import dev.heddle.core.Step;
import dev.heddle.core.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job asks Slurm for.
 *
 * @param cpus processors, at least 1
 * @param memoryBytes memory, 0 for what the partition gives
 * @param limit longest time that a command of it may take, or null for no limit of its own
 */
record SlurmNeeds(int cpus, long memoryBytes, @Nullable Duration limit) {

    /** A processor and nothing else. */
    static final SlurmNeeds LEAST = new SlurmNeeds(1, 0, null);

    /** Slurm counts in minutes, and the scheduler's own limit is to come first. */
    private static final int SPARE_MINUTES = 2;

    private static final int MOST_MINUTES = 525_600;

    static SlurmNeeds of(HostJob job) {
        return new SlurmNeeds(
                Math.max(1, job.lease().slots()), job.task().resources().memoryBytes(), limit(job.task()));
    }

    private static @Nullable Duration limit(Task task) {
        Duration longest = Duration.ZERO;
        for (Step step : task.steps()) {
            Duration timeout = step.timeout();
            if (timeout == null) {
                return task.timeout().orElse(null);
            }
            longest = timeout.compareTo(longest) > 0 ? timeout : longest;
        }
        return task.timeout().orElse(longest);
    }

    /** The arguments of {@code sbatch} that say this. */
    List<String> arguments(SlurmOptions options) {
        List<String> arguments = new ArrayList<>(List.of("--nodes=1", "--ntasks=1", "--cpus-per-task=" + cpus));
        if (memoryBytes > 0) {
            arguments.add("--mem=" + ((memoryBytes + (1 << 20) - 1) >> 20) + "M");
        }
        long minutes = options.minutes();
        if (limit != null) {
            long own = Math.min(MOST_MINUTES, limit.toMinutes() + SPARE_MINUTES);
            minutes = minutes == 0 ? own : Math.min(own, minutes);
        }
        arguments.addAll(options.arguments(minutes));
        return arguments;
    }
}
