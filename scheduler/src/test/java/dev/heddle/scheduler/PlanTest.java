package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.Plan.Network;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.ManualTicker;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a {@link Plan} makes of a build, and when one is made. */
@Timeout(60)
final class PlanTest {

    private static final int SLOTS = 4;
    private static final Step WORK = Step.of("run", Command.of("work"));

    /** Each task follows up to three of those before it. */
    private static Network random(long seed) {
        Random random = new Random(seed);
        int size = 2 + random.nextInt(60);
        double[] seconds = random.doubles(size, 1, 30).toArray();
        boolean[][] follows = new boolean[size][size];
        int[] needed = new int[size];
        for (int task = 1; task < size; task++) {
            for (int i = random.nextInt(4); i > 0; i--) {
                follows[random.nextInt(task)][task] = true;
            }
        }
        int[] starts = new int[size + 1];
        IntList edges = new IntList();
        for (int task = 0; task < size; task++) {
            for (int next = 0; next < size; next++) {
                if (follows[task][next]) {
                    edges.add(next);
                    needed[next]++;
                }
            }
            starts[task + 1] = edges.size();
        }
        int[] flat = new int[edges.size()];
        Arrays.setAll(flat, edges::get);
        return new Network(seconds, starts, flat, needed);
    }

    private static double took(Network network, double[] urgency) {
        double[] order = Arrays.stream(urgency).map(value -> -value).toArray();
        return network.run(SLOTS, order, new double[network.size()]);
    }

    @Test
    void aPlanMakesAShorterBuildThanTheLongestPathsOrThereIsNone() {
        int shorter = 0;
        for (long seed = 0; seed < 2_000; seed++) {
            Network network = random(seed);
            double[] path = network.reversed().earliest();
            double[] planned = Plan.of(network, SLOTS, 0);
            if (planned != null) {
                double least = Math.max(
                        Arrays.stream(path).max().orElseThrow(),
                        Arrays.stream(network.seconds()).sum() / SLOTS);
                assertThat(took(network, planned))
                        .as("seed %d", seed)
                        .isLessThan(took(network, path))
                        .isGreaterThanOrEqualTo(least - 1e-9);
                shorter++;
            }
        }
        assertThat(shorter).isGreaterThan(200);
    }

    @Test
    void aBuildNeverHasMoreUnderWayThanSlotsAndNothingBeginsBeforeWhatItNeeds() {
        for (long seed = 0; seed < 500; seed++) {
            Network network = random(seed);
            double[] ends = new double[network.size()];
            network.run(SLOTS, network.earliest(), ends);
            for (int task = 0; task < network.size(); task++) {
                double begins = ends[task] - network.seconds()[task];
                int underWay = 0;
                for (int other = 0; other < network.size(); other++) {
                    boolean runs = ends[other] - network.seconds()[other] <= begins && begins < ends[other] - 1e-9;
                    underWay += runs ? 1 : 0;
                }
                assertThat(underWay).as("seed %d task %d", seed, task).isLessThanOrEqualTo(SLOTS);
                for (int e = network.starts()[task]; e < network.starts()[task + 1]; e++) {
                    int next = network.edges()[e];
                    assertThat(ends[next] - network.seconds()[next]).isGreaterThanOrEqualTo(ends[task] - 1e-9);
                }
            }
        }
    }

    @Test
    void turnedRoundTwiceANetworkIsAsItWas() {
        for (long seed = 0; seed < 200; seed++) {
            Network network = random(seed);
            Network again = network.reversed().reversed();
            assertThat(again.starts()).isEqualTo(network.starts());
            assertThat(again.edges()).isEqualTo(network.edges());
            assertThat(again.needed()).isEqualTo(network.needed());
        }
    }

    @Test
    void whatRunsAlreadyKeepsItsSlotInThePlan() {
        // The task that runs is the least urgent of all: a plan that could put it off would promise 9.
        Network network =
                new Network(new double[] {9, 5, 4}, new int[] {0, 0, 1, 1}, new int[] {2}, new int[] {0, 0, 1});
        double[] ends = new double[3];
        double[] order = {Double.NEGATIVE_INFINITY, -9, -4};
        assertThat(network.run(1, order, ends)).isEqualTo(18);
        assertThat(ends).containsExactly(9, 14, 18);
        assertThat(Plan.of(network, 1, 1)).isNull();
    }

    /** A build that a plan makes shorter, as the engine's tables know it. */
    private static final class Known {
        final TaskStates states = new TaskStates();
        final LiveGraph graph;
        final Planning planning;

        /**
         * @param weighted whether it is known how long tasks take
         * @param more tasks besides, on which nothing depends
         * @param runtime whether one task needs another only at run time
         */
        Known(boolean weighted, int more, boolean runtime) {
            Network network = worthPlanning();
            BuildGraph.Builder builder = BuildGraph.builder();
            TaskSpec.Builder[] specs = new TaskSpec.Builder[network.size()];
            for (int task = 0; task < network.size(); task++) {
                specs[task] = TaskSpec.named("t" + task).step(WORK);
                if (weighted) {
                    specs[task].weight(network.seconds()[task]);
                }
            }
            for (int task = 0; task < network.size(); task++) {
                for (int e = network.starts()[task]; e < network.starts()[task + 1]; e++) {
                    specs[network.edges()[e]].dependsOn("t" + task);
                }
            }
            for (int i = 0; i < more; i++) {
                builder.task("more" + i, spec -> spec.step(WORK).weight(1e-9));
            }
            if (runtime) {
                builder.task("other", spec -> spec.step(WORK).weight(1));
                specs[0].runsWith("other");
            }
            for (TaskSpec.Builder spec : specs) {
                builder.task(spec.build());
            }
            graph = new LiveGraph(builder.build());
            states.grow(graph.size());
            CriticalPaths paths = new CriticalPaths(graph, states, Estimates.hints());
            for (int task = 0; task < graph.size(); task++) {
                states.want(task);
                paths.learn(task);
            }
            paths.compute(IntList.upTo(graph.size()));
            planning = new Planning(graph, states, paths);
        }

        private static Network worthPlanning() {
            long seed = 0;
            while (Plan.of(random(seed), SLOTS, 0) == null) {
                seed++;
            }
            return random(seed);
        }

        boolean make() {
            FakeHost host = FakeHost.succeeding(SLOTS, ManualTicker.jumping());
            HostState state = new HostState(new Roster.Member(host, null), host.spec(), true);
            state.become(HostStatus.UP, null);
            return planning.make(List.of(state));
        }
    }

    @Test
    void aPlanIsMadeOnceAndTellsOfEachTaskThatHasNotEnded() {
        Known known = new Known(true, 0, false);
        assertThat(known.planning.of(0)).isZero();
        assertThat(known.make()).isTrue();
        for (int task = 0; task < known.graph.size(); task++) {
            assertThat(known.planning.of(task)).isGreaterThanOrEqualTo(known.states.path[task] - 1e-9);
        }
        assertThat(known.planning.of(known.graph.size())).isZero();
        assertThat(known.make()).as("nothing was added since").isFalse();
    }

    @Test
    void nothingIsPlannedWhereNoTimeIsKnown() {
        assertThat(new Known(false, 0, false).make()).isFalse();
    }

    @Test
    void nothingIsPlannedForABuildOfMoreTasksThanTheBound() {
        int size = new Known(true, 0, false).graph.size();
        assertThat(new Known(true, Planning.MOST_TASKS - size, false).make()).isTrue();
        assertThat(new Known(true, Planning.MOST_TASKS - size + 1, false).make())
                .isFalse();
    }

    @Test
    void nothingIsPlannedWhereATaskNeedsAnotherAtRunTime() {
        assertThat(new Known(true, 0, true).make()).isFalse();
    }
}
