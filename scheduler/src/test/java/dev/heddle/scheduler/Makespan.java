package dev.heddle.scheduler;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How long the engine takes for a real graph in imagined time, relative to what it must take at least. */
final class Makespan {

    /**
     * Hosts of one speed.
     *
     * @param slots of all of them together
     * @param speed relative to the others
     */
    record Group(int slots, double speed) {}

    /**
     * What is known of a graph's times.
     *
     * @param share of the tasks of which anything is known
     * @param sigma spread of the logarithm of what is known around the truth; 0.7 is a factor of two
     * @param seed which tasks, and how far off
     */
    record Knowledge(double share, double sigma, long seed) {
        static final Knowledge ALL = new Knowledge(1, 0, 0);
    }

    private static final Step WORK = Step.of("run", Command.of("work"));

    private final RealGraph real;
    private final BuildGraph graph;

    Makespan(RealGraph real, Knowledge knowledge) {
        this.real = real;
        Random random = new Random(knowledge.seed());
        BuildGraph.Builder builder = BuildGraph.builder();
        for (int task = 0; task < real.size(); task++) {
            TaskSpec.Builder spec = TaskSpec.named("t" + task).step(WORK).repeatable();
            for (int dependency : real.dependencies(task)) {
                spec.dependsOn("t" + dependency);
            }
            double guess = real.seconds(task) * Math.exp(knowledge.sigma() * random.nextGaussian());
            if (random.nextDouble() < knowledge.share()) {
                spec.weight(guess);
            }
            builder.task(spec.build());
        }
        this.graph = builder.build();
    }

    /** What the build must take at least, in seconds. */
    double bound(List<Group> groups) {
        double top = groups.stream().mapToDouble(Group::speed).max().orElseThrow();
        return real.bound(
                groups.stream().mapToDouble(g -> g.slots() * g.speed() / top).sum());
    }

    /** What it takes, relative to {@link #bound}. */
    double ratio(List<Group> groups, QueuePolicy policy) {
        return seconds(groups, policy) / bound(groups);
    }

    private double seconds(List<Group> groups, QueuePolicy policy) {
        double top = groups.stream().mapToDouble(Group::speed).max().orElseThrow();
        ManualTicker ticker = ManualTicker.jumping();
        List<HostBackend> hosts = new ArrayList<>();
        for (Group group : groups) {
            HostSpec spec = new HostSpec("h" + hosts.size(), group.slots(), 1, 0, Map.of(), group.speed());
            double slower = top / group.speed();
            hosts.add(new FakeHost(
                    spec,
                    ticker,
                    attempt -> Plan.success(
                            Duration.ofNanos((long) (real.seconds(attempt.task().index()) * slower * 1e9)))));
        }
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(hosts.toArray(HostBackend[]::new)))
                .ticker(ticker)
                .clock(ticker)
                .policy(policy)
                .build()) {
            BuildResult result = scheduler.run(graph);
            if (!result.succeeded()) {
                throw new AssertionError("the build of " + real.name() + " failed: " + result.failures());
            }
            return result.elapsed().toNanos() / 1e9;
        }
    }
}
