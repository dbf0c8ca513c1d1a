package dev.heddle.scheduler.testing;

import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import java.util.ArrayList;
import java.util.List;

/** Keeps every event. May be read when the build is over. */
public final class RecordingListener implements BuildEventListener {

    private final List<BuildEvent> events = new ArrayList<>();

    @Override
    public void onEvent(BuildEvent event) {
        synchronized (events) {
            events.add(event);
        }
    }

    /** What was told, in order. */
    public List<BuildEvent> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** What was told of one kind, in order. */
    public <T extends BuildEvent> List<T> events(Class<T> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
