package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.Hosts;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that is stopped and goes on, as its clock shows it: the time goes on by a leap. */
@Timeout(60)
final class SuspensionsTest {

    @Test
    void timeInWhichTheProcessWasStoppedCountsForNothing() {
        AtomicLong leap = new AtomicLong();
        CountDownLatch noticed = new CountDownLatch(1);
        BuildGraph graph = BuildGraph.builder()
                .task(
                        "a",
                        t -> t.timeout(Duration.ofMinutes(5)).action(job -> {
                            leap.set(Duration.ofHours(1).toNanos());
                            noticed.await();
                        }))
                .build();
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.inProcess(1))
                .ticker(() -> System.nanoTime() + leap.get())
                .listener(event -> {
                    if (event instanceof BuildEvent.EngineMessage message
                            && message.text()
                                    .matches(
                                            "the build stood still for 3[56]\\d\\d\\.\\d s, which count for nothing")) {
                        noticed.countDown();
                    }
                })
                .build()) {
            BuildResult result = scheduler.run(graph);
            assertThat(result.outcome("a"))
                    .get()
                    .isInstanceOfSatisfying(
                            Outcome.Succeeded.class,
                            succeeded -> assertThat(succeeded.elapsed()).isLessThan(Duration.ofMinutes(5)));
            assertThat(result.elapsed()).isLessThan(Duration.ofMinutes(5));
        }
    }
}
