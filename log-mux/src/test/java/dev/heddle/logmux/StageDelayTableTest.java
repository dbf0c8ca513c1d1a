package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Acceptance test M12: on real recordings, in their own time, {@code stage} switches about as seldom and shows bytes about as
 * soon as a simulation of its rules did. {@code jmh-benchmarks} has a program that prints the table for all strategies.
 */
class StageDelayTableTest {

    /** By how many percent a figure may be worse than the simulation's, and by how many milliseconds besides. */
    private static final long PERCENT = 20;

    private static final long MILLIS = 10;
    private static final long NANOS_PER_MILLI = 1_000_000;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "lua-warn-j4,  46,  204,  422,  423",
        "configure-x4, 81, 1500, 5000, 5000",
        "untar-x3,      3,  189,  601,  637",
        "chatty-x200, 201,   42,  122,  152",
        "pty-progress, 11,  700, 4800, 5000"
    })
    void m12StageIsAsGoodAsItsRulesWereSimulatedToBe(String name, long switches, long mean, long p99, long max)
            throws IOException {
        Recording recording = Recording.shared().stream()
                .filter(one -> one.name.equals(name))
                .findFirst()
                .orElse(null);
        assumeTrue(recording != null, "no real recordings beside the project");
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            ViewStatistics stage = reader.replay(GroupingStrategy.stage(), new CheckingSink());
            assertThat(stage.switches()).isLessThanOrEqualTo(switches + switches * PERCENT / 100 + 1);
            assertAtMost(stage.meanDelayNanos(), mean);
            assertAtMost(stage.p99DelayNanos(), p99);
            assertAtMost(stage.maxDelayNanos(), max);
            assertThat(stage.maxDelayNanos()).isLessThanOrEqualTo((5000 + 2) * NANOS_PER_MILLI);
        }
    }

    private static void assertAtMost(long nanos, long millis) {
        assertThat(nanos / NANOS_PER_MILLI).isLessThanOrEqualTo(millis + millis * PERCENT / 100 + MILLIS);
    }
}
