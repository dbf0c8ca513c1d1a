package dev.heddle.scheduler;

import dev.heddle.scheduler.host.HostSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the limits that a host sets its user suffice for its slots.
 *
 * <p>A job is taken for {@value #PROCESSES} processes at once (a shell, a make, a compiler driver and what these start), and
 * for a process that opens at most {@value #FILES} files, as linkers do. The limit of processes does not hold for root.
 */
final class HostLimits {

    static final int PROCESSES = 8;
    static final int FILES = 256;

    /** Processes that a user has besides the jobs. */
    private static final int OTHERS = 32;

    private HostLimits() {}

    /** The number that a host told, or -1 if it told none; more than nine digits are as good as no limit. */
    static long number(@Nullable String told) {
        return told != null && told.matches("[0-9]{1,9}") ? Long.parseLong(told) : -1;
    }

    /** What is too small, and what to do; empty if nothing is. */
    static Optional<String> complaint(HostSpec spec, Map<String, String> facts) {
        List<String> small = new ArrayList<>();
        long processes = number(facts.get("processes"));
        long needed = (long) PROCESSES * spec.slots() + OTHERS;
        if (processes >= 0 && processes < needed && !"0".equals(facts.get("user"))) {
            small.add("its limit of " + processes + " processes is too small for " + spec.slots()
                    + " slots, which need about " + needed);
        }
        long files = number(facts.get("files"));
        if (files >= 0 && files < FILES) {
            small.add("its limit of " + files + " open files is too small; jobs need about " + FILES);
        }
        return small.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join("; ", small) + "; raise it there (ulimit, limits.conf, login.conf) or give it"
                        + " fewer jobs");
    }
}
