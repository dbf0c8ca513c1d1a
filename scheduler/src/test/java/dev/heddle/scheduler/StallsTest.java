package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Command;
import dev.heddle.core.Outcome;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that do nothing any more, and builds in which nothing runs. */
@Timeout(60)
final class StallsTest {

    private static final Command BRISK = Command.of("brisk");

    @TempDir
    Path directory;

    private final ManualTicker ticker = ManualTicker.jumping();
    private final RecordingListener listener = new RecordingListener();

    private BuildResult run(
            int slots, Function<Attempt, Plan> script, Consumer<Scheduler.Builder> more, String... tasks) {
        return run(slots, script, more, new TaskSpecs(tasks).all());
    }

    private BuildResult run(
            int slots, Function<Attempt, Plan> script, Consumer<Scheduler.Builder> more, TaskSpec.Builder... tasks) {
        FakeHost host = new FakeHost(HostSpec.of("fake", slots), ticker, script);
        Scheduler.Builder builder = Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(ticker)
                .clock(ticker)
                .listener(listener);
        more.accept(builder);
        try (Scheduler scheduler = builder.build()) {
            return scheduler.run(graphOf(tasks));
        }
    }

    private record TaskSpecs(String[] names) {
        TaskSpec.Builder[] all() {
            return List.of(names).stream().map(name -> task(name)).toArray(TaskSpec.Builder[]::new);
        }
    }

    private List<String> warnings() {
        return listener.events(BuildEvent.EngineMessage.class).stream()
                .map(message -> Duration.ofNanos(message.at().nanos()).toSeconds() + " " + message.text())
                .toList();
    }

    @Test
    void aSilentJobIsToldAtPausesThatDouble() {
        run(1, attempt -> Plan.success(Duration.ofSeconds(101)), Scheduler.Builder::tellStalls, "a");
        String job = " job 1 of task 'a' on host fake has printed nothing for ";
        // Its silence is known from the first look on, at 5 s.
        assertThat(warnings())
                .containsExactly("15" + job + "10 s", "25" + job + "20 s", "45" + job + "40 s", "85" + job + "80 s");
    }

    @Test
    void nothingIsToldUnlessAskedFor() {
        run(1, attempt -> Plan.success(Duration.ofHours(1)), builder -> {}, "a");
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aJobThatDoesNothingForTooLongIsEnded() {
        BuildResult result = run(
                2,
                attempt -> attempt.task().name().equals("a") ? Plan.hangs() : Plan.success(Duration.ofSeconds(5)),
                builder -> builder.stuckLimit(Duration.ofSeconds(60), false),
                "a",
                "b");
        assertThat(result.outcome("a")).contains(new Outcome.TimedOut("run", Duration.ofSeconds(60), true));
        assertThat(result.outcome("b")).get().isInstanceOf(Outcome.Succeeded.class);
        assertThat(warnings())
                .containsExactly("65 job 1 of task 'a' on host fake has printed nothing for 60 s, and is ended");
    }

    @Test
    void aStepHasALimitOfItsOwn() {
        Step patient = Step.of("patient", Command.of("wait")).stuckAfter(Duration.ofMinutes(10));
        Step brisk = Step.of("brisk", BRISK).stuckAfter(Duration.ofSeconds(30));
        TaskSpec.Builder task = TaskSpec.named("a").step(patient).step(brisk).step("free", Command.of("work"));
        Function<Attempt, Plan> script =
                attempt -> attempt.work().equals(BRISK) ? Plan.hangs() : Plan.success(Duration.ofSeconds(302));
        Outcome stuck = new Outcome.TimedOut("brisk", Duration.ofSeconds(30), true);
        assertThat(run(1, script, builder -> {}, task).outcome("a")).contains(stuck);
        assertThat(warnings())
                .containsExactly("335 job 1 of task 'a' on host fake has printed nothing for 30 s, and is ended");
        assertThat(run(1, script, builder -> builder.stuckLimit(Duration.ofMinutes(7), false), task)
                        .outcome("a"))
                .contains(stuck);
    }

    @Test
    void aStepThatWasEndedForDoingNothingIsTriedAgain() {
        Step twice = new Step("run", BRISK, null, new RetryPolicy(2, Duration.ofSeconds(1)), Duration.ofSeconds(30));
        AtomicInteger tries = new AtomicInteger();
        BuildResult result = run(
                1,
                attempt -> tries.incrementAndGet() == 1 ? Plan.hangs() : Plan.success(Duration.ofSeconds(20)),
                builder -> {},
                TaskSpec.named("a").step(twice));
        assertThat(result.succeeded()).isTrue();
        assertThat(warnings()).hasSize(1);
    }

    @Test
    void aBuildStopsOnAStallIfThatIsWanted() {
        BuildResult result =
                run(1, attempt -> Plan.hangs(), builder -> builder.stuckLimit(Duration.ofSeconds(60), true), "a", "b");
        assertThat(result.stopped()).contains("task 'a' is stuck");
        assertThat(result.outcome("b")).get().isInstanceOf(Outcome.Cancelled.class);
    }

    @Test
    void aBuildInWhichNothingRunsIsToldWithTheReason() throws IOException {
        Path lock = Files.createDirectory(directory.resolve("locks")).resolve("a");
        Files.writeString(lock, "fullpkgpath=a\nhost=elsewhere\npid=7\nstart=1\n");
        run(
                1,
                attempt -> {
                    ticker.in(
                            Duration.ofSeconds(30),
                            () -> assertThat(lock.toFile().delete()).isTrue());
                    return Plan.success(Duration.ofSeconds(1));
                },
                builder -> builder.tellStalls().locks(directory.resolve("locks")),
                "a",
                "b");
        assertThat(warnings())
                .filteredOn(text -> text.contains("nothing has run"))
                .isNotEmpty()
                .first()
                .asString()
                .matches("1\\d nothing has run for 10 s: nothing can run: 'a' is locked by process 7 on elsewhere; .*");
    }

    @Test
    void aBuildThatWaitsForSomeoneElsesLockTellsThatAndNotOfATaskThatFailed() throws IOException {
        Path lock = Files.createDirectory(directory.resolve("locks")).resolve("z");
        Files.writeString(lock, "fullpkgpath=z\nhost=elsewhere\npid=7\nstart=1\n");
        run(
                1,
                attempt -> {
                    ticker.in(
                            Duration.ofSeconds(30),
                            () -> assertThat(!lock.toFile().exists()
                                            || lock.toFile().delete())
                                    .isTrue());
                    return attempt.task().name().equals("a")
                            ? Plan.exit(Duration.ofSeconds(1), 1)
                            : Plan.success(Duration.ofSeconds(1));
                },
                builder -> builder.tellStalls().locks(directory.resolve("locks")),
                "a",
                "z");
        assertThat(warnings())
                .filteredOn(text -> text.contains("nothing has run"))
                .isNotEmpty()
                .first()
                .asString()
                .contains("nothing can run: 'z' is locked by process 7 on elsewhere; remove " + lock);
    }

    @Test
    void theTimeOfAGroupIsThatOfAllItsProcesses() throws IOException {
        stat(10, "sh", 10, 1, 2, 3, 4);
        stat(11, "a ) b", 10, 100, 0, 0, 0);
        stat(12, "other", 12, 5, 0, 0, 0);
        Files.createDirectory(directory.resolve("13"));
        assertThat(GroupTimes.of(directory, List.of(10L, 12L, 13L, 14L))).isEqualTo(Map.of(10L, 110L, 12L, 5L));
        assertThat(GroupTimes.of(directory.resolve("none"), List.of(10L))).isEmpty();
    }

    private void stat(long pid, String name, long group, long... times) throws IOException {
        StringBuilder text = new StringBuilder(pid + " (" + name + ") S 1 " + group + " 1 0 -1 0 0 0 0 0");
        for (long time : times) {
            text.append(' ').append(time);
        }
        Files.writeString(
                Files.createDirectory(directory.resolve(Long.toString(pid))).resolve("stat"), text + " 20 0\n");
    }

    @Test
    void aLimitMustBePositive() {
        assertThatThrownBy(() -> Scheduler.builder().stuckLimit(Duration.ZERO, false))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
