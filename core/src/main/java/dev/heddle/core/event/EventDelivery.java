package dev.heddle.core.event;

import dev.heddle.core.event.BuildEvent.Stamp;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of events to one listener: a bounded queue and a thread. The publisher holds the lock for a few instructions, the
 * thread to take a batch, so neither waits for the other's work.
 *
 * <p>An event that comes after a quiet time is delivered at once. Of what follows it, up to {@value #BATCH} events are let gather
 * for at most {@value #GATHER_MICROS} microseconds: to wake a thread costs more than to hand on an event, and is paid by the
 * publisher.
 */
abstract sealed class EventDelivery {
    static final int BATCH = 256;
    static final long GATHER_MICROS = 2_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<BuildEvent> queue = new ArrayDeque<>();
    private long lost; // all under the lock
    private @Nullable Stamp lostBeforeLast;
    private @Nullable BuildEvent lastLost;
    private long demand;
    private boolean idle;
    private boolean gathering;
    private boolean finished;
    private volatile boolean ended; // written under the lock
    private volatile @Nullable Thread thread;

    /** How to call the listener in messages. */
    abstract String name();

    /** Before the first event. */
    abstract void begin();

    abstract void deliver(BuildEvent event);

    /** Nothing is left to deliver for now. */
    abstract void pause();

    /** After the last event, of which so many could not be handed over; gives what is to be reported, or an empty text. */
    abstract String complete(long undelivered);

    /** Wants this many more events, on top of those it wanted and did not get. */
    final void want(long more) {
        lock.lock();
        try {
            demand = demand + more < 0 ? Long.MAX_VALUE : demand + more;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    final void start(String threadName, BiConsumer<EventDelivery, String> onEnd) {
        Thread started = new Thread(() -> run(onEnd), threadName);
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    final void offer(BuildEvent event) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            if (lost > 0 || queue.size() >= EventFeed.QUEUE_CAPACITY) {
                lostBeforeLast = lastLost == null ? null : lastLost.at();
                lastLost = event;
                lost++;
                return;
            }
            queue.add(event);
            if (idle && (!gathering || queue.size() == BATCH)) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** No event will follow. */
    final void finish() {
        lock.lock();
        try {
            finished = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Stops the delivery; a listener in the middle of its work is interrupted. */
    final void giveUp() {
        Thread running = thread;
        lock.lock();
        try {
            ended = true;
            changed.signal();
            if (!idle && running != null && running != Thread.currentThread()) {
                running.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is to be delivered. */
    final void stop() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    final void await(long millis) throws InterruptedException {
        Thread running = thread;
        if (running != null && running != Thread.currentThread()) {
            running.join(millis);
        }
    }

    final boolean isAlive() {
        Thread running = thread;
        return running != null && running != Thread.currentThread() && running.isAlive();
    }

    private void run(BiConsumer<EventDelivery, String> onEnd) {
        String failure;
        BuildEvent current = null;
        ArrayDeque<BuildEvent> batch = new ArrayDeque<>(BATCH);
        try {
            begin();
            while (take(batch)) {
                while (!batch.isEmpty() && !ended) {
                    current = batch.remove();
                    deliver(current);
                }
                if (!ended && left() == 0) {
                    pause();
                    gather();
                }
            }
            failure = complete(batch.size() + left());
        } catch (InterruptedException e) {
            failure = name() + " was interrupted and gets no more events";
        } catch (Throwable e) { // a listener is the embedder's code: whatever it throws must not end the build
            failure = name() + " failed"
                    + (current == null ? "" : " at event " + current.at().sequence()) + " and gets no more events: "
                    + e;
        }
        stop();
        try {
            onEnd.accept(this, failure);
        } catch (RuntimeException e) { // whoever is told of failures failed as well: nobody is left to tell
            batch.clear();
        }
    }

    /** Lets some events come together, so that the publisher need not wake this thread for each of them. */
    private void gather() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            idle = true;
            gathering = true;
            long left = TimeUnit.MICROSECONDS.toNanos(GATHER_MICROS);
            while (left > 0 && !ended && !finished && queue.size() < BATCH) {
                left = changed.awaitNanos(left);
            }
        } finally {
            gathering = false;
            idle = false;
            lock.unlock();
        }
    }

    /** Waits for events that are wanted; false at the end. */
    private boolean take(ArrayDeque<BuildEvent> batch) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!ended) {
                if (demand > 0 && (!queue.isEmpty() || lost > 0)) {
                    if (queue.isEmpty()) {
                        catchUp();
                    }
                    for (int i = 0; i < BATCH && demand > 0 && !queue.isEmpty(); i++) {
                        batch.add(queue.poll());
                        demand -= demand == Long.MAX_VALUE ? 0 : 1;
                    }
                    return true;
                }
                if (finished && queue.isEmpty() && lost == 0) {
                    return false;
                }
                idle = true;
                changed.await();
                idle = false;
            }
            return false;
        } finally {
            idle = false;
            lock.unlock();
        }
    }

    // The queue is empty, so what was lost comes now: a gap, and the newest event, which need not be lost any more.
    private void catchUp() {
        if (lostBeforeLast != null) {
            queue.add(new BuildEvent.Gap(lostBeforeLast, lost - 1));
        }
        if (lastLost != null) {
            queue.add(lastLost);
        }
        lost = 0;
        lastLost = null;
        lostBeforeLast = null;
    }

    private long left() {
        lock.lock();
        try {
            return queue.size() + lost;
        } finally {
            lock.unlock();
        }
    }

    /** To a listener, which wants everything. */
    static final class ToListener extends EventDelivery {
        private final BuildEventListener listener;

        ToListener(BuildEventListener listener) {
            this.listener = listener;
            want(Long.MAX_VALUE);
        }

        @Override
        String name() {
            return "event listener " + listener.getClass().getName();
        }

        @Override
        void begin() {}

        @Override
        void deliver(BuildEvent event) {
            listener.onEvent(event);
        }

        @Override
        void pause() {
            listener.onPause();
        }

        @Override
        String complete(long undelivered) {
            return undelivered == 0
                    ? ""
                    : name() + " was too slow: the feed was closed before it took the last " + undelivered + " events";
        }
    }

    /** To a subscriber, which says how many it wants. */
    static final class ToSubscriber extends EventDelivery implements Flow.Subscription {
        private final Flow.Subscriber<? super BuildEvent> subscriber;
        private volatile boolean cancelled;
        private volatile @Nullable IllegalArgumentException wrongRequest;

        ToSubscriber(Flow.Subscriber<? super BuildEvent> subscriber) {
            this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
        }

        /** Tells a subscriber that came too late. */
        void refuse() {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            subscriber.onError(new IllegalStateException("the feed is closed; it takes no further subscriber"));
        }

        @Override
        String name() {
            return "event subscriber " + subscriber.getClass().getName();
        }

        @Override
        void begin() {
            subscriber.onSubscribe(this);
        }

        @Override
        void deliver(BuildEvent event) {
            subscriber.onNext(event);
        }

        @Override
        void pause() {}

        @Override
        String complete(long undelivered) {
            IllegalArgumentException wrong = wrongRequest;
            if (wrong != null) {
                subscriber.onError(wrong);
            } else if (!cancelled && undelivered > 0) {
                subscriber.onError(new IllegalStateException(
                        "the feed was closed before the last " + undelivered + " events were requested"));
            } else if (!cancelled) {
                subscriber.onComplete();
            }
            return "";
        }

        @Override
        public void cancel() {
            cancelled = true;
            stop();
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                wrongRequest = new IllegalArgumentException("a subscriber must request at least one event, not " + n);
                stop();
            } else {
                want(n);
            }
        }
    }
}
