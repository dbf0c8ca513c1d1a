package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static dev.heddle.scheduler.TestGraphs.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Dependency;
import dev.heddle.core.Outcome;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a task may start, and whether it must. */
@Timeout(60)
final class DependenciesTest extends OnFakeHost {

    @Test
    void aTaskWithoutStepsIsDoneWithoutAJob() {
        BuildGraph graph = graphOf(TaskSpec.named("all").dependsOn("a"), task("a"));
        BuildResult result = run(1, graph, OnFakeHost::succeed);
        assertThat(result.succeeded()).isTrue();
        assertThat(result.ran()).isEqualTo(2);
        assertThat(host.get().startedTasks()).containsExactly("a");
    }

    @Test
    void aDependencyOnAStepIsMetWhenThatStepIsDone() {
        TaskSpec.Builder lib = TaskSpec.named("lib").step(work("patch")).step(work("build"));
        TaskSpec.Builder user = TaskSpec.named("user").step(work("run")).dependency(Dependency.step("lib", "patch"));
        BuildResult result =
                run(2, graphOf(lib, user), a -> a.task().name().equals("user") ? succeed(a) : Plan.success(SECOND));
        assertThat(result.elapsed()).isEqualTo(Duration.ofSeconds(2));
        assertThat(host.get().startedTasks()).containsExactly("lib", "lib", "user");
    }

    @Test
    void tasksThatNeedOneAnotherAtRunTimeBecomeUsableTogether() {
        BuildGraph graph = graphOf(
                task("a").runsWith("b"),
                task("b").runsWith("a").weight(1),
                task("user", "a").weight(1));
        BuildResult result = run(1, graph, OnFakeHost::succeed, s -> s.listener(listener));
        assertThat(result.succeeded()).isTrue();
        assertThat(host.get().startedTasks()).containsSubsequence("a", "user").containsSubsequence("b", "user");
        assertThat(listener.events(BuildEvent.TaskStateChanged.class).stream()
                        .filter(event -> !event.task().equals("user") && event.to() == TaskState.USABLE)
                        .map(event -> event.at().nanos())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void whatNeedsAnUnusableTaskIsSkippedThoughThatTaskWasBuilt() {
        BuildGraph graph = graphOf(task("broken"), task("lib").runsWith("broken"), task("user", "lib"));
        BuildResult result = run(2, graph, a -> a.task().name().equals("broken") ? Plan.exit(SECOND, 1) : succeed(a));
        assertThat(result.outcome("lib")).get().isInstanceOf(Outcome.Succeeded.class);
        assertThat(result.outcome("user")).contains(new Outcome.Skipped("broken"));
        assertThat(result.counters().line()).isEqualTo("P=0 I=0 B=1 Q=0 T=0 !=1 E=1");
    }

    @Test
    void aRebuilderDecidesWhatRuns() {
        BuildGraph graph = graphOf(task("same"), task("new", "same"), task("far", "new"), task("broken"));
        BuildResult result = run(
                1,
                graph,
                OnFakeHost::succeed,
                s -> s.rebuilder((task, dependencies) -> {
                    switch (task.name()) {
                        case "same":
                            return new Rebuilder.Verdict.UpToDate("nothing changed");
                        case "far":
                            return new Rebuilder.Verdict.Substituted("a cache");
                        case "broken":
                            throw new IllegalStateException("cannot tell");
                        default:
                            assertThat(dependencies.of(graph.task(0)))
                                    .isEqualTo(new Outcome.UpToDate("nothing changed"));
                            return new Rebuilder.Verdict.MustRun("it is new");
                    }
                }));
        assertThat(host.get().startedTasks()).containsExactly("new");
        assertThat(result.upToDate()).isEqualTo(2);
        assertThat(result.ran()).isEqualTo(1);
        assertThat(result.outcome("broken").orElseThrow().summary()).contains("cannot tell");
    }
}
