package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimersTest {

    private final Timers timers = new Timers();
    private final List<String> done = new ArrayList<>();

    @Test
    void thoseOfOneInstantGoOffInTheOrderTheyWereSet() {
        timers.at(2, () -> done.add("c"));
        timers.at(1, () -> done.add("a"));
        timers.at(1, () -> done.add("b"));
        timers.fire(0);
        assertThat(done).isEmpty();
        timers.fire(1);
        assertThat(done).containsExactly("a", "b");
        assertThat(timers.next()).isEqualTo(2);
        timers.fire(5);
        assertThat(done).containsExactly("a", "b", "c");
        assertThat(timers.next()).isEqualTo(Timers.NEVER);
    }

    @Test
    void oneThatWasCancelledDoesNotGoOff() {
        Timers.Timer first = timers.at(1, () -> done.add("first"));
        timers.at(2, () -> done.add("second"));
        first.cancel();
        first.cancel();
        assertThat(timers.next()).isEqualTo(2);
        timers.fire(2);
        first.cancel();
        assertThat(done).containsExactly("second");
        assertThat(timers.size()).isZero();
    }

    @Test
    void limitsThatWereNotRunIntoTakeNoMemoryUntilTheirTime() {
        for (int job = 0; job < 100_000; job++) {
            timers.after(job, Duration.ofHours(1), () -> done.add("too late")).cancel();
            assertThat(timers.size()).isLessThan(200);
        }
    }

    @Test
    void aDelayOfMillenniaDoesNotWrapAround() {
        timers.after(Duration.ofDays(365).toNanos(), Duration.ofSeconds(Long.MAX_VALUE), () -> done.add("at last"));
        timers.fire(Duration.ofDays(36_500).toNanos());
        assertThat(done).isEmpty();
        timers.fire(Duration.ofDays(36_865).toNanos());
        assertThat(done).containsExactly("at last");
    }
}
