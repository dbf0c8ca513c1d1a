package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Resources;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which of the tasks that are ready goes first. */
@Timeout(60)
final class QueueOrderTest extends OnFakeHost {

    @Test
    void theHeaviestChainGoesFirst() {
        BuildGraph graph = graphOf(task("short"), task("long"), task("next", "long"), task("last", "next"));
        run(1, graph, OnFakeHost::succeed);
        assertThat(host.get().startedTasks()).containsExactly("long", "next", "short", "last");
    }

    @Test
    void aTaskWithoutAWeightCountsAsTheLongestKnown() {
        BuildGraph graph =
                graphOf(task("a").weight(5), task("unknown"), task("b").weight(7));
        run(1, graph, OnFakeHost::succeed);
        assertThat(host.get().startedTasks()).containsExactly("unknown", "b", "a");
    }

    @Test
    void policiesChangeTheOrder() {
        BuildGraph graph =
                graphOf(task("a").weight(1), task("b").weight(2), task("c", "a").weight(9));
        run(1, graph, OnFakeHost::succeed, s -> s.policy(QueuePolicy.longest()));
        assertThat(host.get().startedTasks()).containsExactly("b", "a", "c");
        run(1, graph, OnFakeHost::succeed, s -> s.policy(QueuePolicy.fifo()));
        assertThat(host.get().startedTasks()).containsExactly("a", "b", "c");
        run(
                1,
                graph,
                OnFakeHost::succeed,
                s -> s.policy(candidate -> -candidate.task().index()));
        assertThat(host.get().startedTasks()).containsExactly("a", "b", "c");
    }

    @Test
    void aRandomOrderIsTheSameForTheSameSeed() {
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[50];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = task("t" + i);
        }
        BuildGraph graph = graphOf(tasks);
        List<List<String>> orders = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            run(1, graph, OnFakeHost::succeed, s -> s.policy(QueuePolicy.random(seed)));
            orders.add(host.get().startedTasks());
        }
        assertThat(orders.get(1)).isEqualTo(orders.get(0));
        assertThat(orders.get(2)).isNotEqualTo(orders.get(0)).containsExactlyInAnyOrderElementsOf(orders.get(0));
    }

    @Test
    void aPolicyThatThrowsIsReportedOnceAndLeftOut() {
        BuildResult result = run(
                1,
                graphOf(task("a"), task("b", "a")),
                OnFakeHost::succeed,
                s -> s.listener(listener).policy(candidate -> {
                    throw new IllegalStateException("no idea");
                }));
        assertThat(result.succeeded()).isTrue();
        assertThat(listener.events(BuildEvent.EngineMessage.class))
                .singleElement()
                .satisfies(message -> assertThat(message.text()).contains("no idea"));
    }

    @Test
    void aLargeTaskIsNotOvertakenForEver() {
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[200];
        tasks[0] = task("all").slots(Resources.ALL).priority(1);
        for (int i = 1; i < tasks.length; i++) {
            tasks[i] = task("t" + i);
        }
        tasks[1].priority(2);
        run(2, graphOf(tasks), a -> Plan.success(a.task().name().equals("t1") ? SECOND.dividedBy(2) : SECOND));
        assertThat(host.get().startedTasks().indexOf("all")).isLessThan(30);
    }

    @Test
    void tasksOfOneLockAreHeldAsideAndComeBack() {
        BuildGraph graph = graphOf(task("a").lock("dir").priority(1), task("b").lock("dir"), task("c"));
        run(3, graph, OnFakeHost::succeed, s -> s.listener(listener));
        assertThat(listener.events(BuildEvent.TaskStateChanged.class).stream()
                        .filter(event -> event.task().equals("b"))
                        .map(BuildEvent.TaskStateChanged::to))
                .containsExactly(
                        TaskState.QUEUED,
                        TaskState.HELD,
                        TaskState.RELEASED,
                        TaskState.RUNNING,
                        TaskState.BUILT,
                        TaskState.USABLE,
                        TaskState.DONE);
        assertThat(host.get().startedTasks()).containsExactly("a", "c", "b");
    }
}
