package dev.heddle.logmux;

import dev.heddle.core.event.BuildEvent;

/** Which events a journal keeps: facts of the whole build, few of them, that no frame of a source tells already. */
final class RecordedEvents {

    private RecordedEvents() {}

    static boolean contains(BuildEvent event) {
        return event instanceof BuildEvent.BuildStarted
                || event instanceof BuildEvent.GraphChanged
                || event instanceof BuildEvent.Noted
                || event instanceof BuildEvent.HostUp
                || event instanceof BuildEvent.HostDown
                || event instanceof BuildEvent.HostRefused
                || event instanceof BuildEvent.LockFound
                || event instanceof BuildEvent.LockGone
                || event instanceof BuildEvent.Stopping
                || event instanceof BuildEvent.CriticalPathFound
                || event instanceof BuildEvent.BuildFinished;
    }
}
