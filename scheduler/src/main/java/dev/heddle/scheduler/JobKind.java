package dev.heddle.scheduler;

import dev.heddle.core.HostConstraints;
import dev.heddle.core.Resources;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a job asks of a host. Jobs of one kind are queued together: where the first of them finds no room, no other does.
 *
 * @param slots slots, 0 for none, {@link Resources#ALL} for a whole host
 * @param needs what else is counted, memory among it; large amounts are rounded up so that there are few kinds
 * @param constraints which hosts may run it; what it prefers is left out
 * @param brief whether it may be queued on the host itself: a single action that needs nothing but a slot
 * @param avoided name of the host that is not to run it while another one is up that could, or null
 */
record JobKind(
        int slots,
        Map<String, Long> needs,
        HostConstraints constraints,
        boolean brief,
        @Nullable String avoided) {

    /** Amounts up to this are taken as they are. */
    private static final long EXACT = 1_024;

    /** At most an eighth more than asked for: eight kinds for each power of two. */
    static long round(long amount) {
        if (amount <= EXACT) {
            return amount;
        }
        long unit = Long.highestOneBit(amount) >>> 3;
        return (amount + unit - 1) / unit * unit;
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        text.append(slots == Resources.ALL ? "all slots" : slots + (slots == 1 ? " slot" : " slots"));
        new TreeMap<>(needs).forEach((name, amount) -> text.append(", ").append(amount(name, amount)));
        new TreeMap<>(constraints.properties())
                .forEach((name, value) -> text.append(", ").append(name + "=" + value));
        if (constraints.pinnedHost() != null) {
            text.append(", host ").append(constraints.pinnedHost());
        }
        return text.toString();
    }

    /** An amount of a resource, for people. */
    static String amount(String name, long amount) {
        return name.equals(Resources.MEMORY) ? (amount >> 20) + " MiB of memory" : name + "=" + amount;
    }

    // Written out, as is hashCode: those of a record make classes at their first call, which each start of a program
    // would pay.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof JobKind that
                        && slots == that.slots
                        && needs.equals(that.needs)
                        && constraints.equals(that.constraints)
                        && brief == that.brief
                        && Objects.equals(avoided, that.avoided));
    }

    @Override
    public int hashCode() {
        return Objects.hash(slots, needs, constraints, brief, avoided);
    }
}
