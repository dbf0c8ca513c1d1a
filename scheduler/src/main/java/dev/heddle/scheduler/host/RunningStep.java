package dev.heddle.scheduler.host;

import java.time.Duration;

/** A step that was given to a host. May be used from any thread. */
@FunctionalInterface
public interface RunningStep {

    /**
     * Ends it: a process group gets TERM at once and KILL after {@code grace}, an action is interrupted. Does not wait: the
     * end is told to the observer. Does nothing if it has ended.
     */
    void terminate(Duration grace);
}
