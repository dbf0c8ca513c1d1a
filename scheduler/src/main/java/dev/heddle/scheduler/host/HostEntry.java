package dev.heddle.scheduler.host;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A host as a line of a {@link HostFile} names it. What a line leaves out is null, 0 or empty.
 *
 * @param name as written, {@code [KIND:][USER@]HOST}; unique in its file
 * @param kind how to get there: {@value #LOCAL}, {@value #SSH}, or what stands before the colon
 * @param user whose account, or null
 * @param host the machine's own name or address, or whatever the kind names
 * @param jobs slots, 1 to {@link HostSpec#MAX_SLOTS}; null for the processors that the machine reports
 * @param arch what {@code arch=} declares, or null for that of the machine on which Heddle runs
 * @param memoryBytes memory for jobs that state their need, 0 if it is not counted
 * @param speed what {@code sf=} declares, 1 to 50, relative to the other hosts; 0 if nothing
 * @param timeout within which it must answer, or null for {@link #DEFAULT_TIMEOUT}
 * @param properties what tasks may demand of it besides {@code arch}
 * @param options what only hosts of its kind are told, such as {@code mode} of one of the kind {@value #SLURM}
 * @param fetches tasks without a slot at once, 0 for {@link HostSpec#DEFAULT_UNSLOTTED}
 * @param amounts how much it has of named resources
 * @param line number of the line, from 1; 0 if it comes from no file
 */
public record HostEntry(
        String name,
        String kind,
        @Nullable String user,
        String host,
        @Nullable Integer jobs,
        @Nullable String arch,
        long memoryBytes,
        int speed,
        @Nullable Duration timeout,
        Map<String, String> properties,
        Map<String, String> options,
        int fetches,
        Map<String, Long> amounts,
        int line) {

    /** The kind of the machine on which Heddle runs. */
    public static final String LOCAL = "local";

    /** The kind of a machine that the system's {@code ssh} reaches. */
    public static final String SSH = "ssh";

    /** The kind of a partition of Slurm. */
    public static final String SLURM = "slurm";

    /** How long a host has to answer unless its line says so, as in dpb. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    /** Copies the maps. */
    public HostEntry {
        properties = Map.copyOf(properties);
        options = Map.copyOf(options);
        amounts = Map.copyOf(amounts);
    }

    /** A host of which no amounts are said. */
    HostEntry(
            String name,
            String kind,
            @Nullable String user,
            String host,
            @Nullable Integer jobs,
            @Nullable String arch,
            long memoryBytes,
            int speed,
            @Nullable Duration timeout,
            Map<String, String> properties,
            Map<String, String> options,
            int line) {
        this(name, kind, user, host, jobs, arch, memoryBytes, speed, timeout, properties, options, 0, Map.of(), line);
    }

    /**
     * A host as a line of a hosts file would name it.
     *
     * @throws HostFileException if the text is no such line
     */
    public static HostEntry parse(String line) {
        return HostFile.parseLine(line);
    }

    /** Within which time it must answer. */
    public Duration answerTime() {
        return timeout == null ? DEFAULT_TIMEOUT : timeout;
    }

    /**
     * What a backend for it offers. Where the line names no jobs the slots are {@link HostSpec#MAX_SLOTS}: how many there
     * are then is what the machine reports before it gets work.
     */
    public HostSpec spec() {
        Map<String, String> all = new TreeMap<>(properties);
        if (arch != null) {
            all.put("arch", arch);
        }
        return new HostSpec(
                name,
                jobs == null ? HostSpec.MAX_SLOTS : jobs,
                fetches == 0 ? HostSpec.DEFAULT_UNSLOTTED : fetches,
                memoryBytes,
                all,
                speed,
                amounts);
    }

    /** Whether it says the same as another, wherever the two stand. */
    public boolean sameAs(HostEntry other) {
        return at(0).equals(other.at(0));
    }

    private HostEntry at(int number) {
        return new HostEntry(
                name,
                kind,
                user,
                host,
                jobs,
                arch,
                memoryBytes,
                speed,
                timeout,
                properties,
                options,
                fetches,
                amounts,
                number);
    }

    /** The line, as {@link #parse} reads it. */
    public String text() {
        StringBuilder text = new StringBuilder(name);
        if (jobs != null) {
            text.append(" jobs=").append(jobs);
        }
        if (arch != null) {
            text.append(" arch=").append(arch);
        }
        if (memoryBytes > 0) {
            text.append(" memory=").append(memoryBytes >> 10);
        }
        if (speed > 0) {
            text.append(" sf=").append(speed);
        }
        if (timeout != null) {
            text.append(" timeout=").append(timeout.toSeconds());
        }
        new TreeMap<>(options)
                .forEach(
                        (key, value) -> text.append(' ').append(key).append('=').append(value));
        if (fetches > 0) {
            text.append(" fetches=").append(fetches);
        }
        new TreeMap<>(amounts)
                .forEach((name, amount) ->
                        text.append(" amount.").append(name).append('=').append(amount));
        new TreeMap<>(properties)
                .forEach((key, value) ->
                        text.append(" property.").append(key).append('=').append(value));
        return text.toString();
    }
}
