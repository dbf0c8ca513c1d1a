package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Outcome;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.Counters;
import dev.heddle.scheduler.ReferenceModel.Fate;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random graphs with every kind of edge, lock, pool and fault, run in imagined time and held against a model that knows
 * nothing of order. Each seed can be run alone; {@code -Dheddle.seeds=N} runs more of them.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class RandomBuildTest {

    private static final int SEEDS = Integer.getInteger("heddle.seeds", 400);

    private record Ran(RandomBuild build, CheckedHost.World world, BuildResult result, RecordingListener listener) {}

    /** Runs a build; at the given event (if not negative) the action is done to it. */
    private static Ran run(RandomBuild build, int atEvent, String action, boolean listening) throws Exception {
        ManualTicker ticker = ManualTicker.jumping();
        CheckedHost.World world = new CheckedHost.World(build, ticker);
        List<CheckedHost> hosts = new ArrayList<>();
        build.hosts.forEach(spec -> hosts.add(new CheckedHost(world, spec)));
        RecordingListener listener = new RecordingListener();
        CompletableFuture<BuildHandle> handle = new CompletableFuture<>();
        int[] events = {0};
        world.atEvent = () -> {
            if (events[0]++ == atEvent) {
                interfere(handle.join(), action, world, hosts, ticker);
            }
        };
        Scheduler.Builder builder = Scheduler.builder()
                .hosts(Hosts.of(new ArrayList<HostBackend>(hosts)))
                .ticker(ticker)
                .clock(ticker);
        if (listening) {
            builder.listener(listener);
        }
        try (Scheduler scheduler = builder.build()) {
            BuildHandle started = scheduler.start(build.graph());
            handle.complete(started);
            BuildResult result = started.result().get(60, TimeUnit.SECONDS);
            for (CheckedHost host : hosts) {
                assertThat(host.fake().running())
                        .as("seed %s: steps left on %s", build.seed, host.spec())
                        .isZero();
            }
            assertThat(world.wrongs).as("seed %s", build.seed).isEmpty();
            return new Ran(build, world, result, listener);
        }
    }

    private static void interfere(
            BuildHandle handle, String action, CheckedHost.World world, List<CheckedHost> hosts, ManualTicker ticker) {
        switch (action) {
            case "stop" -> {
                world.stoppedAt = ticker.getAsLong();
                handle.stop("enough");
            }
            case "cancel" -> {
                world.stoppedAt = ticker.getAsLong();
                hosts.forEach(host -> host.cancelled = true);
                handle.cancel("enough");
            }
            case "pause" -> {
                handle.stop("a pause");
                ticker.in(Duration.ZERO, handle::resume);
            }
            default -> throw new IllegalArgumentException(action);
        }
    }

    @Test
    void everyTaskEndsAsTheModelSays() throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            Ran ran = run(new RandomBuild(seed, false), -1, "", true);
            compare(ran, ran.build().tasks);
        }
    }

    @Test
    void aGraphThatGrowsEndsAsIfItHadBeenKnownFromTheStart() throws Exception {
        for (long seed = 0; seed < SEEDS / 2; seed++) {
            Ran ran = run(new RandomBuild(seed, true), -1, "", true);
            BuildResult result = ran.result();
            assertThat(result.problems()).as("seed %s", seed).isEmpty();
            compare(
                    ran,
                    ran.build().grown(name -> result.outcome(name).orElseThrow().isSuccess()));
        }
    }

    private static void compare(Ran ran, Map<String, TaskSpec> tasks) {
        long seed = ran.build().seed;
        ReferenceModel model = new ReferenceModel(ran.build(), tasks, doubtful(ran, tasks));
        int usable = 0;
        for (String task : tasks.keySet()) {
            Outcome outcome = ran.result().outcome(task).orElse(null);
            assertThat(fate(outcome)).as("seed %s, %s: %s", seed, task, outcome).isEqualTo(model.fate(task));
            usable += model.isUsable(task) ? 1 : 0;
            if (outcome instanceof Outcome.Skipped skipped) {
                assertThat(ran.result().outcome(skipped.failedDependency()))
                        .as("seed %s: root of %s", seed, task)
                        .get()
                        .isInstanceOfAny(Outcome.Failed.class, Outcome.TimedOut.class);
            }
        }
        Counters counters = ran.result().counters();
        assertThat(counters.usable() + counters.done())
                .as("seed %s: usable", seed)
                .isEqualTo(usable);
        assertThat(counters.waiting() + counters.queued())
                .as("seed %s: left over", seed)
                .isZero();
        boolean good = usable == tasks.size();
        assertThat(ran.result().succeeded()).as("seed %s", seed).isEqualTo(good);
    }

    /** Tasks that were tried once more than they ask for, as the last of three in a row that one host failed may be. */
    private static Set<String> doubtful(Ran ran, Map<String, TaskSpec> tasks) {
        Map<String, Set<String>> rows = new HashMap<>();
        Map<String, Integer> failures = new HashMap<>();
        Set<String> third = new HashSet<>();
        Set<String> found = new HashSet<>();
        for (BuildEvent.JobFinished over : ran.listener().events(BuildEvent.JobFinished.class)) {
            String task = over.job().task();
            Fate fate = fate(over.outcome());
            boolean lost = over.outcome() instanceof Outcome.Failed failed
                    && failed.cause() instanceof Outcome.FailureCause.HostLost;
            if (failures.getOrDefault(task, 0) >= tasks.get(task).retry().attempts() && third.contains(task)) {
                found.add(task);
            }
            if (fate == Fate.SUCCEEDED) {
                rows.remove(over.job().host());
            } else if (!lost) {
                failures.merge(task, 1, Integer::sum);
                Set<String> row = rows.computeIfAbsent(over.job().host(), host -> new HashSet<>());
                row.add(task);
                if (row.size() >= 3) {
                    third.add(task);
                }
            }
        }
        return found;
    }

    private static Fate fate(Outcome outcome) {
        if (outcome instanceof Outcome.Skipped) {
            return Fate.SKIPPED;
        }
        if (outcome instanceof Outcome.TimedOut) {
            return Fate.TIMED_OUT;
        }
        return outcome != null && outcome.isSuccess() ? Fate.SUCCEEDED : Fate.FAILED;
    }

    @Test
    void aStopAtAnyEventStartsNothingMoreAndWaitsForWhatRuns() throws Exception {
        interfereEverywhere("stop");
    }

    @Test
    void aCancelAtAnyEventEndsEveryTaskOnce() throws Exception {
        interfereEverywhere("cancel");
    }

    private static void interfereEverywhere(String action) throws Exception {
        for (long seed = 0; seed < Math.max(1, SEEDS / 60); seed++) {
            int events =
                    run(new RandomBuild(seed, false), -1, "", false).world().log.size() * 2;
            for (int at = 0; at < events; at++) {
                Ran ran = run(new RandomBuild(seed, false), at, action, false);
                for (String task : ran.build().tasks.keySet()) {
                    assertThat(ran.result().outcome(task))
                            .as("seed %s, event %s, %s", seed, at, task)
                            .isPresent();
                }
            }
        }
    }

    @Test
    void aPauseAtAnyEventChangesNoOutcome() throws Exception {
        int resumed = 0;
        for (long seed = 0; seed < SEEDS / 10; seed++) {
            RandomBuild build = new RandomBuild(seed, false);
            Ran ran = run(build, (int) (seed % 20), "pause", true);
            // A pause while nothing runs ends the build before it can be taken back.
            if (ran.result().stopped().isEmpty()) {
                compare(ran, build.tasks);
                resumed++;
            }
        }
        assertThat(resumed).isGreaterThan(SEEDS / 20);
    }

    @Test
    void theSameSeedGivesTheSameEventsInTheSameOrder() throws Exception {
        for (long seed = 0; seed < SEEDS / 10; seed++) {
            Ran first = run(new RandomBuild(seed, seed % 2 == 0), -1, "", true);
            Ran second = run(new RandomBuild(seed, seed % 2 == 0), -1, "", true);
            assertThat(second.world().log).as("seed %s", seed).isEqualTo(first.world().log);
            assertThat(second.listener().events())
                    .as("seed %s", seed)
                    .isEqualTo(first.listener().events());
            long next = 1;
            for (BuildEvent event : first.listener().events()) {
                assertThat(event.at().sequence()).isEqualTo(next++);
            }
            assertThat(first.listener().events()).last().isInstanceOf(BuildEvent.BuildFinished.class);
        }
    }
}
