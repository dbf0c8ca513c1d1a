package dev.heddle.scheduler;

import dev.heddle.core.BuildGraph;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** A scheduler with hosts of several speeds where nothing really runs, and time that jumps to what is next. */
abstract class OnFakeHosts {

    final ManualTicker ticker = ManualTicker.jumping();
    final RecordingListener listener = new RecordingListener();
    /** The hosts of the next build, by name. */
    final Map<String, FakeHost> hosts = new LinkedHashMap<>();

    static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    FakeHost host(String name, int slots, double speed, Function<Attempt, Plan> script) {
        return host(new HostSpec(name, slots, 1, 0, Map.of(), speed), script);
    }

    FakeHost host(HostSpec spec, Function<Attempt, Plan> script) {
        FakeHost host = new FakeHost(spec, ticker, script);
        hosts.put(spec.name(), host);
        return host;
    }

    /** A host on which each task takes as long as its weight says, divided by the speed. */
    FakeHost host(String name, int slots, double speed) {
        return host(
                name,
                slots,
                speed,
                attempt -> Plan.success(seconds(attempt.task().weight() / speed)));
    }

    BuildResult run(BuildGraph graph, Consumer<Scheduler.Builder> settings) {
        try (Scheduler scheduler = scheduler(settings)) {
            return scheduler.run(graph);
        }
    }

    BuildResult run(BuildGraph graph) {
        return run(graph, builder -> {});
    }

    Scheduler scheduler(Consumer<Scheduler.Builder> settings) {
        Scheduler.Builder builder = Scheduler.builder()
                .hosts(Hosts.of(hosts.values().toArray(HostBackend[]::new)))
                .ticker(ticker)
                .clock(ticker)
                .listener(listener);
        settings.accept(builder);
        return builder.build();
    }
}
