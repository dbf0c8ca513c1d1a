package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.ManualTicker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the work for one start grows with the number of tasks that are ready, counted in comparisons and not in time. */
@Timeout(120)
final class GrowthOfCostTest {

    @Test
    void aStartCostsALogarithmOfTheReadyTasks() {
        double few = comparisonsForEachStart(100);
        double many = comparisonsForEachStart(100_000);
        // The logarithm grows from 7 to 17; a scan of what is ready would cost a thousand times as much.
        assertThat(many / few).isBetween(1.0, 4.0);
    }

    private static double comparisonsForEachStart(int tasks) {
        BuildGraph.Builder builder = BuildGraph.builder().pool("narrow", 1);
        for (int i = 0; i < tasks; i++) {
            // Half of them share a pool, and are put aside most of the time.
            builder.task((i % 2 == 0 ? task("t" + i) : task("t" + i).pool("narrow")).build());
        }
        LiveGraph graph = new LiveGraph(builder.build());
        TaskStates states = new TaskStates();
        states.grow(tasks);
        long[] comparisons = {0};
        TaskOrder counting = new TaskOrder(graph, states) {
            @Override
            boolean before(int a, int b) {
                comparisons[0]++;
                return super.before(a, b);
            }
        };
        FakeHost host = FakeHost.succeeding(2, ManualTicker.jumping());
        Placement placement = new Placement(
                new CriticalPaths(graph, states, Estimates.hints()), states, QueuePolicy.SlowHosts.IN_TIME, () -> 0);
        Dispatcher dispatcher = new Dispatcher(
                placement,
                counting,
                List.of(up(host)),
                new Dispatcher.Rules(false, FetchLimits.USUAL),
                new Dispatcher.Effects() {
                    @Override
                    public void held(int task) {}

                    @Override
                    public void released(int task) {}
                });
        for (int i = 0; i < tasks; i++) {
            dispatcher.add(i);
        }
        int started = 0;
        Dispatcher.Start before = null;
        for (Dispatcher.Start next = dispatcher.next(); next != null; next = dispatcher.next()) {
            started++;
            if (before != null) {
                dispatcher.giveBack(before, true);
                dispatcher.leave(before.task());
            }
            before = next;
        }
        // The last one of the pool waits until the one before it leaves.
        assertThat(started).isGreaterThanOrEqualTo(tasks - 1);
        return (double) comparisons[0] / tasks;
    }

    private static HostState up(FakeHost host) {
        HostState state = new HostState(new Roster.Member(host, null), host.spec(), true);
        state.become(HostStatus.UP, null);
        return state;
    }
}
