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
 * @param leavesPart whether what got there before can be found there
 */
public record OutputFailure(String place, boolean isJournal, String reason, long missingBytes, boolean leavesPart) {

    /** Checks that the texts are there. */
    public OutputFailure {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(reason, "reason");
    }

    /** The failure in a sentence for people. */
    @Override
    public String toString() {
        String what = isJournal ? place + " could not be written: " : "output to " + place + " has ended early: ";
        return what + reason + missing();
    }

    private String missing() {
        if (!leavesPart) {
            return "; nothing is left there, " + missingBytes + " bytes of " + (isJournal ? "output" : "the journal")
                    + " are missing";
        }
        if (isJournal) {
            return "; its last " + missingBytes + " bytes are missing";
        }
        return missingBytes > 0 ? "; the last " + missingBytes + " bytes of the journal are missing there" : "";
    }
}
