package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.scheduler.Makespan.Group;
import dev.heddle.scheduler.Makespan.Knowledge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How near the engine comes to the shortest possible build on real graphs, with the scheduler as it is and only hosts and time
 * imagined. With {@code -Dheddle.makespan.tables=DIR} the tables of docs/order.md are written there, and the largest graph is tried
 * as well, which takes some minutes.
 */
@Timeout(600)
final class MakespanTest {

    /** What two orders may differ by and still count as equally good: less than the noise between two seeds. */
    private static final double NOISE = 0.005;

    private static final @Nullable String TABLES = System.getProperty("heddle.makespan.tables");

    private static final int[] SLOTS = {2, 4, 8, 16, 32, 64, 128, 256};

    private static final List<List<Group>> FARMS = List.of(
            List.of(new Group(1, 3), new Group(1, 1)),
            List.of(new Group(4, 4), new Group(4, 2), new Group(8, 1)),
            List.of(new Group(2, 10), new Group(30, 1)),
            List.of(new Group(8, 10), new Group(8, 5), new Group(16, 1)),
            List.of(new Group(16, 10), new Group(16, 5), new Group(32, 1)),
            List.of(new Group(32, 2), new Group(32, 1)),
            List.of(new Group(64, 10), new Group(64, 5), new Group(128, 1)));

    static Stream<RealGraph> graphs() {
        return TABLES == null
                ? Stream.of(RealGraph.maven(), RealGraph.ports())
                : Stream.of(RealGraph.maven(), RealGraph.ports(), RealGraph.debian());
    }

    /** The same order, where slow hosts take whatever comes. */
    private static QueuePolicy plain(QueuePolicy policy) {
        return new QueuePolicy() {
            @Override
            public double urgency(Candidate candidate) {
                return policy.urgency(candidate);
            }

            @Override
            public SlowHosts slowHosts() {
                return SlowHosts.ANYTHING;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void onEqualHostsABuildTakesHardlyLongerThanItMust(RealGraph graph) throws IOException {
        Makespan known = new Makespan(graph, Knowledge.ALL);
        Makespan partly = new Makespan(graph, new Knowledge(0.7, 0, 1));
        List<String> rows = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (int slots : SLOTS) {
            List<Group> one = List.of(new Group(slots, 1));
            double all = known.ratio(one, QueuePolicy.criticalPath());
            double part = partly.ratio(one, QueuePolicy.criticalPath());
            double dpb = known.ratio(one, QueuePolicy.dpb());
            double fifo = known.ratio(one, QueuePolicy.fifo());
            double random = known.ratio(one, QueuePolicy.random(1));
            rows.add(row(graph, String.valueOf(slots), all, part, dpb, fifo, random));
            if (all > 1.01 || part > 1.05 || all > NOISE + Math.min(dpb, Math.min(fifo, random))) {
                wrong.add(rows.get(rows.size() - 1));
            }
        }
        write(graph, "equal", rows);
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void onUnequalHostsWithTimesThatAreFarOffAndUnknownABuildStillComesNear(RealGraph graph) throws IOException {
        List<String> rows = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (List<Group> farm : FARMS) {
            double exact = new Makespan(graph, Knowledge.ALL).ratio(farm, QueuePolicy.criticalPath());
            double worst = 0;
            double[] sums = new double[4];
            for (int seed = 1; seed <= 3; seed++) {
                Makespan guessed = new Makespan(graph, new Knowledge(0.8, 0.7, seed));
                double ours = guessed.ratio(farm, QueuePolicy.criticalPath());
                worst = Math.max(worst, ours);
                sums[0] += ours / 3;
                sums[1] += guessed.ratio(farm, QueuePolicy.dpb()) / 3;
                sums[2] += guessed.ratio(farm, plain(QueuePolicy.fifo())) / 3;
                sums[3] += guessed.ratio(farm, plain(QueuePolicy.random(seed))) / 3;
            }
            rows.add(row(graph, name(farm), exact, sums[0], worst, sums[1], sums[2], sums[3]));
            if (worst > 1.30) {
                wrong.add(rows.get(rows.size() - 1));
            }
        }
        write(graph, "unequal", rows);
        assertThat(wrong).isEmpty();
    }

    private static String name(List<Group> farm) {
        return farm.stream()
                .map(group -> group.slots() + " x " + (int) group.speed())
                .reduce((a, b) -> a + ", " + b)
                .orElseThrow();
    }

    private static String row(RealGraph graph, String hosts, double... ratios) {
        StringBuilder row = new StringBuilder("| " + graph.name() + " | " + hosts + " |");
        for (double ratio : ratios) {
            row.append(String.format(Locale.ROOT, " %.3f |", ratio));
        }
        return row.toString();
    }

    private static void write(RealGraph graph, String table, List<String> rows) throws IOException {
        if (TABLES != null) {
            Files.write(Path.of(TABLES, table + "-" + graph.size() + ".md"), rows);
        }
    }
}
