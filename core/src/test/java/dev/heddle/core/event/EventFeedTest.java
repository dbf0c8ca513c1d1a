package dev.heddle.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Channel;
import dev.heddle.core.event.BuildEvent.EngineMessage;
import dev.heddle.core.event.BuildEvent.Gap;
import dev.heddle.core.event.BuildEvent.Stamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventFeedTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void noThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(Thread::isAlive)
                .noneMatch(thread -> thread.getName().startsWith("heddle-events"));
    }

    static BuildEvent event(long sequence) {
        return new EngineMessage(new Stamp(sequence, sequence, Instant.EPOCH), Channel.MESSAGE, "m" + sequence);
    }

    private static void publish(EventFeed feed, long from, long to) {
        for (long i = from; i <= to; i++) {
            feed.publish(event(i));
        }
    }

    private static List<Long> sequences(List<BuildEvent> events) {
        return events.stream().map(event -> event.at().sequence()).toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyListenerGetsEveryEventInOrderBeforeCloseReturns() {
        List<BuildEvent> first = new ArrayList<>();
        List<BuildEvent> second = new ArrayList<>();
        try (EventFeed feed = new EventFeed(List.of(first::add, second::add), failures::add)) {
            assertThat(feed.hasListeners()).isTrue();
            publish(feed, 1, 5000);
        }
        assertThat(first).isEqualTo(second).hasSize(5000);
        assertThat(sequences(first)).isSorted();
        assertThat(failures).isEmpty();
    }

    @Test
    void aListenerIsToldWhenNothingWaitsAndNeverBeforeItHasEverything() {
        List<Integer> pauses = Collections.synchronizedList(new ArrayList<>());
        BuildEventListener counting = new BuildEventListener() {
            private int taken;

            @Override
            public void onEvent(BuildEvent event) {
                taken++;
            }

            @Override
            public void onPause() {
                pauses.add(taken);
            }
        };
        try (EventFeed feed = new EventFeed(List.of(counting), failures::add)) {
            publish(feed, 1, 1000);
        }
        assertThat(pauses).isSorted().doesNotContain(0).endsWith(1000);
    }

    @Test
    void eventsThatFollowOneAnotherAreLetGatherInsteadOfWakingTheListenerForEach() {
        int events = 20_000;
        int[] pauses = new int[1];
        BuildEventListener counting = new BuildEventListener() {
            @Override
            public void onEvent(BuildEvent event) {}

            @Override
            public void onPause() {
                pauses[0]++;
            }
        };
        long begun = System.nanoTime();
        try (EventFeed feed = new EventFeed(List.of(counting), failures::add)) {
            for (long i = 1; i <= events; i++) {
                feed.publish(event(i));
                Thread.yield();
            }
        }
        long micros = (System.nanoTime() - begun) / 1_000;
        // It rests for a while after each pause, or until that many have come.
        assertThat((long) pauses[0])
                .isLessThanOrEqualTo(3 + micros / EventDelivery.GATHER_MICROS + events / EventDelivery.BATCH);
    }

    @Test
    void slowListenerNeverStopsThePublisherAndIsToldWhatItLost() {
        CountDownLatch go = new CountDownLatch(1);
        List<BuildEvent> slow = new ArrayList<>();
        List<BuildEvent> quick = new ArrayList<>();
        long published = EventFeed.QUEUE_CAPACITY * 3L;
        try (EventFeed feed = new EventFeed(List.of(), failures::add)) {
            feed.add(event -> {
                await(go);
                slow.add(event);
            });
            publish(feed, 1, published);
            go.countDown();
        }
        long lost = slow.stream()
                .filter(Gap.class::isInstance)
                .mapToLong(event -> ((Gap) event).lost())
                .sum();
        assertThat(slow).hasSizeLessThan(EventFeed.QUEUE_CAPACITY + EventDelivery.BATCH + 3);
        assertThat(slow.stream().filter(Gap.class::isInstance)).hasSize(1);
        assertThat(slow.size() - 1 + lost).isEqualTo(published);
        assertThat(sequences(slow)).isSorted();
        assertThat(slow.get(slow.size() - 1)).as("the last event is never lost").isEqualTo(event(published));
        assertThat(slow.get(slow.size() - 2)).isInstanceOf(Gap.class);
        assertThat(slow.get(slow.size() - 2).at().sequence()).isEqualTo(published - 1);
        assertThat(quick).isEmpty();
    }

    @Test
    void listenerThatThrowsIsReportedOnceAndDroppedAndTheOthersGoOn() {
        List<BuildEvent> good = new ArrayList<>();
        List<BuildEvent> bad = new ArrayList<>();
        BuildEventListener throwing = event -> {
            bad.add(event);
            if (event.at().sequence() == 3) {
                throw new StackOverflowError("deep");
            }
        };
        try (EventFeed feed = new EventFeed(List.of(throwing, good::add), failures::add)) {
            publish(feed, 1, 1000);
        }
        assertThat(good).hasSize(1000);
        assertThat(bad).hasSize(3);
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0))
                .contains("failed at event 3")
                .contains("deep")
                .contains("EventFeedTest");
    }

    @Test
    void reporterThatThrowsHarmsNobody() {
        List<BuildEvent> good = new ArrayList<>();
        try (EventFeed feed = new EventFeed(
                List.of(
                        event -> {
                            throw new IllegalStateException("broken");
                        },
                        good::add),
                message -> {
                    throw new IllegalStateException("broken as well");
                })) {
            publish(feed, 1, 100);
        }
        assertThat(good).hasSize(100);
    }

    @Test
    void listenerThatHangsIsInterruptedWhenTheGraceIsOver() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        AtomicReference<Throwable> seen = new AtomicReference<>();
        EventFeed feed = new EventFeed(
                List.of(event -> {
                    entered.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        seen.set(e);
                    }
                }),
                failures::add,
                SHORT);
        publish(feed, 1, 10);
        await(entered);
        feed.close();
        assertThat(seen.get()).isInstanceOf(InterruptedException.class);
        assertThat(failures).singleElement().asString().contains("too slow").contains("the last 9 events");
    }

    @Test
    void listenerMayCloseTheFeedItself() {
        CountDownLatch closed = new CountDownLatch(1);
        AtomicReference<EventFeed> feed = new AtomicReference<>();
        feed.set(new EventFeed(
                List.of(event -> {
                    if (event.at().sequence() == 2) {
                        feed.get().close();
                        closed.countDown();
                    }
                }),
                failures::add,
                SHORT));
        publish(feed.get(), 1, 2);
        await(closed);
        feed.get().close();
        assertThat(failures).isEmpty();
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("heddle-events"))
                .forEach(EventFeedTest::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closedFeedTakesNothingMore() {
        EventFeed feed = new EventFeed(List.of(), failures::add);
        feed.close();
        feed.close();
        assertThatThrownBy(() -> feed.publish(event(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> feed.add(event -> {})).isInstanceOf(IllegalStateException.class);
        Recorder late = new Recorder();
        feed.publisher().subscribe(late);
        assertThat(late.signals).containsExactly("subscribed", "error IllegalStateException");
    }

    @Test
    void publishingWithoutListenersTakesNoThreadAndNothingIsKept() {
        EventFeed feed = new EventFeed(List.of(), failures::add);
        assertThat(feed.hasListeners()).isFalse();
        publish(feed, 1, 100_000);
        noThreadIsLeft();
        feed.close();
    }

    /** Requests what it is told to and notes every signal. */
    private static class Recorder implements Flow.Subscriber<BuildEvent> {
        final List<String> signals = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch subscribed = new CountDownLatch(1);
        volatile CountDownLatch more = new CountDownLatch(0);
        volatile Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            signals.add("subscribed");
            subscribed.countDown();
        }

        @Override
        public void onNext(BuildEvent event) {
            signals.add((event instanceof Gap gap ? "gap " + gap.lost() : "next") + " "
                    + event.at().sequence());
            more.countDown();
        }

        @Override
        public void onError(Throwable error) {
            signals.add("error " + error.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }

        void requestAndAwait(int count) {
            more = new CountDownLatch(count);
            subscription.request(count);
            await(more);
        }
    }

    private Recorder subscribe(EventFeed feed) {
        Recorder recorder = new Recorder();
        feed.publisher().subscribe(recorder);
        await(recorder.subscribed);
        return recorder;
    }

    @Test
    void subscriberGetsNoMoreThanItRequests() {
        EventFeed feed = new EventFeed(List.of(), failures::add);
        Recorder recorder = subscribe(feed);
        publish(feed, 1, 10);
        recorder.requestAndAwait(2);
        recorder.requestAndAwait(1);
        assertThat(recorder.signals).containsExactly("subscribed", "next 1", "next 2", "next 3");
        recorder.subscription.request(Long.MAX_VALUE);
        feed.close();
        assertThat(recorder.signals).hasSize(12).endsWith("next 10", "complete");
    }

    @Test
    void subscriberThatRequestsTooLateIsToldOfTheGap() {
        EventFeed feed = new EventFeed(List.of(), failures::add);
        Recorder recorder = subscribe(feed);
        publish(feed, 1, EventFeed.QUEUE_CAPACITY + 5);
        recorder.subscription.request(Long.MAX_VALUE);
        feed.close();
        assertThat(recorder.signals)
                .endsWith(
                        "gap 4 " + (EventFeed.QUEUE_CAPACITY + 4),
                        "next " + (EventFeed.QUEUE_CAPACITY + 5),
                        "complete");
    }

    @Test
    void subscriberThatNeverRequestsIsToldWhenTheGraceIsOver() {
        EventFeed feed = new EventFeed(List.of(), failures::add, SHORT);
        Recorder recorder = subscribe(feed);
        publish(feed, 1, 3);
        feed.close();
        assertThat(recorder.signals).containsExactly("subscribed", "error IllegalStateException");
    }

    @Test
    void subscriberThatCancelsGetsNothingMore() {
        EventFeed feed = new EventFeed(List.of(), failures::add);
        Recorder recorder = new Recorder() {
            @Override
            public void onNext(BuildEvent event) {
                super.onNext(event);
                if (event.at().sequence() == 2) {
                    subscription.cancel();
                }
            }
        };
        feed.publisher().subscribe(recorder);
        await(recorder.subscribed);
        recorder.subscription.request(Long.MAX_VALUE);
        publish(feed, 1, 100);
        feed.close();
        assertThat(recorder.signals).containsExactly("subscribed", "next 1", "next 2");
    }

    @Test
    void requestForNothingEndsTheSubscriptionWithAnError() {
        EventFeed feed = new EventFeed(List.of(), failures::add);
        Recorder recorder = subscribe(feed);
        recorder.subscription.request(0);
        feed.close();
        assertThat(recorder.signals).containsExactly("subscribed", "error IllegalArgumentException");
    }
}
