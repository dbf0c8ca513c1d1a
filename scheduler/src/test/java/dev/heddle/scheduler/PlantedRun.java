package dev.heddle.scheduler;

import dev.heddle.scheduler.testing.Fault;
import dev.heddle.scheduler.testing.Simulation;
import java.util.List;
import java.util.function.LongFunction;

/**
 * One simulated build, as what was found in it. Loaded together with a copy of the scheduler that has a bug, and called from outside
 * that copy by types of the Java runtime alone.
 */
public final class PlantedRun implements LongFunction<List<String>> {

    /** Called by reflection. */
    public PlantedRun() {}

    @Override
    public List<String> apply(long seed) {
        return Simulation.random(seed, Fault.swarm(seed), SimulationTest.MOST_TASKS)
                .run(seed)
                .findings();
    }
}
