package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.heddle.scheduler.SpeedFit.Observations;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is found of hosts whose speeds are known. */
final class SpeedFitTest {

    private record Seen(int work, int host, double logSeconds) {}

    private static SpeedFit fit(int works, int hosts, List<Seen> seen) {
        return SpeedFit.of(new Observations(
                works,
                hosts,
                seen.stream().mapToInt(Seen::work).toArray(),
                seen.stream().mapToInt(Seen::host).toArray(),
                seen.stream().mapToDouble(Seen::logSeconds).toArray()));
    }

    // Each work runs a few times on hosts drawn at random; one time of twenty is ten times too long.
    private static List<Seen> farm(Random random, double[] slowness, int works, int runs, double noise) {
        List<Seen> seen = new ArrayList<>();
        for (int work = 0; work < works; work++) {
            double size = random.nextGaussian() * 2 + 3;
            for (int run = 0; run < runs; run++) {
                int host = random.nextInt(slowness.length);
                double off = random.nextInt(20) == 0 ? Math.log(10) : noise * random.nextGaussian();
                seen.add(new Seen(work, host, size + Math.log(slowness[host]) + off));
            }
        }
        return seen;
    }

    @Test
    void threeHostsWithNoiseAndOutliersAreFoundWithinATenth() {
        double[] slowness = {1, 2, 5};
        for (int seed = 0; seed < 300; seed++) {
            SpeedFit fit = fit(300, 3, farm(new Random(seed), slowness, 300, 4, 0.25));
            for (int host = 1; host < 3; host++) {
                double found = Math.exp(fit.slowness(host) - fit.slowness(0));
                assertThat(found / slowness[host]).as("seed %d", seed).isBetween(0.9, 1.1);
            }
            assertThat(fit.spread()).isBetween(0.2, 0.45);
            assertThat(fit.group(0)).isEqualTo(fit.group(1)).isEqualTo(fit.group(2));
        }
    }

    @Test
    void theStandardErrorIsAboutAsLargeAsTheErrorsThatAreMade() {
        double squares = 0;
        double told = 0;
        int seeds = 400;
        for (int seed = 0; seed < seeds; seed++) {
            List<Seen> seen = new ArrayList<>();
            Random random = new Random(seed);
            for (int work = 0; work < 50; work++) {
                seen.add(new Seen(work, 0, random.nextGaussian() * 0.3));
                seen.add(new Seen(work, 1, random.nextGaussian() * 0.3));
            }
            SpeedFit fit = fit(50, 2, seen);
            squares += Math.pow(fit.slowness(1) - fit.slowness(0), 2);
            told += Math.pow(fit.uncertainties()[1], 2);
        }
        assertThat(Math.sqrt(told / seeds) / Math.sqrt(squares / seeds)).isBetween(0.8, 1.25);
    }

    @Test
    void withoutNoiseTheSpeedsAreExactAlsoAlongAChainOfHosts() {
        // Each host shares one work with the next: a thousand links, which need as many steps of the solution.
        int hosts = 200;
        List<Seen> seen = new ArrayList<>();
        Random random = new Random(1);
        double[] slowness = new double[hosts];
        for (int host = 0; host < hosts; host++) {
            slowness[host] = random.nextGaussian();
        }
        for (int work = 0; work + 1 < hosts; work++) {
            double size = random.nextGaussian();
            seen.add(new Seen(work, work, size + slowness[work]));
            seen.add(new Seen(work, work + 1, size + slowness[work + 1]));
        }
        SpeedFit fit = fit(hosts, hosts, seen);
        for (int host = 1; host < hosts; host++) {
            assertThat(fit.slowness(host) - fit.slowness(0)).isCloseTo(slowness[host] - slowness[0], within(1e-6));
        }
    }

    @Test
    void hostsThatNoTaskConnectsAreToldApartAsNotComparable() {
        List<Seen> seen =
                List.of(new Seen(0, 0, 1), new Seen(0, 1, 2), new Seen(1, 2, 5), new Seen(1, 3, 5), new Seen(2, 4, 1));
        SpeedFit fit = fit(3, 5, seen);
        assertThat(fit.group(0)).isEqualTo(fit.group(1));
        assertThat(fit.group(2)).isEqualTo(fit.group(3)).isNotEqualTo(fit.group(0));
        assertThat(fit.group(4)).isNotEqualTo(fit.group(0)).isNotEqualTo(fit.group(2));
        assertThat(fit.slowness(1) - fit.slowness(0)).isCloseTo(1, within(1e-9));
        assertThat(fit.slowness(4)).isZero();
        assertThat(fit.uncertainties()[4]).isInfinite();
        assertThat(fit.uncertainties()[0]).isFinite();
    }

    @Test
    void whatASlowHostWasGivenMostlyDoesNotMatter() {
        // The long works ran on the fast host but for a few: a mean over hosts would take the fast one for the slow.
        List<Seen> seen = new ArrayList<>();
        for (int work = 0; work < 200; work++) {
            double size = work < 100 ? 6 : 1;
            seen.add(new Seen(work, work < 100 ? 0 : 1, size + (work < 100 ? 0 : Math.log(4))));
            if (work % 10 == 0) {
                seen.add(new Seen(work, work < 100 ? 1 : 0, size + (work < 100 ? Math.log(4) : 0)));
            }
        }
        SpeedFit fit = fit(200, 2, seen);
        assertThat(Math.exp(fit.slowness(1) - fit.slowness(0))).isCloseTo(4, within(1e-6));
    }

    @Test
    void nothingSeenIsNothingFound() {
        SpeedFit fit = fit(0, 0, List.of());
        assertThat(fit.spread()).isEqualTo(SpeedFit.USUAL_SPREAD);
        assertThat(fit(1, 1, List.of(new Seen(0, 0, 3))).slowness(0)).isZero();
    }
}
