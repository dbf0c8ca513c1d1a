package dev.heddle.core;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a task needs besides its dependencies.
 *
 * <p><b>Bounds.</b> At most {@value #MOST_AMOUNTS} named resources, of at most {@value #MAX_AMOUNT} each.
 *
 * @param slots slots taken on the host; 0 for work with no CPU need, {@link #ALL} for a job that wants its host alone
 * @param mostSlots slots that it can make use of, at least {@code slots}: what is idle is lent to it while it runs
 * @param memoryBytes memory the job needs, 0 if not stated
 * @param amounts how much of what else a host has the job needs, {@code gpu=2} say; each at least 1
 * @param locks named exclusive locks: two tasks that name the same lock never run at once
 * @param pools named pools of the graph: at most the pool's depth of its tasks run at once
 * @param site where a task fetches from that takes no slot, a server's name say; or null. Tasks of a site are limited by themselves
 */
public record Resources(
        int slots,
        int mostSlots,
        long memoryBytes,
        Map<String, Long> amounts,
        Set<String> locks,
        Set<String> pools,
        @Nullable String site) {

    /** Takes every slot of a host. */
    public static final int ALL = Integer.MAX_VALUE;

    /** What memory is called among {@link #needs}. */
    public static final String MEMORY = "memory";

    /** Most named resources of a task or a host. */
    public static final int MOST_AMOUNTS = 64;

    /** The largest amount of a named resource. */
    public static final long MAX_AMOUNT = 1L << 50;

    /** One slot and nothing else. */
    public static final Resources DEFAULT = new Resources(1, 0, Set.of(), Set.of());

    /** Checks the ranges and copies the collections. */
    public Resources {
        if (slots < 0) {
            throw new IllegalArgumentException("slots must not be negative: " + slots);
        }
        if (mostSlots < slots || (slots == 0 && mostSlots > 0)) {
            throw new IllegalArgumentException("mostSlots must be at least slots, and 0 if these are: " + mostSlots);
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("memoryBytes must not be negative: " + memoryBytes);
        }
        if (site != null && slots > 0) {
            throw new IllegalArgumentException(
                    "a task that fetches from a site takes no slot, but site '" + site + "' has slots: " + slots);
        }
        if (site != null && site.isEmpty()) {
            throw new IllegalArgumentException("a site needs a name that is not empty");
        }
        amounts = checkAmounts(amounts);
        locks = Set.copyOf(locks);
        pools = Set.copyOf(pools);
    }

    /** A task of a fixed number of slots that needs no named resource. */
    public Resources(int slots, long memoryBytes, Set<String> locks, Set<String> pools) {
        this(slots, slots, memoryBytes, Map.of(), locks, pools, null);
    }

    /**
     * A copy of named amounts, after a look at whether they can be ones: of a task or of a host.
     *
     * @throws IllegalArgumentException if they are too many, out of range, or one has a name that means something else
     */
    public static Map<String, Long> checkAmounts(Map<String, Long> amounts) {
        if (amounts.size() > MOST_AMOUNTS) {
            throw new IllegalArgumentException("more than " + MOST_AMOUNTS + " named resources: " + amounts.size());
        }
        amounts.forEach((name, amount) -> {
            if (name.isEmpty() || name.equals(MEMORY)) {
                throw new IllegalArgumentException(
                        name.isEmpty() ? "a resource needs a name" : "memory is stated apart, not as an amount");
            }
            if (amount < 1 || amount > MAX_AMOUNT) {
                throw new IllegalArgumentException(
                        "resource '" + name + "' must be from 1 to " + MAX_AMOUNT + ", not " + amount);
            }
        });
        return Map.copyOf(amounts);
    }

    /** All that is counted on a host besides slots, by name: the amounts, and the memory, in bytes, as {@link #MEMORY}. */
    public Map<String, Long> needs() {
        if (memoryBytes == 0) {
            return amounts;
        }
        Map<String, Long> all = new TreeMap<>(amounts);
        all.put(MEMORY, memoryBytes);
        return Map.copyOf(all);
    }

    // Written out, as is hashCode: those of a record make classes at their first call, which each start of a program
    // would pay.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Resources that
                        && slots == that.slots
                        && mostSlots == that.mostSlots
                        && memoryBytes == that.memoryBytes
                        && amounts.equals(that.amounts)
                        && locks.equals(that.locks)
                        && pools.equals(that.pools)
                        && Objects.equals(site, that.site));
    }

    @Override
    public int hashCode() {
        return Objects.hash(slots, mostSlots, memoryBytes, amounts, locks, pools, site);
    }
}
