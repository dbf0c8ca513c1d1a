package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Expansion;
import dev.heddle.core.Outcome;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backup copies, on idle fast slots, of what runs on slower ones. */
@Timeout(60)
final class CopiesTest extends OnFakeHosts {

    /** 'stuck' looks short, goes to the slow host, and takes long there. */
    private static TaskSpec.Builder stuck() {
        return task("stuck").weight(2);
    }

    private static BuildGraph graph(TaskSpec.Builder stuck) {
        return graphOf(task("long").weight(50), stuck, task("next", "stuck").weight(1));
    }

    private static Plan on(Attempt attempt, double longer, double stuck) {
        return Plan.success(seconds(attempt.task().name().equals("stuck") ? stuck : longer));
    }

    private FakeHost slow(Function<Attempt, Plan> script) {
        return host("slow", 1, 1, script);
    }

    private FakeHost fast() {
        return host("fast", 1, 10, attempt -> on(attempt, 5, 3));
    }

    private List<BuildEvent.JobFinished> jobsOf(String task) {
        return listener.events(BuildEvent.JobFinished.class).stream()
                .filter(event -> event.job().task().equals(task))
                .toList();
    }

    @Test
    void whatACopyTookThatWasFirstIsLearned(@TempDir Path directory) throws IOException {
        slow(attempt -> on(attempt, 1000, 1000));
        fast();
        BuildHistory history = BuildHistory.at(directory);
        assertThat(run(graph(stuck().repeatable()), builder -> builder.history(history))
                        .succeeded())
                .isTrue();
        assertThat(jobsOf("stuck")).hasSize(2);
        assertThat(history.tasks())
                .filteredOn(task -> task.task().equals("stuck"))
                .singleElement()
                .satisfies(task -> {
                    assertThat(task.runs()).isEqualTo(1);
                    assertThat(task.seconds()).isBetween(2.9, 3.1);
                });
    }

    @Test
    void theFirstOfTwoCopiesCountsAndTheOtherIsEndedWithoutATrace() {
        FakeHost slow = slow(attempt -> on(attempt, 1000, 1000));
        FakeHost fast = fast();
        BuildResult result = run(graph(stuck().repeatable()));
        assertThat(result.succeeded()).isTrue();
        assertThat(slow.terminated())
                .extracting(attempt -> attempt.task().name())
                .containsExactly("stuck");
        assertThat(fast.startedTasks()).containsExactly("long", "stuck", "next");
        assertThat(result.elapsed()).isLessThan(Duration.ofSeconds(20));
        assertThat(jobsOf("stuck")).hasSize(2).anySatisfy(end -> {
            assertThat(end.job().host()).isEqualTo("slow");
            assertThat(end.outcome()).isEqualTo(new Outcome.Cancelled("another attempt, on host fast, was first"));
        });
        assertThat(jobsOf("stuck")).extracting(end -> end.job().attempt()).containsExactlyInAnyOrder(1, 2);
        assertThat(listener.events(BuildEvent.TaskFinished.class))
                .extracting(BuildEvent.TaskFinished::task)
                .containsExactly("long", "stuck", "next");
        assertThat(result.outcome("stuck")).get().isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void theOneThatBeganFirstMayBeFirst() {
        slow(attempt -> on(attempt, 1000, 6));
        FakeHost fast = host("fast", 1, 10, attempt -> on(attempt, 5, 100));
        BuildResult result = run(graph(stuck().repeatable()));
        assertThat(result.succeeded()).isTrue();
        assertThat(fast.terminated())
                .extracting(attempt -> attempt.task().name())
                .containsExactly("stuck");
        assertThat(jobsOf("stuck").stream().filter(end -> end.outcome().isSuccess()))
                .singleElement()
                .satisfies(end -> assertThat(end.job().host()).isEqualTo("slow"));
    }

    @Test
    void aTaskThatIsNotRepeatableOrHoldsALockIsNeverRunTwiceAtOnce() {
        for (TaskSpec.Builder stuck : List.of(stuck(), stuck().repeatable().lock("one"))) {
            FakeHost slow = slow(attempt -> on(attempt, 1000, 30));
            FakeHost fast = fast();
            assertThat(run(graph(stuck)).succeeded()).isTrue();
            assertThat(slow.startedTasks()).containsExactly("stuck");
            assertThat(fast.startedTasks()).containsExactly("long", "next");
        }
    }

    @Test
    void noCopyIsMadeIfTheySayNoOrHostsAreEquallyFast() {
        FakeHost slow = slow(attempt -> on(attempt, 1000, 30));
        FakeHost fast = fast();
        run(graph(stuck().repeatable()), builder -> builder.backupCopies(false));
        assertThat(slow.started().size() + fast.started().size()).isEqualTo(3);
        hosts.clear();
        FakeHost one = host("one", 1, 1, attempt -> on(attempt, 5, 30));
        FakeHost two = host("two", 1, 1, attempt -> on(attempt, 5, 30));
        run(graph(stuck().repeatable()));
        assertThat(one.started().size() + two.started().size()).isEqualTo(3);
    }

    @Test
    void aFailureCountsOnlyWhenNoCopyIsLeftThatCouldSucceed() {
        slow(attempt -> attempt.task().name().equals("stuck") ? Plan.exit(seconds(6), 1) : on(attempt, 9, 9));
        fast();
        assertThat(run(graph(stuck().repeatable())).succeeded()).isTrue();
        hosts.clear();
        slow(attempt -> attempt.task().name().equals("stuck") ? Plan.exit(seconds(6), 1) : on(attempt, 9, 9));
        host(
                "fast",
                1,
                10,
                attempt -> attempt.task().name().equals("stuck") ? Plan.exit(seconds(3), 2) : on(attempt, 5, 3));
        BuildResult failed = run(graph(stuck().repeatable()));
        assertThat(failed.outcome("stuck"))
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        outcome -> assertThat(outcome.cause()).isEqualTo(new Outcome.FailureCause.Exit(2)));
        assertThat(failed.outcome("next")).contains(new Outcome.Skipped("stuck"));
    }

    @Test
    void aCopyThatItsHostLosesLeavesTheOtherOne() {
        FakeHost slow = slow(attempt -> on(attempt, 1000, 20));
        host(
                "fast",
                1,
                10,
                attempt -> attempt.task().name().equals("stuck")
                        ? Plan.ends(seconds(1), new StepEnd.Lost("the line is dead"))
                        : on(attempt, 5, 3));
        BuildResult result = run(graph(stuck().repeatable()));
        assertThat(result.succeeded()).isTrue();
        assertThat(slow.terminated()).isEmpty();
        assertThat(jobsOf("stuck")).hasSize(2);
    }

    @Test
    void whatTheOtherCopyAddedToTheGraphIsForgotten() {
        Expansion fromSlow = Expansion.builder().task(task("of-slow").build()).build();
        Expansion fromFast = Expansion.builder().task(task("of-fast").build()).build();
        slow(attempt -> attempt.task().name().equals("stuck")
                ? on(attempt, 1000, 1000).expanding(fromSlow)
                : on(attempt, 1, 1));
        host(
                "fast",
                1,
                10,
                attempt -> attempt.task().name().equals("stuck")
                        ? on(attempt, 5, 3).expanding(fromFast)
                        : on(attempt, 5, 3));
        BuildResult result = run(graph(stuck().repeatable()));
        assertThat(result.succeeded()).isTrue();
        assertThat(result.outcome("of-fast")).isPresent();
        assertThat(result.outcome("of-slow")).isEmpty();
    }

    @Test
    void aCancelledBuildEndsBothCopies() throws Exception {
        CompletableFuture<BuildHandle> handle = new CompletableFuture<>();
        FakeHost slow = slow(attempt -> on(attempt, 1000, 1000));
        FakeHost fast = host("fast", 1, 10, attempt -> {
            if (attempt.task().name().equals("stuck")) {
                ticker.in(seconds(1), () -> handle.join().cancel("enough"));
                return Plan.hangs();
            }
            return on(attempt, 5, 3);
        });
        try (Scheduler scheduler = scheduler(builder -> {})) {
            handle.complete(scheduler.start(graph(stuck().repeatable())));
            BuildResult result = handle.join().await();
            assertThat(result.outcome("stuck")).contains(new Outcome.Cancelled("enough"));
            assertThat(slow.terminated()).hasSize(1);
            assertThat(fast.terminated()).hasSize(1);
        }
    }

    /** How often a task ran at once at most, where those that are not repeatable never ran more than once. */
    private int mostAtOnce(BuildGraph graph) {
        Map<String, Integer> now = new HashMap<>();
        int most = 0;
        for (BuildEvent event : listener.events()) {
            if (event instanceof BuildEvent.JobStarted started) {
                String name = started.job().task();
                int running = now.merge(name, 1, Integer::sum);
                most = Math.max(most, running);
                assertThat(running)
                        .as(name)
                        .isLessThanOrEqualTo(graph.task(graph.indexOf(name)).isRepeatable() ? 2 : 1);
            } else if (event instanceof BuildEvent.JobFinished finished) {
                now.merge(finished.job().task(), -1, Integer::sum);
            }
        }
        return most;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whateverHappensNothingRunsTwiceAtOnceButCopiesOfRepeatableTasksAndEveryTaskEndsOnce(int seed) {
        Random random = new Random(seed);
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[150];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = task("t" + i);
            for (int d = 0; i > 0 && d < random.nextInt(3); d++) {
                tasks[i].dependsOn("t" + random.nextInt(i));
            }
            if (random.nextInt(5) > 0) {
                tasks[i].weight(1 + random.nextInt(50));
            }
            if (random.nextBoolean()) {
                tasks[i].repeatable();
            }
        }
        for (int h = 0; h < 4; h++) {
            double speed = 1 << h;
            host("h" + h, 1 + random.nextInt(3), speed, attempt -> {
                double takes = (attempt.task().weight() + 1) / speed * Math.exp(random.nextGaussian());
                return switch (random.nextInt(20)) {
                    case 0 -> Plan.exit(seconds(takes), 1);
                    case 1 -> Plan.ends(seconds(takes), new StepEnd.Lost("gone"));
                    default -> Plan.success(seconds(takes));
                };
            });
        }
        BuildResult result = run(
                graphOf(tasks),
                builder -> builder.listener(event -> {
                    if (event instanceof BuildEvent.StepFinished finished) {
                        assertThat(finished.outcome()).isNotNull();
                    }
                }));
        assertThat(listener.events(BuildEvent.TaskFinished.class))
                .hasSize(tasks.length)
                .extracting(BuildEvent.TaskFinished::task)
                .doesNotHaveDuplicates();
        for (TaskSpec.Builder each : tasks) {
            assertThat(result.outcome(each.build().name())).isPresent();
        }
    }
}
