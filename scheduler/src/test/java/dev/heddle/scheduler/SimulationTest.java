package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.scheduler.testing.Fault;
import dev.heddle.scheduler.testing.Shrunk;
import dev.heddle.scheduler.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
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
        if (!report.findings().isEmpty()) {
            Shrunk least = Shrunk.of(seed, report.faults(), MOST_TASKS, SimulationTest::breaksARule);
            System.out.printf(
                    "it is enough that %s may go wrong, with at most %d tasks drawn, and %d events: %s%n",
                    least.faults(),
                    least.most(),
                    least.report().events(),
                    least.report().findings().get(0));
        }
        assertThat(report.findings())
                .as("seed %d with %s", seed, report.faults())
                .isEmpty();
    }

    private static boolean breaksARule(Simulation.Report report) {
        return !report.findings().isEmpty();
    }

    @Test
    void whatASimulationDoesNotNeedForSomethingToHappenIsLeftOut() {
        Predicate<Simulation.Report> locked =
                report -> report.trace().stream().anyMatch(event -> event.startsWith("LockGone")) && report.jobs() > 0;
        long seed = 3;
        while (!locked.test(
                Simulation.random(seed, Fault.swarm(seed), MOST_TASKS).tracing().run(seed))) {
            seed++;
        }
        Shrunk least = Shrunk.of(seed, Fault.swarm(seed), MOST_TASKS, locked);
        assertThat(locked.test(least.report())).isTrue();
        assertThat(least.faults())
                .isNotEmpty()
                .hasSizeLessThan(Fault.swarm(seed).size());
        for (Fault fault : least.faults()) {
            Set<Fault> fewer = new HashSet<>(least.faults());
            fewer.remove(fault);
            Simulation.Report without =
                    Simulation.random(seed, fewer, least.most()).tracing().run(seed);
            assertThat(locked.test(without)).as("without %s", fault).isFalse();
        }
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
