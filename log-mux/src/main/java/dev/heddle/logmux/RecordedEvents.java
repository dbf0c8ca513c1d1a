package dev.heddle.logmux;

import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.EventJson;
import dev.heddle.logmux.wire.CompactFormat;
import java.util.function.Consumer;

/** Which events a journal keeps: facts of the whole build, few of them, that no frame of a source tells already. */
final class RecordedEvents {

    private RecordedEvents() {}

    /** Hands an event on as JSON if it is one to keep and not too long. */
    static void record(BuildEvent event, Consumer<byte[]> journal) {
        if (contains(event)) {
            byte[] json = EventJson.line(event);
            if (json.length <= CompactFormat.MAX_EVENT) {
                journal.accept(json);
            }
        }
    }

    static boolean contains(BuildEvent event) {
        return event instanceof BuildEvent.BuildStarted
                || event instanceof BuildEvent.GraphChanged
                || event instanceof BuildEvent.Noted
                || event instanceof BuildEvent.HostUp
                || event instanceof BuildEvent.HostDown
                || event instanceof BuildEvent.HostRefused
                || event instanceof BuildEvent.HostDraining
                || event instanceof BuildEvent.LockFound
                || event instanceof BuildEvent.LockGone
                || event instanceof BuildEvent.Stopping
                || event instanceof BuildEvent.StoodStill
                || event instanceof BuildEvent.CriticalPathFound
                || event instanceof BuildEvent.BuildFinished;
    }
}
