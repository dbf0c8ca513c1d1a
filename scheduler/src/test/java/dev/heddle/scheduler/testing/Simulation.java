package dev.heddle.scheduler.testing;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Expansion;
import dev.heddle.core.Task;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.host.HostSpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A build by the real scheduler in imagined time, on machines that go down, stand still and come back, with all that else may go
 * wrong, drawn from a seed; while it runs, the rules of a build are checked at every event. The same seed gives the same build.
 *
 * <pre>{@code
 * Simulation.Report report = Simulation.of(graph)
 *         .hosts(HostSpec.of("alpha", 4), HostSpec.of("beta", 8))
 *         .faults(Fault.swarm(7))
 *         .run(7);
 * assertThat(report.findings()).isEmpty();
 * }</pre>
 *
 * <p>Not safe for several threads; each call of {@link #run} is a build of its own.
 */
public final class Simulation {

    /**
     * What came of a simulated build.
     *
     * @param seed its seed
     * @param faults what could go wrong in it
     * @param time virtual time that it took
     * @param events how many events it told
     * @param jobs how many jobs it started
     * @param trace all events in their order, if they were asked for: the same for the same seed
     * @param findings broken rules, each with the virtual time and the event at which it was found; empty if all went well
     * @param result how the build ended; empty if it did not
     */
    public record Report(
            long seed,
            Set<Fault> faults,
            Duration time,
            long events,
            long jobs,
            List<String> trace,
            List<String> findings,
            Optional<BuildResult> result) {}

    final BuildGraph graph;
    List<HostSpec> hosts = List.of(HostSpec.of("h0", 4));
    Set<Fault> faults = Fault.none();
    Map<String, Expansion> expansions = Map.of();
    List<List<Expansion>> sources = List.of();

    @Nullable
    Function<Task, Duration> takes;

    boolean traces;

    private Simulation(BuildGraph graph) {
        this.graph = graph;
    }

    /** A simulation of a graph; its commands are not run. */
    public static Simulation of(BuildGraph graph) {
        return new Simulation(graph);
    }

    /** A random graph of at most so many tasks, or a little more, on random hosts. */
    public static Simulation random(long seed, Set<Fault> faults, int most) {
        RandomTasks drawn = new RandomTasks(seed, faults, most);
        Simulation simulation = new Simulation(drawn.graph());
        simulation.hosts = drawn.hosts;
        simulation.faults = faults;
        simulation.expansions = drawn.expansions;
        simulation.sources = drawn.sources;
        return simulation;
    }

    /** Sets the machines. The first of them is never taken out, and everything must be able to run there. */
    public Simulation hosts(HostSpec... specs) {
        hosts = List.of(specs);
        return this;
    }

    /** Sets what may go wrong; nothing without it. */
    public Simulation faults(Set<Fault> may) {
        faults = may.isEmpty() ? Fault.none() : EnumSet.copyOf(may);
        return this;
    }

    /** Sets how long each step of a task takes on a machine that is well; drawn without it, 5 minutes in the median. */
    public Simulation takes(Function<Task, Duration> duration) {
        takes = duration;
        return this;
    }

    /** Also keeps all events. */
    public Simulation tracing() {
        traces = true;
        return this;
    }

    /** Runs it. */
    public Report run(long seed) {
        return new SimulatedBuild(this, seed).go();
    }
}
