package dev.heddle.scheduler;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a host at some moment.
 *
 * @param host name of the host
 * @param status how it stands with it
 * @param slots jobs at once, 0 if that is not known yet
 * @param jobs jobs that run there
 * @param facts what it told about itself, by name; empty if it was not asked or has not answered
 * @param why what is wrong, which may be too low a limit of a host that is up, or why it drains; null if nothing is
 */
public record HostReport(
        String host,
        HostStatus status,
        int slots,
        int jobs,
        Map<String, String> facts,
        @Nullable String why) {

    /** Copies the map. */
    public HostReport {
        facts = Map.copyOf(facts);
    }
}
