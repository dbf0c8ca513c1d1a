package dev.heddle.logmux;

import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.EventFormatException;
import dev.heddle.core.event.EventJson;
import dev.heddle.logmux.wire.Slice;
import java.nio.charset.StandardCharsets;

/**
 * How much of the time of a journal counts for nothing, because the process that wrote it stood still. It is told after the fact:
 * what ended in between has it counted.
 */
final class Standstill {

    private static final byte[] KIND = "stoodStill".getBytes(StandardCharsets.US_ASCII);
    /** The kind of an event stands at its beginning. */
    private static final int LOOKED_AT = 64;

    private long nanos;

    /** All of it so far, in nanoseconds. */
    long nanos() {
        return nanos;
    }

    /**
     * Takes an event, which may be one that tells of it.
     *
     * @param now time of the journal; it cannot have stood still for longer
     */
    void event(BuildEvent event, long now) {
        if (event instanceof BuildEvent.StoodStill told) {
            nanos += Math.min(told.elapsed().toNanos(), Math.max(0, now - nanos));
        }
    }

    /** The same for an event as it stands in a journal; only what may be of this kind is read. */
    void event(Slice json, long now) {
        if (!mayTell(json)) {
            return;
        }
        try {
            event(EventJson.event(json.copy(), "event in the journal"), now);
        } catch (EventFormatException e) {
            return; // Nothing that this program knows.
        }
    }

    private static boolean mayTell(Slice json) {
        int last = Math.min(LOOKED_AT, json.length()) - KIND.length;
        for (int at = 0; at <= last; at++) {
            int same = 0;
            while (same < KIND.length && json.array()[json.from() + at + same] == KIND[same]) {
                same++;
            }
            if (same == KIND.length) {
                return true;
            }
        }
        return false;
    }
}
