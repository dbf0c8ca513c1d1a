package dev.heddle.scheduler.host;

import dev.heddle.core.HostConstraints;
import dev.heddle.core.Resources;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a host offers.
 *
 * @param name unique among the hosts of a scheduler
 * @param slots units of work at once, at least 1
 * @param unslotted jobs with no CPU need (zero slots) at once, at least 1
 * @param memoryBytes memory for jobs that state their need, 0 if it is not counted
 * @param properties what tasks may demand of it, {@code arch=amd64} say
 * @param speed how fast it is said to be, relative to the other hosts; 0 if nothing is said
 * @param amounts how much it has of what else is counted, {@code gpu=2} say; of what is not named it has nothing
 */
public record HostSpec(
        String name,
        int slots,
        int unslotted,
        long memoryBytes,
        Map<String, String> properties,
        double speed,
        Map<String, Long> amounts) {

    /** How many jobs with no CPU need a host takes at once unless told otherwise. */
    public static final int DEFAULT_UNSLOTTED = 32;

    /** The most slots one host may have. */
    public static final int MAX_SLOTS = 65_536;

    /** Checks the ranges and copies the map. */
    public HostSpec {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a host needs a name");
        }
        if (slots < 1 || slots > MAX_SLOTS) {
            throw new IllegalArgumentException(
                    "host " + name + ": slots must be from 1 to " + MAX_SLOTS + ", not " + slots);
        }
        if (unslotted < 1 || unslotted > MAX_SLOTS) {
            throw new IllegalArgumentException(
                    "host " + name + ": unslotted must be from 1 to " + MAX_SLOTS + ", not " + unslotted);
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("host " + name + ": memory must not be negative: " + memoryBytes);
        }
        if (!(speed >= 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("host " + name + ": speed must be a number of at least 0: " + speed);
        }
        properties = Map.copyOf(properties);
        try {
            amounts = Resources.checkAmounts(amounts);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("host " + name + ": " + e.getMessage(), e);
        }
    }

    /** A host without named resources. */
    public HostSpec(
            String name, int slots, int unslotted, long memoryBytes, Map<String, String> properties, double speed) {
        this(name, slots, unslotted, memoryBytes, properties, speed, Map.of());
    }

    /** A host of whose speed nothing is said. */
    public HostSpec(String name, int slots, int unslotted, long memoryBytes, Map<String, String> properties) {
        this(name, slots, unslotted, memoryBytes, properties, 0);
    }

    /** A host with a number of slots, no count of memory and no properties. */
    public static HostSpec of(String name, int slots) {
        return new HostSpec(name, slots, DEFAULT_UNSLOTTED, 0, Map.of());
    }

    /** The same host with an amount of a named resource. */
    public HostSpec with(String resource, long amount) {
        Map<String, Long> more = new TreeMap<>(amounts);
        more.put(resource, amount);
        return new HostSpec(name, slots, unslotted, memoryBytes, properties, speed, more);
    }

    /**
     * How much it has of a resource, {@link Resources#MEMORY} among them; {@code Long.MAX_VALUE} of memory that is not counted.
     */
    public long amount(String resource) {
        if (resource.equals(Resources.MEMORY)) {
            return memoryBytes == 0 ? Long.MAX_VALUE : memoryBytes;
        }
        return amounts.getOrDefault(resource, 0L);
    }

    /**
     * Whether it could run a job if it had nothing else to do.
     *
     * @param needed slots, 0 for none, {@link Resources#ALL} for all it has
     * @param needs what else is counted, as {@link Resources#needs} tells it
     * @param constraints what the job demands of a host
     */
    public boolean couldRun(int needed, Map<String, Long> needs, HostConstraints constraints) {
        if (constraints.pinnedHost() != null && !constraints.pinnedHost().equals(name)) {
            return false;
        }
        for (Map.Entry<String, String> property : constraints.properties().entrySet()) {
            if (!property.getValue().equals(properties.get(property.getKey()))) {
                return false;
            }
        }
        for (Map.Entry<String, Long> need : needs.entrySet()) {
            if (need.getValue() > amount(need.getKey())) {
                return false;
            }
        }
        return needed == Resources.ALL || needed <= slots;
    }
}
