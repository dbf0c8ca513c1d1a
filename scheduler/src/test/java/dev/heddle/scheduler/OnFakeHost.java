package dev.heddle.scheduler;

import dev.heddle.core.BuildGraph;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/** A scheduler with one host where nothing really runs, and time that jumps to what is next. */
abstract class OnFakeHost {

    static final Duration SECOND = Duration.ofSeconds(1);

    final ManualTicker ticker = ManualTicker.jumping();
    final RecordingListener listener = new RecordingListener();
    /** The host of the last build. */
    final AtomicReference<FakeHost> host = new AtomicReference<>();

    BuildResult run(int slots, BuildGraph graph, Function<Attempt, Plan> script, Consumer<Scheduler.Builder> settings) {
        FakeHost fake = new FakeHost(HostSpec.of("fake", slots), ticker, script);
        host.set(fake);
        Scheduler.Builder builder =
                Scheduler.builder().hosts(Hosts.of(fake)).ticker(ticker).clock(ticker);
        settings.accept(builder);
        try (Scheduler scheduler = builder.build()) {
            return scheduler.run(graph);
        }
    }

    BuildResult run(int slots, BuildGraph graph, Function<Attempt, Plan> script) {
        return run(slots, graph, script, settings -> {});
    }

    static Plan succeed(Attempt attempt) {
        return Plan.success(SECOND);
    }
}
