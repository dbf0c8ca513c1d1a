package dev.heddle.core;

/**
 * The slots a job holds on its host.
 *
 * @param host name of the host
 * @param slots number of slots, 0 for work with no CPU need
 */
public record Lease(String host, int slots) {

    /** Checks the range of {@code slots}. */
    public Lease {
        if (slots < 0) {
            throw new IllegalArgumentException("slots must not be negative: " + slots);
        }
    }
}
