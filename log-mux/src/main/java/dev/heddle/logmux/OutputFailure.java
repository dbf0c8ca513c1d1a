package dev.heddle.logmux;

import java.util.Objects;

/**
 * A place that did not get everything: a journal file that could not be written any more, or a sink that threw or hung.
 *
 * @param place what failed: the path of the journal, or what the sink calls itself
 * @param isJournal whether it is the journal
 * @param reason why, in the words of the system or the sink
 * @param missingBytes how many bytes of the journal did not get there: framing included, for a sink also what its strategy
 *     still held back
 */
public record OutputFailure(String place, boolean isJournal, String reason, long missingBytes) {

    /** Checks that the texts are there. */
    public OutputFailure {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(reason, "reason");
    }

    /** The failure in a sentence for people. */
    @Override
    public String toString() {
        return isJournal
                ? place + " could not be written: " + reason + "; its last " + missingBytes + " bytes are missing"
                : "output to " + place + " has ended early: " + reason
                        + (missingBytes > 0
                                ? "; the last " + missingBytes + " bytes of the journal are missing there"
                                : "");
    }
}
