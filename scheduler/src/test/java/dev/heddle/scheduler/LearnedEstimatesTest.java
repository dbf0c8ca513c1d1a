package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static dev.heddle.scheduler.TestGraphs.work;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.TimedRun.How;
import dev.heddle.scheduler.TimedRun.Took;
import dev.heddle.scheduler.TimedRun.Where;
import dev.heddle.scheduler.host.HostSpec;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is thought of tasks and hosts, given what is known. */
final class LearnedEstimatesTest {

    private final KnownRuns known = new KnownRuns();

    private void ran(String task, String host, double seconds, long print) {
        known.add(new TimedRun(
                task, new Where(host, 0, 1), new Took(seconds, 0, List.of()), new How(false, false, 0, print)));
    }

    private LearnedEstimates estimates(BuildGraph graph, String... hosts) {
        return LearnedEstimates.of(
                known, Stream.of(hosts).map(host -> HostSpec.of(host, 1)).toList(), graph);
    }

    private static Task only(TaskSpec.Builder task) {
        return graphOf(task).task(0);
    }

    @Test
    void aTaskTakesWhatItTookOnTheMeanOfLogarithms() {
        ran("a", "local", 10, 0);
        ran("a", "local", 40, 0);
        Task task = only(task("a"));
        LearnedEstimates estimates = estimates(graphOf(task("a")));
        assertThat(estimates.weight(task)).isCloseTo(20, within(0.01));
        assertThat(estimates.inSeconds()).isTrue();
    }

    @Test
    void aRunOfAnotherDefinitionCountsLess() {
        Task task = only(task("a"));
        long same = WorkPrint.of(task);
        for (int i = 0; i < 5; i++) {
            ran("a", "local", 100, same + 1);
        }
        ran("a", "local", 10, same);
        double old = estimates(graphOf(task("a")))
                .weight(only(TaskSpec.named("a").step(Step.of("run", Command.of("something else")))));
        double mixed = estimates(graphOf(task("a"))).weight(task);
        assertThat(old).isGreaterThan(mixed);
        for (int i = 0; i < 9; i++) {
            ran("a", "local", 10, same);
        }
        assertThat(estimates(graphOf(task("a"))).weight(task)).isCloseTo(10, within(0.01));
    }

    @Test
    void theMarginIsExceededByOneRunOfTenAtMost() {
        int above = 0;
        int runs = 0;
        for (int seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            KnownRuns some = new KnownRuns();
            for (int t = 0; t < 20; t++) {
                for (int i = 0; i < 4; i++) {
                    double seconds = 10 * Math.exp(0.4 * random.nextGaussian());
                    some.add(new TimedRun(
                            "t" + t,
                            new Where("local", 0, 1),
                            new Took(seconds, 0, List.of()),
                            new How(false, false, 0, 0)));
                }
            }
            Task task = only(task("t0"));
            LearnedEstimates estimates = LearnedEstimates.of(some, List.of(), graphOf(task("t0")));
            double upper = estimates.weight(task) * estimates.margin(task);
            for (int i = 0; i < 20; i++) {
                above += 10 * Math.exp(0.4 * random.nextGaussian()) > upper ? 1 : 0;
                runs++;
            }
        }
        assertThat(above / (double) runs).isBetween(0.03, 0.1);
    }

    @Test
    void whatASlowHostTookIsToldAsThatOfTheFastestOfTheBuild() {
        for (int i = 0; i < 60; i++) {
            ran("common" + i, "fast", 3 + i, 0);
            ran("common" + i, "slow", 4 * (3 + i), 0);
            ran("common" + i, "gone", (3 + i) / 2.0, 0);
        }
        ran("a", "slow", 40, 0);
        Task task = only(task("a"));
        BuildGraph graph = graphOf(task("a"));
        LearnedEstimates both = estimates(graph, "fast", "slow");
        assertThat(both.weight(task)).isCloseTo(10, within(0.1));
        assertThat(both.learnedSpeed("fast")).isCloseTo(1, within(0.01));
        assertThat(both.learnedSpeed("slow")).isCloseTo(0.25, within(0.01));
        assertThat(both.learnedSpeed("never seen")).isZero();
        assertThat(estimates(graph, "slow").weight(task)).isCloseTo(40, within(0.4));
    }

    @Test
    void aSpeedThatIsHardlyKnownIsNotBelieved() {
        ran("a", "x", 10, 0);
        ran("a", "y", 20, 0);
        ran("b", "z", 20, 0);
        LearnedEstimates estimates = estimates(graphOf(task("a")));
        assertThat(estimates.learnedSpeed("x")).isZero();
        assertThat(estimates.learnedSpeed("z")).isZero();
    }

    @Test
    void oneRunThatWasFarOffHardlyCounts() {
        for (int i = 0; i < 9; i++) {
            ran("a", "local", 10, 0);
        }
        ran("a", "local", 10_000, 0);
        assertThat(estimates(graphOf(task("a"))).weight(only(task("a")))).isBetween(10.0, 13.0);
    }

    @Test
    void onlyTheLastTenRunsCount() {
        for (int i = 0; i < 30; i++) {
            ran("a", "local", 1_000, 0);
        }
        for (int i = 0; i < 10; i++) {
            ran("a", "local", 1, 0);
        }
        assertThat(estimates(graphOf(task("a"))).weight(only(task("a")))).isCloseTo(1, within(0.001));
    }

    @Test
    void hintsAreTakenInTheUnitThatTasksWithBothTell() {
        ran("a", "local", 30, 0);
        ran("b", "local", 60, 0);
        BuildGraph graph =
                graphOf(task("a").weight(1), task("b").weight(2), task("new").weight(4), task("bare"));
        LearnedEstimates estimates = estimates(graph);
        assertThat(estimates.weight(graph.task(2))).isCloseTo(120, within(0.01));
        assertThat(estimates.weight(graph.task(3))).isZero();
    }

    @Test
    void withoutATaskThatHasBothTheLargestHintIsTakenForTheLongestTask() {
        ran("a", "local", 30, 0);
        BuildGraph graph =
                graphOf(task("a"), task("new").weight(1_000_000), task("small").weight(10_000));
        LearnedEstimates estimates = estimates(graph);
        assertThat(estimates.weight(graph.task(1))).isCloseTo(30, within(0.01));
        assertThat(estimates.weight(graph.task(2))).isCloseTo(0.3, within(0.01));
    }

    @Test
    void aTaskNeverBuiltIsTakenForTheLongestOfItsKind() {
        ran("a", "local", 30, 0);
        ran("b", "local", 5, 0);
        ran("big", "local", 900, 0);
        BuildGraph graph = graphOf(
                task("a"),
                task("b"),
                task("new"),
                TaskSpec.named("big").step(work("link")),
                TaskSpec.named("other").step(work("test")),
                TaskSpec.named("group"));
        LearnedEstimates estimates = estimates(graph);
        assertThat(estimates.guess(graph.task(2))).isCloseTo(30, within(0.01));
        assertThat(estimates.guess(graph.task(4))).isZero(); // The longest of all is taken.
        assertThat(estimates.guess(graph.task(5))).isBetween(0.0, 0.001);
    }

    @Test
    void failedAndResumedRunsAreNotCounted() {
        ran("a", "local", 10, 0);
        Where where = new Where("local", 0, 1);
        Took took = new Took(1_000, 0, List.of());
        known.add(new TimedRun("a", where, took, new How(true, false, 0, 0)));
        known.add(new TimedRun("a", where, took, new How(false, true, 0, 0)));
        known.add(new TimedRun("b", where, took, new How(false, true, 0, 0)));
        BuildGraph graph = graphOf(task("a"), task("b"));
        assertThat(estimates(graph).weight(graph.task(0))).isCloseTo(10, within(0.01));
        assertThat(estimates(graph).weight(graph.task(1))).isZero();
    }

    @Test
    void printsTellWorkApart() {
        long plain = WorkPrint.of(only(task("a")));
        assertThat(WorkPrint.of(only(task("b")))).isEqualTo(plain);
        assertThat(WorkPrint.of(only(TaskSpec.named("a").step(Step.of("run", Command.of("work", ""))))))
                .isNotEqualTo(plain);
        assertThat(WorkPrint.of(only(TaskSpec.named("a").step(Step.of("ru", Command.of("nwork"))))))
                .isNotEqualTo(plain);
        assertThat(WorkPrint.of(only(TaskSpec.named("a").step(work("run")).step(work("more")))))
                .isNotEqualTo(plain);
    }

    @Test
    void learnedSpeedsAreToldInTheUnitOfTheDeclaredOnes() {
        for (int i = 0; i < 60; i++) {
            ran("common" + i, "fast", 3 + i, 0);
            ran("common" + i, "slow", 4 * (3 + i), 0);
        }
        HostSpec fast = new HostSpec("fast", 1, 1, 0, Map.of(), 20);
        HostSpec slow = new HostSpec("slow", 1, 1, 0, Map.of(), 20);
        HostSpec other = new HostSpec("new", 1, 1, 0, Map.of(), 10);
        LearnedEstimates estimates = LearnedEstimates.of(known, List.of(fast, slow, other), null);
        assertThat(estimates.speed(fast) / estimates.speed(slow)).isCloseTo(4, within(0.01));
        assertThat(estimates.speed(other)).isEqualTo(10);
        assertThat(estimates.speed(HostSpec.of("bare", 1))).isEqualTo(1);

        HostSpec bare = HostSpec.of("slow", 1);
        assertThat(LearnedEstimates.of(known, List.of(fast, bare), null).speed(bare))
                .isCloseTo(5, within(0.02));
    }
}
