package dev.heddle.core.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Hands the events of one build to all who want them.
 *
 * <p><b>Threads.</b> {@link #publish} never waits for a listener. It may be called by one thread at a time: the order of the calls
 * is the order of the events. Everything else may be called from any thread. Each listener and each subscriber is called on a
 * daemon thread of its own, in order, never by two threads at once.
 *
 * <p><b>Bounds.</b> Up to {@link #QUEUE_CAPACITY} events wait for a listener, and as many as {@value EventDelivery#BATCH} more are
 * on their way to it. One that falls behind further gets what is queued, then a {@link BuildEvent.Gap} that counts what it lost,
 * then the newest event; so even the slowest gets the last event of the build. Without listeners a call costs a few nanoseconds.
 *
 * <p><b>Failure.</b> A listener that throws, whatever it throws, is reported once and gets nothing more; the others go on.
 *
 * <p><b>Close.</b> {@link #close} waits until all that was published is delivered, but no longer than the grace given: then it
 * interrupts listeners that are still busy, and waits once more as long. Afterwards no thread of the feed is alive, save that of a
 * listener that ignored the interrupt, which is reported. A second close does nothing.
 */
public final class EventFeed implements AutoCloseable {

    /** How many events wait for one listener. */
    public static final int QUEUE_CAPACITY = 8192;

    /** How long {@link #close} waits for listeners if nothing else is said. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final Consumer<String> onFailure;
    private final Duration grace;
    private final ReentrantLock changes = new ReentrantLock();
    private volatile List<EventDelivery> deliveries = List.of(); // replaced under the lock
    private volatile boolean closed;
    private int started; // under the lock

    /**
     * A feed with the default grace.
     *
     * @param listeners who is told from the first event on
     * @param onFailure is given one line about each listener that is dropped; called on a thread of the feed
     */
    public EventFeed(Collection<? extends BuildEventListener> listeners, Consumer<String> onFailure) {
        this(listeners, onFailure, DEFAULT_GRACE);
    }

    /**
     * A feed.
     *
     * @param listeners who is told from the first event on
     * @param onFailure is given one line about each listener that is dropped; called on a thread of the feed
     * @param grace how long {@link #close} waits for listeners; not negative
     */
    public EventFeed(Collection<? extends BuildEventListener> listeners, Consumer<String> onFailure, Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("the grace must not be negative: " + grace);
        }
        this.onFailure = onFailure;
        this.grace = grace;
        for (BuildEventListener listener : listeners) {
            add(listener);
        }
    }

    /** Whether anybody listens: events that nobody wants need not be made. */
    public boolean hasListeners() {
        return !deliveries.isEmpty();
    }

    /**
     * Adds a listener, which is told what is published from now on.
     *
     * @throws IllegalStateException if the feed is closed
     */
    public void add(BuildEventListener listener) {
        start(new EventDelivery.ToListener(listener));
    }

    /**
     * The events as a publisher; each subscriber gets what is published from its subscription on.
     *
     * <p>A subscriber gets no more events than it requested. The build does not wait for requests: events beyond the queue's
     * capacity are lost to the subscriber and told as a {@link BuildEvent.Gap}. {@code onComplete} follows the last event; a
     * subscriber that has not requested the rest by the end of the grace gets {@code onError}.
     */
    public Flow.Publisher<BuildEvent> publisher() {
        return subscriber -> {
            EventDelivery.ToSubscriber delivery = new EventDelivery.ToSubscriber(subscriber);
            if (closed) {
                delivery.refuse();
            } else {
                start(delivery);
            }
        };
    }

    /**
     * Tells everybody. Never waits for a listener.
     *
     * @throws IllegalStateException if the feed is closed
     */
    public void publish(BuildEvent event) {
        if (closed) {
            throw new IllegalStateException("the feed is closed; it does not take " + event);
        }
        List<EventDelivery> all = deliveries;
        for (int i = 0; i < all.size(); i++) {
            all.get(i).offer(event);
        }
    }

    private void start(EventDelivery delivery) {
        changes.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the feed is closed; it takes no further listener");
            }
            List<EventDelivery> more = new ArrayList<>(deliveries);
            more.add(delivery);
            deliveries = List.copyOf(more);
            delivery.start("heddle-events-" + ++started, this::ended);
        } finally {
            changes.unlock();
        }
    }

    /** Takes note that a delivery is over, and why if it broke. On the delivery's thread. */
    private void ended(EventDelivery delivery, String failure) {
        changes.lock();
        try {
            if (!closed) { // close() waits for all there were
                List<EventDelivery> fewer = new ArrayList<>(deliveries);
                fewer.remove(delivery);
                deliveries = List.copyOf(fewer);
            }
        } finally {
            changes.unlock();
        }
        if (!failure.isEmpty()) {
            onFailure.accept(failure);
        }
    }

    @Override
    public void close() {
        List<EventDelivery> all;
        changes.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            all = deliveries;
            deliveries = List.of();
        } finally {
            changes.unlock();
        }
        all.forEach(EventDelivery::finish);
        boolean interrupted = !awaitAll(all);
        for (EventDelivery delivery : all) {
            delivery.giveUp();
        }
        interrupted |= !awaitAll(all);
        for (EventDelivery delivery : all) {
            if (delivery.isAlive()) {
                onFailure.accept(
                        delivery.name() + " does not return and ignores being interrupted; its thread lives on");
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for deliveries to end, all together no longer than the grace; false if interrupted meanwhile. */
    private boolean awaitAll(List<EventDelivery> all) {
        long end = System.nanoTime() + grace.toNanos();
        try {
            for (EventDelivery delivery : all) {
                delivery.await(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
