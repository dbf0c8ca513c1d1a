package dev.heddle.scheduler.testing;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The least of a random simulation in which something still happens: faults that it does not need are left out one after the other,
 * since each has luck of its own, and then tasks.
 *
 * @param faults the faults that are left; without any one of them it does not happen
 * @param most bound of the number of tasks, as for {@link Simulation#random}
 * @param report the simulation in which it happens, with all events
 */
public record Shrunk(Set<Fault> faults, int most, Simulation.Report report) {

    /** Copies the set. */
    public Shrunk {
        faults = Set.copyOf(faults);
    }

    /**
     * Shrinks a simulation. Runs one for each fault, again whenever one was left out, and a few more.
     *
     * @param seed its seed
     * @param faults what could go wrong in it
     * @param most bound of its tasks
     * @param happens what must go on happening
     * @throws IllegalArgumentException if it does not happen at all
     */
    public static Shrunk of(long seed, Set<Fault> faults, int most, Predicate<Simulation.Report> happens) {
        Shrunk least = run(seed, faults, most);
        if (!happens.test(least.report)) {
            throw new IllegalArgumentException("it does not happen with seed " + seed + " and " + faults);
        }
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (Fault fault : Fault.values()) {
                Set<Fault> fewer = EnumSet.noneOf(Fault.class);
                fewer.addAll(least.faults);
                if (fewer.remove(fault)) {
                    Shrunk tried = run(seed, fewer, least.most);
                    if (happens.test(tried.report)) {
                        least = tried;
                        smaller = true;
                    }
                }
            }
            // Another bound draws other tasks: a lucky one is enough.
            for (int bound = 1; bound < least.most; bound *= 2) {
                Shrunk tried = run(seed, least.faults, bound);
                if (happens.test(tried.report)) {
                    least = tried;
                    smaller = true;
                }
            }
        }
        return least;
    }

    private static Shrunk run(long seed, Set<Fault> faults, int most) {
        return new Shrunk(
                faults, most, Simulation.random(seed, faults, most).tracing().run(seed));
    }
}
