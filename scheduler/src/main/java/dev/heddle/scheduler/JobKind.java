package dev.heddle.scheduler;

import dev.heddle.core.HostConstraints;
import dev.heddle.core.Resources;
import java.util.TreeMap;

/**
 * What a job asks of a host. Jobs of one kind are queued together: where the first of them finds no room, no other does.
 *
 * @param slots slots, 0 for none, {@link Resources#ALL} for a whole host
 * @param memoryBytes memory, rounded up so that there are few kinds
 * @param constraints which hosts may run it; what it prefers is left out
 * @param brief whether it may be queued on the host itself: a single action that needs nothing but a slot
 */
record JobKind(int slots, long memoryBytes, HostConstraints constraints, boolean brief) {

    /** At most an eighth more than asked for: eight kinds for each power of two. */
    static long roundMemory(long bytes) {
        if (bytes < 8) {
            return bytes;
        }
        long unit = Long.highestOneBit(bytes) >>> 3;
        return (bytes + unit - 1) / unit * unit;
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        text.append(slots == Resources.ALL ? "all slots" : slots + (slots == 1 ? " slot" : " slots"));
        if (memoryBytes > 0) {
            text.append(", ").append(memoryBytes >> 20).append(" MiB of memory");
        }
        new TreeMap<>(constraints.properties())
                .forEach((name, value) -> text.append(", ").append(name + "=" + value));
        if (constraints.pinnedHost() != null) {
            text.append(", host ").append(constraints.pinnedHost());
        }
        return text.toString();
    }
}
