package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.GraphException;
import dev.heddle.core.Outcome;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a task whose lock a person removes after having changed its definition. */
@Timeout(60)
final class RedefinitionsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path locks;

    private final ManualTicker ticker = ManualTicker.jumping();
    private final RecordingListener listener = new RecordingListener();
    private final List<String> ran = new ArrayList<>();
    private final List<Duration> asked = new ArrayList<>();

    /** The first attempt at a fails, and its lock is removed three seconds later; everything else succeeds. */
    private BuildResult run(BuildGraph graph, TaskDefinitions definitions) {
        FakeHost host = new FakeHost(HostSpec.of("fake", 2), ticker, attempt -> {
            Step step = attempt.task().steps().get(0);
            ran.add(attempt.task().name() + " " + step.name() + " " + step.work());
            if (attempt.task().name().equals("a") && attempt.attempt() == 1) {
                ticker.in(SECOND.multipliedBy(3), () -> remove("a"));
                return Plan.exit(SECOND, 1);
            }
            return Plan.success(SECOND.multipliedBy(10));
        });
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(ticker)
                .clock(ticker)
                .locks(locks)
                .definitions(task -> {
                    asked.add(Duration.ofNanos(ticker.getAsLong()));
                    return definitions.of(task);
                })
                .listener(listener)
                .build()) {
            return scheduler.run(graph);
        }
    }

    private void remove(String file) {
        try {
            Files.delete(locks.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> messages() {
        return listener.events(BuildEvent.EngineMessage.class).stream()
                .map(BuildEvent.EngineMessage::text)
                .toList();
    }

    private static TaskSpec.Builder mended() {
        return TaskSpec.named("a").step("mended", Command.of("other", "command"));
    }

    private static BuildGraph graph() {
        return graphOf(task("a").priority(9), task("b", "a"), task("slow"), task("late", "slow"));
    }

    private void refused(BuildGraph graph, TaskDefinitions definitions, String why) {
        BuildResult result = run(graph, definitions);
        assertThat(result.succeeded()).as(result + " " + messages()).isTrue();
        assertThat(messages())
                .containsOnlyOnce("the definition of task 'a' was read again and is not used: " + why
                        + "; it is built as it was defined before");
        assertThat(ran.stream().filter(step -> step.startsWith("a ")))
                .hasSize(2)
                .allMatch(ran.get(0)::equals);
    }

    @Test
    void aTaskWhoseLockWasRemovedIsBuiltAsItIsDefinedNow() {
        BuildResult result = run(graph(), task -> Optional.of(mended().build()));
        assertThat(result.succeeded()).isTrue();
        assertThat(ran).filteredOn(step -> step.startsWith("a ")).hasSize(2);
        assertThat(ran).anyMatch(step -> step.startsWith("a mended ") && step.contains("other"));
        assertThat(messages()).contains("the definition of task 'a' was read again: it is another one");
        assertThat(asked).hasSize(1);
    }

    @Test
    void whatItNewlyDependsOnIsBuiltFirst() {
        BuildResult result =
                run(graph(), task -> Optional.of(mended().dependsOn("late").build()));
        assertThat(result.succeeded()).isTrue();
        List<String> order = ran.stream().map(step -> step.split(" ")[0]).toList();
        assertThat(order).containsExactly("a", "slow", "late", "a", "b");
        assertThat(messages())
                .contains("the definition of task 'a' was read again: it is another one, which depends on more");
    }

    @Test
    void aTaskThatComesToDependOnOneThatFailedIsSkipped() {
        BuildGraph graph = graphOf(task("a").priority(9), task("b", "a"), task("broken"), task("slow"));
        FakeHost host = new FakeHost(HostSpec.of("fake", 3), ticker, attempt -> {
            if (attempt.task().name().equals("a")) {
                ticker.in(SECOND.multipliedBy(3), () -> remove("a"));
            }
            return attempt.task().name().equals("slow") ? Plan.success(SECOND.multipliedBy(20)) : Plan.exit(SECOND, 1);
        });
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(ticker)
                .clock(ticker)
                .locks(locks)
                .definitions(task -> Optional.of(mended().dependsOn("broken").build()))
                .build()) {
            BuildResult result = scheduler.run(graph);
            assertThat(result.outcome("a")).contains(new Outcome.Skipped("broken"));
            assertThat(result.outcome("b")).isPresent();
        }
        assertThat(host.startedTasks()).containsExactlyInAnyOrder("a", "broken", "slow");
    }

    @Test
    void aTaskThatHasNothingToDoAnyMoreIsDone() {
        BuildResult result =
                run(graph(), task -> Optional.of(TaskSpec.named("a").build()));
        assertThat(result.succeeded()).isTrue();
        assertThat(ran).filteredOn(step -> step.startsWith("a ")).hasSize(1);
    }

    @Test
    void anUnchangedDefinitionIsNotTold() {
        BuildGraph graph = graph();
        TaskSpec same = task("a").priority(9).build();
        assertThat(run(graph, task -> Optional.of(same)).succeeded()).isTrue();
        assertThat(messages()).noneMatch(text -> text.contains("definition"));
    }

    @Test
    void whenTheNameIsGoneTheOldDefinitionIsBuilt() {
        refused(graph(), task -> Optional.empty(), "there is no task of this name any more");
    }

    @Test
    void whenThereWouldBeACycleTheOldDefinitionIsBuilt() {
        refused(
                graph(),
                task -> Optional.of(mended().dependsOn("b").build()),
                "its new definition: dependency cycle: a -> b -> a");
    }

    @Test
    void whenTheDefinitionCannotBeReadTheOldOneIsBuilt() {
        refused(
                graph(),
                task -> {
                    throw new GraphException("graph.json:3:1: unexpected end");
                },
                "graph.json:3:1: unexpected end");
        ran.clear();
        refused(
                graph(),
                task -> {
                    throw new NoSuchFileException("graph.json");
                },
                "no such file or directory");
        ran.clear();
        refused(
                graph(),
                task -> {
                    throw new IllegalStateException("broken");
                },
                "java.lang.IllegalStateException: broken");
    }

    @Test
    void whatIsNotInTheBuildCannotBeDependedOnNow() {
        refused(
                graph(),
                task -> Optional.of(mended().dependsOn("bb").build()),
                "its new definition: task 'a' depends on 'bb', which is not defined; did you mean 'b'?");
    }

    @Test
    void stepsThatOthersNeedCannotChange() {
        BuildGraph graph = graphOf(
                task("a").priority(9),
                TaskSpec.named("b").afterStep("a", "run").step("run", Command.of("b")),
                task("slow"));
        refused(graph, task -> Optional.of(mended().build()), "it has other steps, of which task 'b' needs one");
    }

    @Test
    void whatAnotherSchedulerLetGoIsNotReadAgain() throws IOException {
        Files.writeString(locks.resolve("a"), "fullpkgpath=a\nhost=elsewhere\npid=7\nstart=1\n");
        ticker.in(SECOND.multipliedBy(3), () -> remove("a"));
        FakeHost host = new FakeHost(HostSpec.of("fake", 1), ticker, attempt -> Plan.success(SECOND));
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(ticker)
                .clock(ticker)
                .locks(locks)
                .definitions(task -> {
                    throw new IllegalStateException("nobody is to ask");
                })
                .listener(listener)
                .build()) {
            assertThat(scheduler.run(graphOf(task("a"))).succeeded()).isTrue();
        }
        assertThat(messages()).noneMatch(text -> text.contains("definition"));
    }
}
