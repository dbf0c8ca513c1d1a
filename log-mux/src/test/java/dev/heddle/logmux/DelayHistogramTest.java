package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DelayHistogramTest {

    private static final long MILLI = 1_000_000;

    @Test
    void nothingWaitedWhenThereIsNothing() {
        DelayHistogram none = new DelayHistogram();
        assertThat(none.percentileNanos(99)).isZero();
        assertThat(none.meanNanos()).isZero();
        assertThat(none.maxNanos()).isZero();
    }

    @Test
    void percentilesAreExactForShortDelaysAndAtMostOneStepTooLongForOthers() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            long[] millis = random.longs(1 + random.nextInt(300), 0, 1L << (4 + random.nextInt(40)))
                    .toArray();
            DelayHistogram histogram = new DelayHistogram();
            Arrays.stream(millis).forEach(one -> histogram.add(one * MILLI, 1));
            Arrays.sort(millis);
            for (int percent : new int[] {1, 50, 99, 100}) {
                long exact = millis[(millis.length * percent + 99) / 100 - 1];
                assertThat(histogram.percentileNanos(percent) / MILLI)
                        .isBetween(exact, exact < 64 ? exact : exact + exact / 32);
            }
            assertThat(histogram.maxNanos()).isEqualTo(millis[millis.length - 1] * MILLI);
        }
    }

    @Test
    void bytesWeigh() {
        DelayHistogram histogram = new DelayHistogram();
        histogram.add(10 * MILLI, 985);
        histogram.add(50 * MILLI, 15);
        assertThat(histogram.bytes()).isEqualTo(1000);
        assertThat(histogram.meanNanos()).isEqualTo(10_600_000);
        assertThat(histogram.percentileNanos(98)).isEqualTo(10 * MILLI);
        assertThat(histogram.percentileNanos(99)).isEqualTo(50 * MILLI);
    }
}
