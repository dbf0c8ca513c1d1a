package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.testing.Fault;
import dev.heddle.scheduler.testing.Simulation;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Simulated builds as large as builds get. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class SimulationAtScaleTest {

    private static final Set<Fault> FAULTS = EnumSet.of(
            Fault.TASK_FAILS, Fault.JOB_LOST, Fault.HOST_DOWN, Fault.HOST_FROZEN, Fault.HOST_SLOW, Fault.DRAIN);

    @Test
    void aHundredThousandTasksAreBuiltOnAThousandHosts() {
        SplittableRandom random = new SplittableRandom(1);
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < 100_000; i++) {
            TaskSpec.Builder task = TaskSpec.named("t" + i)
                    .command(Command.of("work", "t" + i))
                    .retry(new RetryPolicy(100, Duration.ofMinutes(1)));
            for (int d = random.nextInt(4); d > 0 && i > 0; d--) {
                task.dependsOn("t" + (i - 1 - random.nextInt(Math.min(i, 20_000))));
            }
            graph.task(task.build());
        }
        HostSpec[] hosts = new HostSpec[1_000];
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = HostSpec.of("h" + i, 1 + random.nextInt(8));
        }
        long began = System.nanoTime();
        Simulation.Report report =
                Simulation.of(graph.build()).hosts(hosts).faults(FAULTS).run(1);
        System.out.printf(
                "1,000 hosts, 100,000 tasks: %,d jobs, %,d events, %s in %.1f s%n",
                report.jobs(), report.events(), report.time(), (System.nanoTime() - began) / 1e9);
        assertThat(report.findings()).isEmpty();
        assertThat(report.result()).get().matches(BuildResult::succeeded);
        assertThat(report.jobs()).isGreaterThan(100_000);
    }

    @Test
    void theRecordedGraphsOfRealProjectsAreBuiltUnderFaults() {
        for (RealGraph real : List.of(RealGraph.maven(), RealGraph.ports(), RealGraph.debian())) {
            BuildGraph.Builder graph = BuildGraph.builder();
            for (int i = 0; i < real.size(); i++) {
                TaskSpec.Builder task = TaskSpec.named("t" + i)
                        .command(Command.of("work", "t" + i))
                        .weight(real.seconds(i))
                        .retry(new RetryPolicy(100, Duration.ofMinutes(1)));
                for (int dependency : real.dependencies(i)) {
                    task.dependsOn("t" + dependency);
                }
                graph.task(task.build());
            }
            Simulation.Report report = Simulation.of(graph.build())
                    .hosts(HostSpec.of("h0", 16), HostSpec.of("h1", 16), HostSpec.of("h2", 8), HostSpec.of("h3", 4))
                    .takes(task -> Duration.ofMillis((long) (real.seconds(task.index()) * 1_000)))
                    .faults(FAULTS)
                    .run(2);
            System.out.printf(
                    "%s: %,d tasks, %,d jobs, %,d events, %s%n",
                    real.toString(), real.size(), report.jobs(), report.events(), report.time());
            assertThat(report.findings()).as(real.toString()).isEmpty();
            assertThat(report.result()).as(real.toString()).get().matches(BuildResult::succeeded);
        }
    }
}
