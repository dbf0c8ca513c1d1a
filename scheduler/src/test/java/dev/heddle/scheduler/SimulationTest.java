package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.scheduler.testing.Fault;
import dev.heddle.scheduler.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The real scheduler in imagined time, with everything going wrong that may: no rule of a build is broken, whatever the seed.
 *
 * <p>{@code -Dheddle.sim.hours=N} simulates more hours, {@code -Dheddle.sim.from=SEED} begins at another seed, and
 * {@code -Dheddle.sim.seed=SEED} runs one alone and prints what can be left out of it.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
final class SimulationTest {

    private static final long HOURS = Long.getLong("heddle.sim.hours", 36_000);
    private static final long FROM = Long.getLong("heddle.sim.from", 0);
    static final int MOST_TASKS = 150;

    static String replay(long seed) {
        return "mvn -pl scheduler -am test -Dtest=SimulationTest#oneSeed -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dheddle.sim.seed=" + seed;
    }

    static Simulation.Report run(long seed) {
        return Simulation.random(seed, Fault.swarm(seed), MOST_TASKS).run(seed);
    }

    @Test
    void noRuleIsBrokenInFourYears() {
        long began = System.nanoTime();
        Duration time = Duration.ZERO;
        long events = 0;
        long jobs = 0;
        Map<Fault, Integer> met = new EnumMap<>(Fault.class);
        List<String> broken = new ArrayList<>();
        long seed = FROM;
        for (; time.toHours() < HOURS && broken.size() < 5; seed++) {
            Simulation.Report report = run(seed);
            time = time.plus(report.time());
            events += report.events();
            jobs += report.jobs();
            report.faults().forEach(fault -> met.merge(fault, 1, Integer::sum));
            if (!report.findings().isEmpty()) {
                broken.add("seed " + seed + ": " + report.findings().get(0) + "\n  " + replay(seed));
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "simulated %,d hours, %,d builds, %,d jobs, %,d events in %.1f s: %,.0f hours/s, %,.0f events/s%n",
                time.toHours(), seed - FROM, jobs, events, seconds, time.toHours() / seconds, events / seconds);
        assertThat(broken).isEmpty();
        assertThat(met).as("faults that were met").hasSize(Fault.values().length);
    }

    @Test
    void oneSeed() {
        long seed = Long.getLong("heddle.sim.seed", 1);
        Simulation.Report report =
                Simulation.random(seed, Fault.swarm(seed), MOST_TASKS).tracing().run(seed);
        if (Boolean.getBoolean("heddle.sim.trace")) {
            report.trace().forEach(System.out::println);
        }
        assertThat(report.findings())
                .as("seed %d with %s", seed, report.faults())
                .isEmpty();
    }

    @Test
    void theSameSeedGivesTheSameEvents() {
        for (long seed = 0; seed < 60; seed++) {
            Simulation.Report first = Simulation.random(seed, Fault.swarm(seed), MOST_TASKS)
                    .tracing()
                    .run(seed);
            Simulation.Report second = Simulation.random(seed, Fault.swarm(seed), MOST_TASKS)
                    .tracing()
                    .run(seed);
            for (int i = 0; i < Math.min(first.events(), second.events()); i++) {
                assertThat(second.trace().get(i))
                        .as("seed %d", seed)
                        .isEqualTo(first.trace().get(i));
            }
            assertThat(second.events()).as("seed %d", seed).isEqualTo(first.events());
            assertThat(second.time()).as("seed %d", seed).isEqualTo(first.time());
        }
    }
}
