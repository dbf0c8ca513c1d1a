package dev.heddle.core.event;

/**
 * Takes the events of a build, in order, on one thread.
 *
 * <p>A listener that throws is reported once and dropped; the build goes on. A slow one cannot stop the build: its queue is
 * bounded, and what it lost is told to it as a {@link BuildEvent.Gap}.
 */
@FunctionalInterface
public interface BuildEventListener {

    /** Takes one event. */
    void onEvent(BuildEvent event);

    /**
     * Takes note that no further event waits for now: a good moment to write out what was collected. Called on the thread of
     * {@link #onEvent}, after the last event of the build as well; does nothing unless overridden.
     */
    default void onPause() {}
}
