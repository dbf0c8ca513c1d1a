package dev.heddle.scheduler;

import dev.heddle.core.event.Counters;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells the counters when they changed, but not more often than people can read. Owned by the loop's thread. */
final class Bulletin {

    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Desk desk;
    private final Events events;
    private long next;
    private @Nullable Counters told;

    Bulletin(Desk desk, Events events) {
        this.desk = desk;
        this.events = events;
    }

    void tell(int running) {
        if (events.enabled() && events.now() >= next) {
            Counters counters = desk.states().counters(running);
            if (!counters.equals(told)) {
                told = counters;
                next = events.now() + INTERVAL_NANOS;
                events.statistics(counters, desk.troubled().names());
            }
        }
    }
}
