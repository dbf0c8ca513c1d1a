package dev.heddle.scheduler.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the line of a hosts file says of a Slurm partition: the keys that only hosts of the kind {@code slurm} have.
 *
 * @param partition of Slurm
 * @param batch whether each command is a batch job of its own, else they run in one allocation
 * @param minutes longest time of a job or of the allocation, 0 for what the partition says
 * @param account whom Slurm charges, or null for the user's own
 * @param qos quality of service, or null for the user's own
 * @param feature that a node must have, or null
 * @param spool directory on the shared file system for scripts and outputs of batch jobs, or null for the usual place
 */
record SlurmOptions(
        String partition,
        boolean batch,
        int minutes,
        @Nullable String account,
        @Nullable String qos,
        @Nullable String feature,
        @Nullable Path spool) {

    /** The keys, in the order of the documentation. */
    static final List<String> KEYS = List.of("mode", "time", "account", "qos", "feature", "spool");

    private static final String BATCH = "batch";
    private static final String ALLOCATION = "allocation";
    private static final int LONGEST_MINUTES = 525_600;

    // Words of Slurm's own commands, behind an equals sign: none can become an option.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}");
    private static final Pattern FEATURE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+&|-]{0,63}");
    private static final Pattern DIRECTORY = Pattern.compile("/.{0,200}");

    /** What is wrong with a value, or null if nothing is. */
    static @Nullable String problem(String key, String value) {
        return switch (key) {
            case "mode" ->
                value.equals(BATCH) || value.equals(ALLOCATION)
                        ? null
                        : "mode must be '" + BATCH + "' or '" + ALLOCATION + "'";
            case "time" -> minutes(value) > 0 ? null : "time must be minutes, from 1 to " + LONGEST_MINUTES;
            case "feature" ->
                FEATURE.matcher(value).matches() ? null : "feature must be one that a node has, such as 'avx'";
            case "spool" ->
                DIRECTORY.matcher(value).matches()
                        ? null
                        : "spool must be the absolute path of a directory that all nodes share, of at most 200 characters";
            default -> NAME.matcher(value).matches() ? null : key + " must be letters, digits, '_', '.', '+' and '-'";
        };
    }

    private static int minutes(String value) {
        if (!value.matches("[1-9][0-9]{0,5}")) {
            return 0;
        }
        int minutes = Integer.parseInt(value);
        return minutes <= LONGEST_MINUTES ? minutes : 0;
    }

    /** The options of an entry, whose values have been found right. */
    static SlurmOptions of(HostEntry entry) {
        Map<String, String> options = entry.options();
        String spool = options.get("spool");
        return new SlurmOptions(
                entry.host(),
                !ALLOCATION.equals(options.get("mode")),
                minutes(options.getOrDefault("time", "")),
                options.get("account"),
                options.get("qos"),
                options.get("feature"),
                spool == null ? null : Path.of(spool));
    }

    /** What {@code sbatch} and {@code srun} are told alike. */
    List<String> arguments(long longestMinutes) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--partition=" + partition);
        if (longestMinutes > 0) {
            arguments.add("--time=" + longestMinutes);
        }
        if (account != null) {
            arguments.add("--account=" + account);
        }
        if (qos != null) {
            arguments.add("--qos=" + qos);
        }
        if (feature != null) {
            arguments.add("--constraint=" + feature);
        }
        return arguments;
    }
}
